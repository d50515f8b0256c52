"""The support bundle: what is in it, that it is the same each time, whole or not there, and without a secret."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from haralyzer import HarParser

from playground.core.errors import ProblemError
from playground.core.exchanges import ExchangeStore
from playground.core.exchanges.bundle import NAMES, file_name, write_bundle
from playground.core.exchanges.patterns import SecretPattern
from playground.core.profiles import Profile
from playground.core.redact import Redactor
from tests.core.exchanges.test_export import SECRETS, seeded
from tests.core.exchanges.test_query import put

AROUND = {"This program": "test 1", "Python": "3.x"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ExchangeStore]:
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        yield store


def failed(store: ExchangeStore) -> str:
    error = {"message": "The server had an error | <b>", "type": "server_error", "code": None, "param": None}
    headers = (("openai-processing-ms", "1480"), ("openai-version", "2020-10-01"), ("openai-organization", "acme"))
    exchange = put(store, status=500, attempts=3, answer=json.dumps({"error": error}).encode(), headers=headers)
    assert store.flush()
    return exchange


def unzipped(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_support_asks_for(store: ExchangeStore, tmp_path: Path) -> None:
    exchange = failed(store)
    work = Profile.new("Work", base_url="https://eu.api.openai.com/v1", organization="org-acme")
    made = write_bundle(
        store, store.log.ids(), tmp_path / "b.zip", profiles={"Work": work}, surroundings=AROUND, patterns=()
    )
    files = unzipped(made.path)
    assert set(files) == set(NAMES) and (made.count, made.size) == (1, made.path.stat().st_size)
    text = files["summary.md"].decode()
    for part in (
        "gpt-5.2", "500", "server_error", "POST https://api.openai.com/v1/responses", "responses.create", "Work",
        "- Base URL: https://api.openai.com/v1\n", "org-acme", f"req_{exchange.lower()}3", f"pg-{exchange}-1", "UTC",
        "3 attempts", "What to do", "Try again", "1480 ms", "2020-10-01", "acme", "test 1", "\\| \\<b\\>",
    ):  # fmt: skip
        assert part in text, part
    document = json.loads(files["exchanges.json"])
    (one,) = document["exchanges"]
    assert document["environment"] == AROUND and one["diagnosis"]["class"] == "server"
    assert [attempt["status"] for attempt in one["attempt_details"]] == [503, 503, 500]
    assert one["attempt_details"][0]["request_body"]["input"] == "hello"
    parser = HarParser(json.loads(files["log.har"]))
    assert [entry.response.status for entry in parser.pages[0].entries] == [503, 503, 500]


def test_the_same_exchanges_make_the_same_bytes(store: ExchangeStore, tmp_path: Path) -> None:
    failed(store)
    seeded(store)
    assert store.flush()
    files = [tmp_path / name for name in ("a.zip", "b.zip")]
    for file in files:
        write_bundle(store, store.log.ids(), file, surroundings=AROUND)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_without_bodies(store: ExchangeStore, tmp_path: Path) -> None:
    put(store, body=b'{"input": "private words"}', answer=b'{"output": "private answer"}')
    put(store, body=b'{"input": "open words"}')
    assert store.flush()
    newest, oldest = store.log.ids()
    write_bundle(store, [newest, oldest], tmp_path / "b.zip", bodies=lambda number: number == newest)
    for name, data in unzipped(tmp_path / "b.zip").items():
        assert b"private" not in data, name
        assert b"open words" in data or name == "summary.md"
    assert b"left out" in unzipped(tmp_path / "b.zip")["summary.md"]


def spellings(secret: str) -> set[bytes]:
    """Whatever a secret can look like in a file."""
    raw = secret.encode()
    found = {raw, quote(secret, safe="").encode(), json.dumps(secret)[1:-1].encode()}
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        inner = coded[-(-before * 8 // 6) : len(coded) - 2]
        found |= {inner.encode(), inner.replace("+", "-").replace("/", "_").encode()}
    return found


def test_no_secret_is_in_it_in_any_spelling(store: ExchangeStore, tmp_path: Path) -> None:
    words = "Projekt Nachtigall"
    coded = base64.b64encode(f"user: {SECRETS['GitHub']} and {words}".encode()).decode()
    asked = json.dumps({"input": f"{words}; {coded}; {quote(SECRETS['AWS'] + ' ' + words, safe='')}"})
    put(store, path=f"/x?note={quote(words)}", body=asked.encode(), answer=f"data: {words}\n\n".encode())
    escaped = "".join(f"\\u{ord(sign):04x}" if sign in "sk" else sign for sign in SECRETS["OpenAI key"])
    put(store, body=b'{"input": "%s"}' % escaped.encode())
    seeded(store)
    assert store.flush()
    store.log.note(store.log.ids(), f"{words} {SECRETS['Slack']}")
    named = (SecretPattern("project", "text", words),)
    made = write_bundle(store, store.log.ids(), tmp_path / "b.zip", patterns=named)
    for name, data in unzipped(made.path).items():
        texts = [data]
        if name == "log.har":
            for entry in json.loads(data)["log"]["entries"]:
                for part in (entry["request"].get("postData", {}), entry["response"]["content"]):
                    texts.append(part.get("text", "").encode())
                    if part.get("encoding") == "base64":
                        texts.append(base64.b64decode(part["text"]))
        for kind, secret in {**SECRETS, "named": words}.items():
            for spelling in spellings(secret):
                assert not any(spelling in text for text in texts), (name, kind, spelling)
    assert made.removed["project"] >= 4
    assert {"OpenAI key in JSON's escapes", "AWS access key", "GitHub token", "Slack token"} <= set(made.removed)


def test_it_is_whole_or_not_there(store: ExchangeStore, tmp_path: Path) -> None:
    failed(store)
    file = tmp_path / "out" / "b.zip"
    with pytest.raises(OSError) as caught:
        write_bundle(store, store.log.ids(), file)
    assert caught.value.filename == str(file)
    file.parent.mkdir()
    file.write_bytes(b"old")

    def stop(done: int, total: int) -> None:
        if done == total:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        write_bundle(store, store.log.ids(), file, told=stop)
    assert file.read_bytes() == b"old" and list(file.parent.iterdir()) == [file]
    slow = SecretPattern("slow", "regex", r"hel+o")
    object.__setattr__(slow, "expression", r"(l|ll)+$")  # as if its trial had missed it
    put(store, body=b'{"input": "%s"}' % (b"l" * 3000))
    assert store.flush()
    with pytest.raises(ProblemError) as refused:
        write_bundle(store, store.log.ids(), file, patterns=[slow])
    assert "slow" in refused.value.problem.title and list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full's file system")
def test_a_full_disk(store: ExchangeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit on the size of a file is the one way to have a disk full for one process."""
    import resource
    import signal

    put(store, body=json.dumps({"input": base64.b64encode(os.urandom(3_000_000)).decode()}).encode())
    assert store.flush()
    before, limit = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limit[1]))
    try:
        with pytest.raises(OSError) as caught:
            write_bundle(store, store.log.ids(), tmp_path / "full.zip", patterns=())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, before)
    assert caught.value.filename == str(tmp_path / "full.zip")
    assert [path.name for path in tmp_path.iterdir() if "full" in path.name] == []


def test_names_of_files(store: ExchangeStore) -> None:
    exchange = failed(store)
    rows = store.log.page()
    assert file_name(rows) == f"support-req_{exchange.lower()}3.zip"
    assert file_name(rows * 3) == "support-2026-09-21-3-requests.zip" and file_name([]) == "support.zip"


def test_nothing_and_much(store: ExchangeStore, tmp_path: Path) -> None:
    assert write_bundle(store, [], tmp_path / "none.zip").count == 0
    assert json.loads(unzipped(tmp_path / "none.zip")["exchanges.json"])["exchanges"] == []
    for _ in range(60):
        put(store)
    assert store.flush()
    told: list[Any] = []
    write_bundle(store, store.log.ids(), tmp_path / "many.zip", told=lambda *so_far: told.append(so_far))
    assert told[-1] == (120, 120) and told[0] == (1, 120)
    text = unzipped(tmp_path / "many.zip")["summary.md"].decode()
    assert text.count("\n## ") == 50 + 3 and "The other 10 requests" in text
    assert io.BytesIO(unzipped(tmp_path / "many.zip")["log.har"]).read().count(b'"pageref"') == 60
