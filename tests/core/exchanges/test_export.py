"""What leaves the log: HAR that another reader takes, JSONL, CSV; and no secret in any of them."""

from __future__ import annotations

import base64
import contextlib
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from haralyzer import HarParser

from playground.core.exchanges import ExchangeStore, Timings
from playground.core.exchanges.export import FORMATS, write
from playground.core.exchanges.har import timings
from playground.core.exchanges.scrub import Scrubber
from playground.core.redact import HIDDEN, Redactor
from tests.core.exchanges.test_query import put

SECRETS = {
    "OpenAI key": "sk-proj-abcDEF0123456789abcdefXYZ",
    "session": "sess-0123456789abcdef0123456789",
    "bearer": "tok9876543210abcdefBEARER",
    "basic": "dXNlcjpodW50ZXIyMQ==",
    "cookie": "sid=c00kie-value-in-header",
    "set-cookie": "session=set-c00kie-value; Path=/",
    "api-key header": "azure-key-4711-0815",
    "password in a URL": "hunter2InUrl",
    "query": "query-secret-55aa",
    "AWS": "AKIAIOSFODNN7EXAMPLE",
    "GitHub": "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "Slack": "xoxb-1234567890-abcdefghij",
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    "Google": "AIzaSyA0123456789abcdefghijklmnopqrstuv",
    "private key": "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCPRIVATE",
    "password field": 'correct \\"horse battery',
    "field in JSON in JSON": "inner-pass-777",
    "assignment": "assigned-secret-99",
}


def seeded(store: ExchangeStore) -> None:
    """One exchange with every secret, in all the places where one can stand."""
    s = SECRETS
    text = (
        f"key {s['OpenAI key']} and {s['session']} curl -H 'Authorization: Bearer {s['bearer']}' "
        f"Authorization: Basic {s['basic']} postgres://user:{s['password in a URL']}@db/x "
        f"https://x.test/cb?access_token={s['query']}&a=b {s['AWS']} {s['GitHub']} {s['Slack']} {s['JWT']} "
        f"{s['Google']} export DB_PASSWORD={s['assignment']} "
        f"-----BEGIN RSA PRIVATE KEY-----\n{s['private key']}\n-----END RSA PRIVATE KEY----- "
        "The basic understanding of bearer tokens stays"
    )
    inner = json.dumps({"client_secret": s["field in JSON in JSON"], "fine": 1})
    body = json.dumps({"input": text, "arguments": inner}).encode()[:-1]
    body += b', "password": "%s", "max_output_tokens": 12}' % s["password field"].encode()
    headers = (
        ("content-type", "application/json"),
        ("Set-Cookie", s["set-cookie"]),
        ("x-api-key", s["api-key header"]),
        ("Cookie", s["cookie"]),
        ("x-ratelimit-remaining-tokens", "17"),
    )
    put(store, path=f"/x?api_key={s['query']}", body=body, answer=body, headers=headers)
    put(store, body=b"\x89PNG\x00\xff" + text.encode(), answer=text.encode(), status=500)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ExchangeStore]:
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        yield store


def exported(store: ExchangeStore, kind: str, query: str = "") -> bytes:
    assert store.flush()
    pieces: list[bytes] = []
    write(store, store.log.ids(query), kind, pieces.append, Scrubber())
    return b"".join(pieces)


def decoded(har: dict[str, Any]) -> str:
    """All of a HAR file as text, what is in base64 included."""
    texts = [json.dumps(har, ensure_ascii=False)]
    for entry in har["log"]["entries"]:
        for part in (entry["request"].get("postData", {}), entry["response"]["content"]):
            if part.get("encoding") == "base64":
                texts.append(base64.b64decode(part["text"]).decode("latin-1"))
    return "\n".join(texts)


@pytest.mark.parametrize("kind", FORMATS)
def test_no_secret_leaves(store: ExchangeStore, kind: str) -> None:
    seeded(store)
    store.log.note(store.log.ids(), f"from {SECRETS['GitHub']}")
    data = exported(store, kind)
    text = decoded(json.loads(data)) if kind == "har" else data.decode()
    for line in text.splitlines() if kind == "jsonl" else ():
        for attempt in json.loads(line)["attempt_details"]:
            body = attempt["request_body"]
            if isinstance(body, dict) and "base64" in body:
                text += base64.b64decode(body["base64"]).decode("latin-1")
    for name, secret in SECRETS.items():
        for spelling in (secret, secret.split()[-1].strip('"\\')):
            assert spelling not in text, name
    if kind != "csv":
        assert "basic understanding of bearer tokens stays" in text
        assert '"x-ratelimit-remaining-tokens"' in text and "17" in text
        assert "max_output_tokens" in text


