"""`playground stores`: the real process against the real sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.test_call import at, error_of, run
from tests.helpers.sandbox import Server


def lines(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(one) for one in out.decode().splitlines()]


def test_from_a_folder_to_a_store(sandbox_server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "returns.md").write_text("Goods go back within 30 days.")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    common, environ = ("--data-dir", tmp_path / "data"), at(sandbox_server)

    code, out, err = run(
        "stores", "create", "Manuals", "--expires-days", "3", "--metadata", "team=one", "--json", *common,
        environ=environ,
    )  # fmt: skip
    assert (code, err) == (0, b"")
    store = lines(out)[0]["id"]
    code, out, err = run(
        "stores", "add", "Manuals", folder, "--attribute", "year=2026", "--attribute", 'code="7"', "--chunk", "200",
        "--watch", "--quiet", *common, environ=environ,
    )  # fmt: skip
    assert code == 1 and err == b"" and b"1 ready, 1 failed" in out

    code, out, err = run("stores", "files", store, "--json", *common, environ=environ)
    files = {one["status"]: one for one in lines(out)}
    assert code == 1 and files["completed"]["attributes"] == {"year": 2026, "code": "7"}
    assert files["completed"]["chunking_strategy"]["static"]["chunk_overlap_tokens"] == 100
    assert "Open it and see" in files["failed"]["explanation"]
    code, out, _ = run("stores", "files", store, "--chunks", files["completed"]["id"], *common, environ=environ)
    assert code == 0 and b"30 days" in out

    code, out, err = run("stores", "update", store, "--name", "Help", "--no-expiry", *common, environ=environ)
    assert code == 0 and b"stays  Help" in out
    code, out, err = run("stores", "list", "--search", "team", *common, environ=environ)
    assert code == 0 and store.encode() in out and b"stores; all of them take" in err
    code, out, _ = run("stores", "watch", store, *common, environ=environ)
    assert code == 1 and out == b"Help: 1 ready, 1 failed\n"
    code, out, _ = run("stores", "delete", store, *common, environ=environ)
    assert code == 0 and b"deleted" in out
    code, out, err = run("stores", "watch", store, *common, environ=environ)
    assert code == 1 and error_of(err)["status"] == 404


def test_searched_measured_and_copied(sandbox_server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "returns.md").write_text("Goods go back within 30 days with the receipt.")
    (folder / "shipping.md").write_text("Shipping takes two days by courier.")
    common, environ = ("--data-dir", tmp_path / "data"), at(sandbox_server)

    def stores(*words: object) -> tuple[int, bytes, bytes]:
        return run("stores", *words, *common, environ=environ)

    ids = [lines(stores("create", name, "--json")[1])[0]["id"] for name in ("first", "second")]
    assert stores("add", ids[0], folder, "--watch", "--quiet")[0] == 0
    code, out, err = stores("search", "receipt for goods", ids[0], "--most", "1")
    assert code == 0 and err == b"" and b"[receipt]" in out and b"returns.md" in out
    both = ("--setting", '{"name": "one", "max_num_results": 1}', "--setting", '{"filters": null}')
    code, out, _ = stores("search", "courier", ids[0], "--json", *both)
    assert code == 0 and {one["setting"]: len(one["results"]) for one in lines(out)}["one"] == 1

    tests = tmp_path / "questions.json"
    tests.write_text(
        '{"cases": [{"query": "receipt for goods", "expected": "returns.md"}, {"query": "courier", "expected": "no"}]}'
    )
    code, out, err = stores("test", tests, ids[0], "--least", "0.5")
    assert code == 0 and err == b"" and b"1 of 2 found (50%), mean rank 1.0, MRR 0.50" in out
    code, out, err = stores("test", tests, ids[0], "--least", "0.6", "--json")
    assert code == 1 and lines(out)[0]["ranks"] == [1, None] and b"1 of 2 found" in err
    assert len((tmp_path / "questions.history.jsonl").read_text().splitlines()) == 2

    code, out, _ = stores("copy", ids[0], "--to", ids[1], "--json")
    assert code == 0 and [one["step"] for one in lines(out)].count("ready") == 2
    code, out, _ = stores("copy", ids[0], "--to", ids[1], "--move")
    assert code == 0 and out.count(b"moved") == 2
    assert stores("files", ids[0])[1] == b"" and stores("files", ids[1])[1].count(b"completed") == 2
    for words in (
        ("search", "x", ids[0], "--most", "51"), ("search", "x", ids[0], "--filter", "{"),
        ("search", "x", ids[0], "--setting", "{}", "--rewrite"), ("test", tmp_path / "absent.json", ids[0]),
        ("copy", ids[0], "--to", ids[0]),
    ):  # fmt: skip
        code, out, err = stores(*words)
        assert (code, out) == (2, b""), words


def test_wrong_usage_and_no_connection(sandbox_server: Server, tmp_path: Path) -> None:
    common, environ = ("--data-dir", tmp_path / "data"), at(sandbox_server)
    assert run("stores")[0] == 2
    for words in (
        ("create", "x", "--expires-days", "366"), ("create", "x", "--metadata", "team"), ("update", "nobody"),
        ("add", "x", "file-1", "--chunk", "50"), ("add", "x", "file-1", "--chunk", "many"),
    ):  # fmt: skip
        code, out, err = run("stores", *words, *common, environ=environ)
        assert code == 2 and out == b"" and error_of(err)["type"] == "usage", words
    nobody = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "sk-none"}
    code, _, err = run("stores", "watch", "vs_1", *common, environ=nobody)
    assert code == 3 and error_of(err)["type"] == "connection_error"
