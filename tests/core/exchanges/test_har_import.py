"""HAR files into the log: of this program, of browsers and mitmproxy, twice, broken, huge, with anything in them."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.core.errors import ProblemError
from playground.core.exchanges import ExchangeDetail, ExchangeStore, har_stream
from playground.core.exchanges.bundle import write_bundle
from playground.core.exchanges.export import write
from playground.core.exchanges.har_import import Imported, import_har, tag_of
from playground.core.exchanges.har_read import path_of
from playground.core.exchanges.har_stream import HarError
from playground.core.exchanges.scrub import Scrubber
from playground.core.redact import Redactor
from tests.core.exchanges.test_export import SECRETS, seeded
from tests.core.exchanges.test_query import put
from tests.helpers.needs import ROOT

SSE = (
    b'data: {"type": "response.created"}\n\ndata: {"type": "response.completed", "response": {"id": "resp_77aa01"}}\n\n'
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ExchangeStore]:
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        yield store


@pytest.fixture
def other(tmp_path: Path) -> Iterator[ExchangeStore]:
    """Somebody else's log."""
    with contextlib.closing(ExchangeStore.open(tmp_path / "other.sqlite3", Redactor())) as store:
        yield store


def har_of(store: ExchangeStore, path: Path) -> Path:
    assert store.flush()
    with path.open("wb") as file:
        write(store, store.log.ids(), "har", file.write, Scrubber())
    return path


def entry(**changes: Any) -> dict[str, Any]:
    """As Chrome writes one."""
    made: dict[str, Any] = {
        "_initiator": {"type": "script"},
        "startedDateTime": "2026-11-20T10:00:00.250Z",
        "time": 812.5,
        "request": {
            "method": "POST",
            "url": "https://api.openai.com/v1/responses?x=1#part",
            "httpVersion": "http/2.0",
            "headers": [
                {"name": ":authority", "value": "api.openai.com"},
                {"name": "authorization", "value": "Bearer sk-proj-abcDEF0123456789abc"},
                {"name": "cookie", "value": "sid=c00kie"},
                {"name": "content-type", "value": "application/json"},
            ],
            "cookies": [{"name": "sid", "value": "c00kie"}],
            "bodySize": 60,
            "postData": {"mimeType": "application/json", "text": '{"model": "gpt-5.2", "input": "what is a whale"}'},
        },
        "response": {
            "status": 200,
            "statusText": "",
            "headers": [{"name": "x-request-id", "value": "req_chrome77"}],
            "content": {
                "size": 90,
                "mimeType": "application/json",
                "text": '{"id": "resp_abc12345", "model": "gpt-5.2", "usage": {"input_tokens": 1000, '
                '"output_tokens": 500, "total_tokens": 1500}}',
            },
            "bodySize": -1,
            "_transferSize": 300,
        },
        "timings": {"blocked": 2.5, "dns": 10, "ssl": 30, "connect": 50, "send": 0, "wait": 700, "receive": 50},
    }
    return {**made, **changes}


def saved(path: Path, *entries: Any, head: dict[str, Any] | None = None) -> Path:
    path.write_text(json.dumps({"log": {"version": "1.2", **(head or {}), "entries": entries}}), "utf-8")
    return path


def comparable(detail: ExchangeDetail) -> ExchangeDetail:
    """But for its place in the log."""
    return replace(detail, summary=replace(detail.summary, id="", origin=""))


def test_what_was_exported_is_imported_as_it_was(store: ExchangeStore, other: ExchangeStore, tmp_path: Path) -> None:
    put(other, answer=SSE, headers=(("content-type", "text/event-stream"),), first=0.15, attempts=1)
    put(other, attempts=3, path="/files", method="GET", body=b"", headers=(("X-A", "1"), ("X-A", "2")))
    put(other, answer=None)
    put(other, answer=b"\x89PNG\r\n\x1a\n\x00\xff\xfe", headers=(("content-type", "image/png"),), path="/files/f-1/c")
    put(other, status=429, attempts=2, answer=b'{"error": {"message": "No credit.", "code": "insufficient_quota"}}')
    put(other, answer=b'{"id": "resp_1", "usage": {"input_tokens": 5, "output_tokens": 2}}', body=b"\xff\x00\x01")
    assert other.flush()
    numbers = other.log.ids()
    other.log.note(numbers[:1], "a note, with “signs”")
    other.log.tag(numbers[1:2], "customer-7")
    other.log.pin(numbers[2:3])
    file = har_of(other, tmp_path / "from other.har")
    done = import_har(store, file)
    assert (done.added, done.known, done.unread, done.troubles, done.broken) == (6, 0, 0, [], "")
    there, here = other.log.page(), store.log.page()
    for before, after in zip(there, here, strict=True):
        assert comparable(other.load(before.summary.id)) == comparable(store.load(after.summary.id))
        assert {*before.tags, "har", "from-other"} == set(after.tags) and after.summary.origin == "import"
        for name in ("input_tokens", "output_tokens", "tokens", "cost", "pinned", "note"):
            assert getattr(before, name) == getattr(after, name), name
        assert store.log.one(before.summary.id) == after, "it is found by the ID that it had"
    assert [detail.arrivals for detail in store.load(here[-1].summary.id).attempts] == [((0, 0.2),)]