def test_what_is_no_secret_stays() -> None:
    scrub = Scrubber()
    for text in (
        "sk-learn-like-names-of-things stay", "basic understanding, bearer of news", '"token": " the"', "a@b.c: d@e.f",
        '{"max_tokens": 5, "total_tokens": 9}', "https://example.com:8080/a?b=c", "eyJ is a prefix", "ghp_short",
        '"prompt_cache_key": "k"', "monkey=banana", '{"finish_reason": "stop", "author": "x"}',
    ):  # fmt: skip
        assert scrub.text(text) == text
    assert not scrub.removed
    assert scrub.text('"password": "x"') == f'"password": "{HIDDEN}"'
    assert scrub.text(scrub.text("?key=abc&x=1")) == f"?key={HIDDEN}&x=1"


def test_long_bodies_are_searched_in_a_moment() -> None:
    """No pattern goes through a long body again and again."""
    for piece in (
        "A",
        "a/",
        '"',
        "\\",
        "a.b",
        "eyJ",
        "sk-",
        "-----BEGIN PRIVATE KEY-----",
        "://",
        "?key=",
        "TOKEN",
        "_",
    ):
        Scrubber().text(piece * (300_000 // len(piece)))


def test_another_reader_takes_the_har(store: ExchangeStore) -> None:
    sse = b'event: response.created\ndata: {"type": "response.created"}\n\n'
    stream = (("content-type", "text/event-stream"),)
    put(store, answer=sse, headers=stream, first=0.15)
    put(store, attempts=3, path="/files", method="GET", body=b"")
    put(store, answer=None)
    put(
        store,
        answer=b"\x89PNG\r\n\x1a\n\x00\xff\xfe",
        headers=(("content-type", "image/png"),),
        path="/files/f/content",
    )
    har = json.loads(exported(store, "har"))
    parser = HarParser(har)
    assert parser.version == "1.2"
    assert [len(page.entries) for page in parser.pages] == [1, 3, 1, 1]
    streamed, retried, silent, binary = parser.pages
    assert streamed.entries[0].response.text == sse.decode()
    assert streamed.entries[0].response.mimeType == "text/event-stream"
    assert json.loads(streamed.entries[0].request.raw_entry["postData"]["text"])["model"] == "gpt-5.2"
    assert [entry.response.status for entry in retried.entries] == [503, 503, 200]
    assert "postData" not in retried.entries[0].request.raw_entry
    assert silent.entries[0].response.status == 0 and silent.entries[0].response.raw_entry["_error"] == "silence"
    content = binary.entries[0].response.raw_entry["content"]
    assert content["encoding"] == "base64" and base64.b64decode(content["text"]).startswith(b"\x89PNG")
    for entry in har["log"]["entries"]:
        parts = [value for name, value in entry["timings"].items() if value >= 0 and name != "ssl"]
        assert entry["time"] == pytest.approx(sum(parts)) and min(parts) >= 0
        assert {"send", "wait", "receive"} <= entry["timings"].keys()


def test_the_phases_of_an_attempt_add_up_to_its_time() -> None:
    whole = Timings(
        queued=0.01, resolved=0.03, connected=0.1, sent=0.15, first_byte=1.0, first_token=1.2, last_byte=4.0
    )
    found = timings(whole)
    assert found == {
        "blocked": 10, "dns": 20, "connect": 70, "ssl": -1, "send": 50, "wait": 850, "receive": 3000
    }  # fmt: skip
    reused = timings(Timings(queued=0.0, connected=0.001, sent=0.002, first_byte=0.5, last_byte=0.6))
    assert reused["dns"] == -1 and sum(value for value in reused.values() if value > 0) == pytest.approx(600)
    assert timings(Timings()) == {
        "blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": 0, "wait": 0, "receive": 0
    }  # fmt: skip


def test_jsonl_and_csv(store: ExchangeStore) -> None:
    put(store, answer=b'{"id": "resp_1", "usage": {"input_tokens": 5, "output_tokens": 2}}', ago=1.0)
    put(store, profile="=cmd|' /C calc'!A0", answer=b"{broken", status=400, body=b"\xff\xfe\x00")
    first, second = (json.loads(line) for line in exported(store, "jsonl").splitlines())
    assert first["tokens"] == 7 and first["attempt_details"][0]["response_body"]["id"] == "resp_1"
    assert second["attempt_details"][0]["response_body"] == "{broken"
    assert base64.b64decode(second["attempt_details"][0]["request_body"]["base64"]) == b"\xff\xfe\x00"
    rows = list(csv.DictReader(io.StringIO(exported(store, "csv", "status:400,200").decode())))
    assert [row["status"] for row in rows] == ["200", "400"] and rows[0]["tokens"] == "7"
    assert rows[1]["profile"].startswith("'="), "a spreadsheet must not take it for a formula"
    assert exported(store, "csv", "status:418").count(b"\r\n") == 1
    assert json.loads(exported(store, "har", "status:418"))["log"]["entries"] == []
