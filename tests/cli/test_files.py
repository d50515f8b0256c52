"""`playground files`: the real process against the real sandbox."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

from tests.cli.test_call import at, error_of, run, start
from tests.helpers.sandbox import Server
from tests.helpers.servers import RecordingServer, Reply


def made(folder: Path) -> Path:
    folder.mkdir()
    (folder / "notes.txt").write_text("hello")
    (folder / "Grüße 🦜.md").write_text("# Grüße")
    (folder / "deep").mkdir()
    (folder / "deep" / "large.bin").write_bytes(os.urandom(3_000_000))
    return folder


def test_a_folder_goes_there_and_back(sandbox_server: Server, tmp_path: Path) -> None:
    folder, data = made(tmp_path / "in"), ("--data-dir", tmp_path / "data")
    environ = at(sandbox_server)
    code, out, err = run("files", "upload", folder, "--part-size", "1", "--json", "--quiet", *data, environ=environ)
    assert (code, err) == (0, b"")
    sent = {Path(one["path"]).name: one for one in map(json.loads, out.decode().splitlines())}
    assert sent.keys() == {"notes.txt", "Grüße 🦜.md", "large.bin"}
    large = sent["large.bin"]["file_id"]

    code, out, err = run("files", "list", "--search", large, "--sort", "size", *data, environ=environ)
    assert code == 0 and b"large.bin" in out and b"2.9 MB" in out and b"1 files" in err

    output = tmp_path / "out"
    output.mkdir()
    ids = [one["file_id"] for one in sent.values()]
    code, out, err = run("files", "download", *ids, "-o", output, "--quiet", *data, environ=environ)
    assert (code, err) == (0, b"")
    for path in folder.rglob("*.*"):
        assert (output / path.name).read_bytes() == path.read_bytes()
    code, _, err = run("files", "download", large, "-o", output / "large.bin", *data, environ=environ)
    assert code == 1 and "already" in error_of(err)["message"]

    code, out, _ = run("files", "delete", *ids, *data, environ=environ)
    assert code == 0 and out.count(b"deleted") == 3
    code, out, err = run("files", "delete", large, *data, environ=environ)
    assert code == 1 and error_of(err)["status"] == 404 and out == b""
    code, out, _ = run("files", "orphans", *data, environ=environ)
    assert (code, out) == (0, b"")


def test_a_check_sends_nothing_and_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "b.jsonl"
    path.write_text('{"item": 1}\nnonsense\n')
    (tmp_path / "link.jsonl").symlink_to(path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / ".hidden").write_text("x")
    named = (path, tmp_path / "link.jsonl", tmp_path / "folder")
    code, out, err = run("files", "upload", *named, "--purpose", "evals", "--check", "--json")
    assert (code, err) == (1, b"playground: 1 hidden file was left out.\n")
    found = {Path(one["path"]).name: one for one in map(json.loads, out.decode().splitlines())}
    assert ("line_json", 2) in [(one["rule"], one["line"]) for one in found["b.jsonl"]["findings"]]
    assert [one["rule"] for one in found["link.jsonl"]["findings"]] == ["symlink"]
    path.write_text('{"item": 1}\n')
    code, out, _ = run("files", "upload", path, "--purpose", "evals", "--check")
    assert code == 0 and b"warning" in out


def test_wrong_usage_and_no_connection(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    nobody = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "sk-none"}
    assert run("files", "upload", tmp_path, "--purpose", "fun")[0] == 2
    assert run("files", "upload", tmp_path, "--expires-after", "5m")[0] == 2
    assert run("files")[0] == 2
    (tmp_path / "empty").mkdir()
    assert run("files", "upload", tmp_path / "empty")[0] == 2
    code, _, err = run("files", "list", "--data-dir", tmp_path / "data", environ=nobody)
    assert code == 3 and error_of(err)["type"] == "connection_error"


def test_what_ctrl_c_broke_off_is_gone_on_with(recording_server: RecordingServer, tmp_path: Path) -> None:
    hold = threading.Event()
    made = {"id": "file-7", "object": "file", "bytes": 1, "created_at": 1, "filename": "a", "purpose": "user_data"}
    none = {"object": "list", "data": [], "has_more": False}
    recording_server.add("/files", Reply.of_json(made, hold=hold), Reply.of_json(none), Reply.of_json(made))
    (tmp_path / "a.txt").write_text("x")
    data, environ = ("--data-dir", tmp_path / "data"), at(recording_server)
    with start("files", "upload", tmp_path / "a.txt", *data, environ=environ) as process:
        assert recording_server.arrived.acquire(timeout=30)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    hold.set()
    assert process.returncode == 130 and b"playground files resume" in err
    code, out, err = run("files", "resume", "--json", *data, environ=environ)
    assert code == 0 and json.loads(out)["file_id"] == "file-7"
    code, out, err = run("files", "resume", *data, environ=environ)
    assert (code, out) == (0, b"") and b"Nothing was broken off" in err