def test_nothing_is_imported_twice(store: ExchangeStore, other: ExchangeStore, tmp_path: Path) -> None:
    put(other)
    own = har_of(other, tmp_path / "own.har")
    assert import_har(other, own).known == 1, "what this program made and exported is there already"
    file = saved(tmp_path / "a.har", entry(), entry(time=900), entry())
    first = import_har(store, file)
    assert (first.added, first.known) == (2, 1), "the third is the first again"
    again = import_har(store, saved(tmp_path / "b.har", entry(), entry(startedDateTime="2026-11-20T10:00:01Z")))
    assert (again.added, again.known) == (1, 1) and "1 was in the log already" in again.words()
    store.remove(*(row.summary.id for row in store.log.page()))
    assert import_har(store, file).added == 2, "what was deleted may come again"


def test_a_browsers_file(store: ExchangeStore, tmp_path: Path) -> None:
    failed = entry(
        request={"method": "GET", "url": "https://api.openai.com/v1/models", "headers": []},
        response={"status": 0, "content": {}, "headers": [], "_error": "net::ERR_NAME_NOT_RESOLVED"},
        time=12,
    )
    error = {"error": {"message": "Slow down.", "code": "rate_limit_exceeded", "type": "requests"}}
    refused = entry(response={"status": 429, "headers": [], "content": {"text": json.dumps(error)}})
    picture = base64.b64encode(b"\x89PNG\x00\xff").decode()
    binary = entry(
        request={"method": "get", "url": "https://x.test/a.png", "headers": []},
        response={"status": 200, "headers": [], "content": {"text": picture, "encoding": "base64", "size": 6}},
    )
    local = entry(request={"method": "GET", "url": "data:image/png;base64,xx", "headers": []})
    events = 'data: {"type": "error", "message": "broke", "code": "x1"}\n\n'
    kind = [{"name": "content-type", "value": "text/event-stream"}]
    stream = entry(response={"status": 200, "headers": kind, "content": {"text": events}})
    done = import_har(store, saved(tmp_path / "My site, today.har", entry(), failed, refused, binary, local, stream))
    assert done.added == 5 and dict(done.passed_over) == {"data": 1} and done.tag == "My-site-today"
    broke, image, limited, lost, fine = store.log.page("tag:har tag:My-site-today origin:import")
    summary = fine.summary
    assert (summary.method, summary.path, summary.model, summary.status, summary.state) == (
        "POST", "/responses", "gpt-5.2", 200, "done"
    )  # fmt: skip
    assert (summary.request_id, summary.duration, fine.tokens) == ("req_chrome77", 0.8125, 1500)
    assert fine.cost is not None and fine.cost > 0
    assert [row.number for row in store.log.page("whale since:2026-11-20 until:2026-11-21")][-1] == fine.number
    assert not store.log.page("since:2026-11-22") and store.log.one("resp_abc12345") is not None
    (attempt,) = store.load(summary.id).attempts
    times = attempt.timings
    assert times.queued == 0.0025 and times.resolved == 0.0125 and times.tls == pytest.approx(0.0325)
    assert times.connected == pytest.approx(0.0625) and times.first_byte == pytest.approx(0.7625)
    assert attempt.url == "https://api.openai.com/v1/responses?x=1" and ":authority" not in dict(
        attempt.request_headers
    )
    assert (lost.summary.state, lost.summary.error_code, lost.summary.status) == (
        "failed", "net::ERR_NAME_NOT_RESOLVED", None
    )  # fmt: skip
    assert (limited.summary.error_code, limited.summary.error_message) == ("rate_limit_exceeded", "Slow down.")
    assert (broke.summary.state, broke.summary.error_code) == ("failed", "x1")
    assert store.load(image.summary.id).attempts[0].response_body == b"\x89PNG\x00\xff"
    data = (store.path.read_bytes() + store.path.with_name(f"{store.path.name}-wal").read_bytes()).lower()
    for secret in (b"sk-proj-abc", b"c00kie"):
        assert secret not in data


def test_what_mitmproxy_really_wrote(store: ExchangeStore) -> None:
    """Version 11.0.2 between curl and a server: `mitmdump --mode reverse:… --set hardump=…`."""
    done = import_har(store, ROOT / "tests" / "fixtures" / "mitmproxy-11.har")
    assert (done.added, done.troubles, done.removed["header authorization"]) == (4, [], 4)
    lost, picture, streamed, made = store.log.page()
    assert (lost.summary.status, lost.summary.path, lost.summary.state) == (404, "/nowhere", "failed")
    assert store.load(picture.summary.id).attempts[0].response_body == b"\x89PNG\x00\xff\xfe"
    assert streamed.summary.model == "gpt-4o" and streamed.summary.state == "done"
    assert (made.tokens, made.summary.request_id) == (7, "req_00000001") and 0 < (made.summary.duration or 0) < 1
    assert "[removed]" in store.load(lost.summary.id).attempts[0].url
    assert not store.log.page("sk-proj") and store.log.one("resp_mitm01") is not None


def test_mitmproxys_and_firefoxs_ways(store: ExchangeStore, tmp_path: Path) -> None:
    mitm = entry(
        startedDateTime="2026-11-20T10:00:00.123456+00:00",
        timings={"connect": 20, "ssl": 15, "send": 1, "wait": 100.5, "receive": 3, "blocked": -1, "dns": -1},
        request={"method": "POST", "url": "http://localhost:8000/upload", "headers": [], "postData": {
            "mimeType": "application/x-www-form-urlencoded", "text": "", "params": [{"name": "a b", "value": "ü"}]}},
        serverIPAddress="127.0.0.1",
    )  # fmt: skip
    firefox = entry(
        startedDateTime="2026-11-20T11:00:00.000+01:00", pageref="page_1", _attempt="x", time=-1, timings={}
    )
    file = tmp_path / "a.har"
    text = json.dumps({"log": {"pages": [{"id": "page_1"}], "entries": [mitm, firefox]}})
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert import_har(store, file).added == 2
    fox, proxied = (store.load(row.summary.id) for row in store.log.page())
    assert proxied.attempts[0].request_body == b"a+b=%C3%BC" and proxied.summary.path == "/upload"
    assert proxied.attempts[0].timings.tls == pytest.approx(0.005)
    assert fox.summary.started_at == 1_795_168_800.0 and fox.summary.duration == 0.0
    zipped = tmp_path / "b.har.gz"
    zipped.write_bytes(gzip.compress(json.dumps({"entries": [entry(time=5)]}).encode()))
    assert import_har(store, zipped).added == 1 and tag_of("b.har.gz") == "b"
    alone = tmp_path / "c.har"
    alone.write_text(json.dumps(entry(time=6)))
    assert import_har(store, alone).added == 1
    alone.write_text(json.dumps([entry(time=7), entry(time=8)]))
    assert import_har(store, alone).added == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<html>", "no JSON"),
        (b"{}", "neither"),
        (b'{"log": {"version": "1.2"}}', "neither"),
        (b'"log"', "neither"),
        (b"\xff\xfe{\x00", "UTF-16"),
        (b"PK\x03\x04rest", "cannot be unpacked"),
        (b"\x1f\x8b\x08rest", "no JSON"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no JSON"),
        (b'{"log": {"entries": [{"a"', "before its first entry"),
        (b"[" * 200_000, "nested"),
    ],
)
def test_what_is_no_har(store: ExchangeStore, tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "x.har"
    file.write_bytes(content)
    with pytest.raises(HarError, match=words):
        import_har(store, file)
    assert store.log.count() == 0


def test_a_support_bundle(store: ExchangeStore, other: ExchangeStore, tmp_path: Path) -> None:
    put(other, attempts=2, status=500)
    assert other.flush()
    bundle = write_bundle(other, other.log.ids(), tmp_path / "support-1.zip").path
    done = import_har(store, bundle)
    assert (done.added, done.tag) == (1, "support-1") and store.log.page()[0].summary.attempts == 2
    with zipfile.ZipFile(bundle, "a") as archive:
        archive.writestr("more.har", "{}")
    with pytest.raises(HarError, match="2 HAR files"):
        import_har(store, bundle)


def test_an_entry_that_was_packed_to_burst(
    store: ExchangeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(har_stream, "LARGEST", 2_000_000)
    text = json.dumps({"log": {"entries": [entry(), entry(comment="x" * 5_000_000), entry(time=3)]}})
    file = tmp_path / "x.har.gz"
    file.write_bytes(gzip.compress(text.encode()))
    done = import_har(store, file)
    assert done.added == 1 and "more than 2 MB" in done.broken
    deep = json.dumps({"log": {"entries": [entry()]}})[:-3] + ', {"a": ' + "[" * 300 + "]" * 300 + "}]}}"
    file.write_bytes(deep.encode())
    done = import_har(store, file)
    assert done.known == 1 and done.broken.startswith("An entry is nested more than 200 deep")


def test_good_entries_of_a_bad_file_are_kept(store: ExchangeStore, tmp_path: Path) -> None:
    bad: list[Any] = [
        5, {}, {"request": []}, {"request": {"method": "GET"}}, {"request": {"method": "", "url": "http://x"}},
        {"request": {"method": "GET", "url": "http://[::1"}}, {"request": {"method": "GET", "url": "nowhere"}},
    ]  # fmt: skip
    odd = entry(startedDateTime="yesterday", time="long", timings=[], response={
        "status": "fine", "headers": {"a": 1}, "content": {"text": "%%%", "encoding": "base64"}})  # fmt: skip
    text = json.dumps({"log": {"entries": [entry(), *bad, odd, entry(time=1)]}})
    file = tmp_path / "x.har"
    file.write_text(text)
    done = import_har(store, file)
    assert (done.added, done.unread) == (3, 7) and not done.broken
    assert done.troubles[0] == "Entry 2: it is no object." and "Entry 9: it tells no time" in " ".join(done.troubles)
    assert any("base64" in words for words in done.troubles) and "7 of its entries could not be read" in done.words()
    cut = tmp_path / "cut.har"
    cut.write_text(json.dumps({"log": {"entries": [entry(time=n) for n in range(10, 20)]}})[:-900])
    done = import_har(store, cut)
    assert 8 <= done.added <= 9 and f"no JSON after entry {done.added}" in done.broken
    assert done.broken in done.words()


def test_secrets_are_gone_before_anything_is_written(
    store: ExchangeStore, other: ExchangeStore, tmp_path: Path
) -> None:
    """Of a file of another program, in which nothing was masked."""
    seeded(other)
    assert other.flush()
    entries = []
    for row in other.log.page():
        for attempt in other.load(row.summary.id).attempts:
            headers = [{"name": name, "value": value} for name, value in attempt.response_headers]
            secret = [{"name": "x-custom-token", "value": SECRETS["OpenAI key"]}]
            url = f"https://user:{SECRETS['password in a URL']}@x.test/?api_key={SECRETS['query']}"
            text = attempt.response_body.decode("latin-1")
            entries.append(entry(
                request={"method": "POST", "url": url, "headers": headers + secret, "postData": {"text": text}},
                response={"status": 500, "headers": headers, "content": {
                    "text": base64.b64encode(b"\xff\x00" + text.encode("latin-1")).decode(), "encoding": "base64"}},
            ))  # fmt: skip
    done = import_har(store, saved(tmp_path / "x.har", *entries))
    assert done.added == len(entries) and done.removed["GitHub token"] and done.removed["password in a URL"]
    assert store.flush()
    store.close()
    data = store.path.read_bytes()
    for name, secret in SECRETS.items():
        assert secret.encode() not in data, name


def test_a_huge_file_needs_little_memory(store: ExchangeStore, tmp_path: Path) -> None:
    """100 MB, of which one entry at a time is read; and it tells how far it is, and can be stopped."""
    file = tmp_path / "huge.har"
    body = base64.b64encode(b"\x00\xff" + b"not a word " * 45_000).decode()
    count = 150
    with file.open("w") as out:
        out.write('{"log": {"entries": [')
        for number in range(count):
            one = entry(time=number, response={"status": 200, "headers": [], "content": {
                "text": body, "encoding": "base64"}})  # fmt: skip
            out.write(("," if number else "") + json.dumps(one))
        out.write("]}}")
    assert file.stat().st_size > 95e6
    told: list[int] = []

    def hear(read: int, total: int) -> None:
        told.append(read)
        if read > total / 8:
            raise InterruptedError

    tracemalloc.start()
    done = import_har(store, file, told=hear, patterns=())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.stopped and 5 < done.added < count / 2 and peak < 40e6, (done.added, peak)
    assert told == sorted(told) and "stopped" in done.words() and store.log.count() == done.added


def test_the_log_cannot_be_written(store: ExchangeStore, tmp_path: Path) -> None:
    file = saved(tmp_path / "x.har", *(entry(time=n) for n in range(100)))

    def refuse(db: Any) -> None:
        db.execute("PRAGMA query_only = ON")

    store.writer.run_afterwards(refuse)
    assert store.flush()
    with pytest.raises(ProblemError) as caught:
        import_har(store, file)
    assert "nothing is written twice" in caught.value.problem.remedy and store.log.count() == 0


def test_paths() -> None:
    for url, path in (
        ("https://api.openai.com/v1/chat/completions", "/chat/completions"),
        ("https://x.openai.azure.com/openai/deployments/d/chat/completions", "/deployments/d/chat/completions"),
        ("https://x.openai.azure.com/openai/v1/responses", "/responses"),
        ("http://localhost:11434/api/chat", "/api/chat"),
        ("https://generativelanguage.googleapis.com/v1beta/openai/models", "/openai/models"),
        ("https://example.com", "/"),
    ):
        assert path_of(url) == path


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["request", "response", "method", "url", "headers", "name", "value", "postData", "text",
                         "encoding", "content", "status", "timings", "wait", "time", "_call", "_attempt", "_moments",
                         "_arrivals", "_started", "pageref", "params", "tags", "state", "duration"]),
        inner, max_size=6), max_leaves=30,
)  # fmt: skip


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ExchangeStore, Path]]:
    folder = tmp_path_factory.mktemp("fuzz")
    with contextlib.closing(ExchangeStore.open(folder / "log.sqlite3", Redactor())) as store:
        yield store, folder / "x.har"


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_nothing_makes_it_fall(fuzzed: tuple[ExchangeStore, Path], data: st.DataObject) -> None:
    """Entries with any value in any place, files cut or changed anywhere: what is good is kept, the rest is said."""
    store, file = fuzzed
    good = entry(startedDateTime="2026-11-20T10:00:00Z", time=data.draw(st.integers(1, 10**9)))
    changed = json.loads(json.dumps(good))
    place = changed
    for _ in range(data.draw(st.integers(0, 3))):
        inner = [value for value in place.values() if isinstance(value, dict)]
        place = data.draw(st.sampled_from(inner)) if inner else place
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON)
    raw = json.dumps({"log": {"entries": [changed, data.draw(JSON), good]}}).encode("utf-8", "surrogatepass")
    whole = data.draw(st.booleans())
    if not whole:
        at = data.draw(st.integers(0, len(raw)))
        raw = raw[:at] + data.draw(st.binary(max_size=5)) + raw[data.draw(st.sampled_from([at, len(raw)])) :]
    file.write_bytes(raw)
    before = store.log.count()
    try:
        done = import_har(store, file)
    except HarError as error:
        assert not whole and str(error)
        return
    assert isinstance(done, Imported) and store.log.count() == before + done.added
    if whole:
        assert done.added + done.known >= 1 and not done.broken
    for row in store.log.page(limit=done.added) if done.added else ():
        assert store.load(row.summary.id).attempts and row.summary.started_at > 0


def test_the_time_it_takes(store: ExchangeStore, tmp_path: Path) -> None:
    """Not quadratic: ten times as many entries take about ten times as long."""
    took = []
    for count in (60, 600):
        file = saved(tmp_path / f"{count}.har", *(entry(time=n + count) for n in range(count)))
        began = time.process_time()
        assert import_har(store, file).added == count
        took.append(time.process_time() - began)
    assert took[1] < 30 * took[0]
