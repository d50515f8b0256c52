"""The query language: what it finds in a real log, what it says of mistakes, and that nothing makes it fall."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.exchanges import ExchangeStore, QueryError, Timings, new_id, retention, schema
from playground.core.exchanges.messages import (
    Answered,
    AttemptBegan,
    AttemptEnded,
    ExchangeBegan,
    ExchangeEnded,
    RequestBody,
)
from playground.core.exchanges.query import FIELDS, complete, parse
from playground.core.exchanges.query.sql import conditions
from playground.core.exchanges.store import connect
from playground.core.redact import Redactor
from tests.bench import log_made

NOW = 1_790_000_000.0


def put(
    store: ExchangeStore,
    *,
    path: str = "/responses",
    method: str = "POST",
    profile: str = "Work",
    body: bytes = b'{"model": "gpt-5.2", "input": "hello"}',
    answer: bytes | None = b"{}",
    status: int = 200,
    ago: float = 60.0,
    attempts: int = 1,
    duration: float = 1.0,
    first: float | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> str:
    """One exchange as the recorder tells it; `answer` None: it never came."""
    exchange = new_id()
    store.writer.put(ExchangeBegan(exchange, NOW - ago, profile, method, path, "responses.create", "test"))
    timings = Timings(first_byte=0.1, first_token=first)
    for number in range(1, attempts + 1):
        client = f"pg-{exchange}-{number}"
        url = f"https://api.openai.com/v1{path}"
        store.writer.put(AttemptBegan(exchange, number, NOW - ago, url, (("X-Client-Request-Id", client),), client))
        store.writer.put(RequestBody(exchange, number, body, len(body)))
        if answer is None:
            store.writer.put(AttemptEnded(exchange, number, "failed", "ReadTimeout", "silence", timings, 0))
            continue
        last = number == attempts
        store.writer.put(
            Answered(exchange, number, status if last else 503, headers, f"req_{exchange.lower()}{number}", timings)
        )
        store.writer.put((exchange, number, 0.2, answer))
        store.writer.put(AttemptEnded(exchange, number, "done", None, None, timings, len(answer)))
    store.writer.put(ExchangeEnded(exchange, duration))
    return exchange


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ExchangeStore]:
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        yield store


@pytest.fixture
def kinds(store: ExchangeStore) -> dict[str, str]:
    """Exchanges of several kinds by a name each."""
    usage = b'"usage": {"input_tokens": 2000, "output_tokens": 300, "total_tokens": 2300}'
    quota = b'{"error": {"message": "No credit.", "code": "insufficient_quota"}}'
    made = {
        "plain": put(store, ago=3 * 3600),
        "big": put(store, answer=b'{"id": "resp_big1", "model": "gpt-5.2", ' + usage + b"}", first=2.5, duration=8),
        "quota": put(store, status=429, answer=quota, body=b'{"model": "gpt-5-mini", "input": "free text here"}'),
        "retried": put(store, method="GET", path="/files/file-abc12345", attempts=3, body=b"", profile="Home office"),
        "silent": put(store, answer=None, body=b'{"model": "o4-mini", "previous_response_id": "resp_prev77"}'),
    }
    assert store.flush()
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "silent retried quota big plain"),
        ("status:429", "quota"),
        ("status>=400", "quota"),
        ("status:4xx", "quota"),
        ("status!=200", "silent quota"),
        ("-status:200", "silent quota"),
        ("status:429,200 -code:insufficient_quota", "retried big plain"),
        ("status:failed", "silent quota"),
        ("model:gpt-*", "quota big plain"),
        ("model:GPT-5.2", "big plain"),
        ("model:*mini", "silent quota"),
        ("model:gpt-5?mini", "quota"),
        ("code:insufficient_quota", "quota"),
        ("code:readtimeout", "silent"),
        ("path:/files", "retried"),
        ("path:/v1/files", "retried"),
        ("path:files", "retried"),
        ("method:post model:gpt-*", "quota big plain"),
        ("since:2h", "silent retried quota big"),
        ("until:2h", "plain"),
        ("dur>5s", "big"),
        ("dur<=1000ms", "silent retried quota plain"),
        ("first>2s", "big"),
        ("attempts>1", "retried"),
        ("attempts:3", "retried"),
        ("tokens>1k", "big"),
        ("in:2000 out<301", "big"),
        ("cost>0.001", "big"),
        ("profile:work", "silent quota big plain"),
        ('profile:"Home office"', "retried"),
        ('"free text"', "quota"),
        ('"text free"', ""),
        ("text free", "quota"),
        ("free tex", "quota"),
        ("hello -status:429", "big plain"),
        ("-hello", "silent retried quota"),
        ("hello -plain", "big plain"),
        ("sdk:responses.*", "silent retried quota big plain"),
        ("origin:test status:503", ""),
        ("pinned:no status:429", "quota"),
        ("pinned:yes", ""),
        ("tag:none", ""),
        ("-tag:none status:429", "quota"),
        ("resp_big1", "big"),
        ("RESP_BI", "big"),
        ("id:resp_b", "big"),
        ("id:resp_big1,file-abc", "retried big"),
        ("file-abc12345", "retried"),
        ("resp_prev77", "silent"),
        ("-resp_prev77", "retried quota big plain"),
    ],
)
def test_what_a_query_finds(store: ExchangeStore, kinds: dict[str, str], query: str, found: str) -> None:
    names = {exchange: name for name, exchange in kinds.items()}
    rows = store.log.rows(store.log.ids(query, now=NOW))
    assert " ".join(names[row.summary.id] for row in rows) == found


def test_what_leads_makes_no_difference(
    store: ExchangeStore, kinds: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rows, whether a condition's rows are listed first or looked up one by one."""
    queries = ["status:429 text", "model:gpt-* hello", "resp_big1 status:200", "id:resp -hello", "tag:a -model:o4-mini"]
    store.log.tag(store.log.ids("model:gpt-*"), "a")
    expected = [store.log.ids(query) for query in queries]
    assert all(expected)
    monkeypatch.setattr("playground.core.exchanges.log.FEW", 1)
    assert [store.log.ids(query) for query in queries] == expected


def test_every_id_of_a_call_that_never_got_an_answer_finds_it(store: ExchangeStore, kinds: dict[str, str]) -> None:
    exchange = kinds["silent"]
    assert exchange in [row.summary.id for row in store.log.page(exchange[:14].lower())]
    for text in (exchange, exchange[:-1].lower(), f"pg-{exchange}-1", f"pg-{exchange}", "resp_prev77"):
        assert [row.summary.id for row in store.log.page(text)] == [exchange], text
        found = store.log.one(text)
        assert found is not None and found.summary.id == exchange
    assert store.log.one("pg-") is None, "many begin so"
    assert store.log.one("") is None


@pytest.mark.parametrize(
    "text",
    ["req_0a1b2c3d4e", "chatcmpl-9xYz0123", "batch_67ab01cd", "file-Abc123xyz", "ftjob-7Gh8Jk9L0", "conv_68aa11bb22"],
)
@pytest.mark.parametrize("where", ["path", "request", "answer", "header"])
def test_an_id_is_found_wherever_it_stands(store: ExchangeStore, text: str, where: str) -> None:
    other = put(store)
    said = f'{{"id": "{text}"}}'.encode()
    exchange = put(
        store,
        path=f"/things/{text}" if where == "path" else "/things",
        body=b'{"wanted": ["%s"]}' % text.encode() if where == "request" else b"{}",
        answer=said if where == "answer" else b"{}",
        headers=(("x-upstream-request-id", text),) if where == "header" else (),
    )
    assert store.flush()
    for part in (text, text[:8], text.upper()):
        found = [row.summary.id for row in store.log.page(f"id:{part}")]
        assert exchange in found and other not in found


def test_pages_are_whole_and_without_gaps(store: ExchangeStore) -> None:
    for _ in range(25):
        put(store)
    store.flush()
    everything = store.log.ids("status:200")
    assert len(everything) == 25 == store.log.count("status:200") == store.log.count()
    pages: list[int] = []
    while page := store.log.ids("status:200", 7, before=pages[-1] if pages else None):
        pages += page
    assert pages == everything
    assert [row.number for row in store.log.rows([*everything[5:9], 10**9])] == everything[5:9]


def test_tokens_and_cost_are_those_of_the_server(store: ExchangeStore, kinds: dict[str, str]) -> None:
    row = store.log.one(kinds["big"])
    assert row is not None
    assert (row.input_tokens, row.output_tokens, row.tokens) == (2000, 300, 2300)
    assert row.cost == pytest.approx((2000 * 1.75 + 300 * 14) / 1e6)
    again = put(store, method="GET", path="/responses/resp_big1", answer=b'{"usage": {"input_tokens": 5}}')
    spoken = put(store, answer=rb'{"text": "\"usage\": {\"input_tokens\": 99}"}')
    monstrous = put(store, answer=b'{"usage": {"input_tokens": %d, "output_tokens": -4}}' % 10**30)
    stream = put(
        store, answer=b'data: {"usage": null}\n\ndata: {"usage": {"prompt_tokens": 3, "completion_tokens": 4}}\n\n'
    )
    store.flush()
    for exchange, tokens in ((again, None), (spoken, None), (monstrous, None), (stream, 7)):
        row = store.log.one(exchange)
        assert row is not None and row.tokens == tokens


def test_marks(store: ExchangeStore, kinds: dict[str, str]) -> None:
    log = store.log
    both = log.ids("model:gpt-5.2")
    log.pin(both[:1])
    log.tag(both, "Customer-7")
    log.note(both[:1], "  look at this  ")
    (row,) = log.page("pinned:yes")
    assert (row.pinned, row.note, row.tags) == (True, "look at this", ("Customer-7",))
    assert log.ids("tag:customer-7") == both and log.ids("tag:cust* pinned:no") == both[1:]
    log.untag(both[:1], "customer-7")
    log.pin(both[:1], False)
    log.note(both[:1], "")
    assert log.ids("tag:customer-7") == both[1:] and log.page("pinned:yes") == []
    for tag in ("", "two words", "a,b", "x" * 61):
        with pytest.raises(ValueError, match="A tag has"):
            log.tag(both, tag)
    store.remove(*kinds.values())
    assert log.ids("tag:customer-7") == []


def test_what_is_pinned_is_kept_when_it_is_old(store: ExchangeStore, kinds: dict[str, str]) -> None:
    kept = store.log.ids("status:429")
    store.log.pin(kept)
    assert retention.tidy(store, -1e6, None).gone == 4
    assert store.log.ids() == kept


@pytest.mark.parametrize(
    ("query", "part", "words"),
    [
        ("modle:gpt", "modle", "Did you mean “model”"),
        ("xyzzy:1", "xyzzy", "There are: status, model"),
        ("a status:", "", "A value is missing here"),
        ("status:abc", "abc", "such as 429"),
        ("dur>fast", "fast", "Units are ms"),
        ("tokens>many", "many", "is no number"),
        ("since:5", "5", "needs a unit"),
        ("since:2026-13-45", "2026-13-45", "is no time"),
        ("model>gpt", ">", "cannot be greater"),
        ('profile:"Work', '"Work', "not closed"),
        ('say "hello', '"hello', "not closed"),
        ('profile:"a"b', "b", "blank is missing"),
        ("dur>1s,2s", ",", "takes one value"),
        ("pinned:maybe", "maybe", "neither yes nor no"),
        ("model:*a*b*c*d*e*f*g*h*i", "*a*b*c*d*e*f*g*h*i", "too many"),
    ],
)
def test_a_mistake_is_said_where_it_is(query: str, part: str, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        conditions(parse(query))
    assert query[caught.value.start : caught.value.end] == part
    assert words in caught.value.words


def test_what_looks_like_a_field_can_be_text(store: ExchangeStore) -> None:
    exchange = put(store, body=b'{"input": "see http://example.com/a now: later"}')
    store.flush()
    for query in ("http://example.com/a", '"now: later"', "- see", "-zebra see"):
        assert [row.summary.id for row in store.log.page(query)] == [exchange], query


def test_times_are_those_of_this_computer() -> None:
    def bound(query: str) -> float:
        (condition,) = conditions(parse(query), NOW).held
        (value,) = condition.parameters
        assert isinstance(value, float)
        return value

    today = datetime.fromtimestamp(NOW).astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    assert bound("since:90m") == NOW - 5400
    assert bound("since:today") == today.timestamp()
    assert bound("since:00:00") == today.timestamp()
    assert bound("until:2026-03-04") == datetime(2026, 3, 4).timestamp()  # noqa: DTZ001
    assert bound("until:2026-03-04T05:06+00:00") == 1772600760.0


_PIECES = st.sampled_from(
    [
        *(f"{field.name}{operator}" for field in FIELDS for operator in (":", ">", "!=", "<=", "=")),
        *(part for field in FIELDS for part in field.example.split(", ")),
        '"', "“", "\\", "-", ",", " ", "*", "?", "'", ";", "--", "\x00", "\ud800", "NEAR(", "OR", "(", "🙂", "é",
        "req_", "file-abc1", "%", "_", "1e999", "9" * 20, "4xx", "2h",
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExchangeStore]:
    path = tmp_path_factory.mktemp("filled") / "log.sqlite3"
    log_made.make(path, 300)
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        yield store


@given(st.lists(_PIECES | st.text(max_size=8), max_size=8).map("".join), st.integers(0, 60))
@settings(max_examples=400, deadline=None)
def test_anything_can_be_typed(filled: ExchangeStore, text: str, cursor: int) -> None:
    """An answer or words about a part of the text; nothing else, and never another SQL than it should be."""
    try:
        found = filled.log.ids(text, 50)
        assert found == sorted(found, reverse=True) and len(found) <= 50
    except QueryError as error:
        assert 0 <= error.start <= error.end <= len(text) and error.words
    for candidate in complete(text, cursor, filled.log.values):
        assert 0 <= candidate.start <= candidate.end <= min(cursor, len(text))


@given(st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable()))
@settings(max_examples=200, deadline=None)
def test_a_completed_value_means_itself(text: str) -> None:
    (first, *_) = complete("profile:", 8, lambda field, beginning: [text])
    (term,) = parse(f"profile:{first.text}")
    assert [value.text for value in term.values] == [text]  # type: ignore[union-attr]


def texts(query: str, cursor: int, store: ExchangeStore) -> list[str]:
    return [candidate.text for candidate in complete(query, cursor, store.log.values)]


def test_completion(store: ExchangeStore, kinds: dict[str, str]) -> None:
    store.log.tag(store.log.ids(), "blue")
    assert texts("sta", 3, store) == ["status:"]
    assert "tokens>" in texts("", 0, store) and len(texts("", 0, store)) == len(FIELDS)
    assert texts("model:g", 7, store) == ["gpt-5-mini", "gpt-5.2"]
    assert texts("-model:gpt-5-mini,O4", 20, store) == ["o4-mini"]
    assert texts("profile:h", 9, store) == ['"Home office"']
    assert texts('profile:"Home o', 15, store) == ['"Home office"']
    assert texts("tag:", 4, store) == ["blue"]
    assert texts("code:", 5, store) == ["insufficient_quota", "ReadTimeout"]
    assert texts("status:4", 8, store)[:3] == ["400", "401", "404"]
    assert texts("free words", 10, store) == []
    assert texts("nonsense:x", 10, store) == []
    (candidate,) = complete("a sta b", 5)
    assert (candidate.start, candidate.end) == (2, 5)


def test_an_older_log_is_taken_over_and_measured(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    log_made.make(path, 500, version=4)
    with contextlib.closing(connect(path)) as db:
        before = db.execute("SELECT id, status, model FROM exchanges ORDER BY rowid").fetchall()
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        while _unmeasured(path):
            assert store.flush()
        assert store.log.count() == 500 and store.log.count("tokens>0 cost>0") > 200
        assert store.log.one("resp_0000000000000007") is not None
    with contextlib.closing(connect(path)) as db:
        assert db.execute("SELECT id, status, model FROM exchanges ORDER BY rowid").fetchall() == before
        assert schema.migrate(db) == schema.VERSION


def _unmeasured(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM exchanges WHERE measured = 0").fetchone()[0])


def test_closing_does_not_wait_until_an_older_log_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    log_made.make(path, 3000, version=4)
    ExchangeStore.open(path, Redactor()).close()
    assert _unmeasured(path) > 0


def _steps(store: ExchangeStore, query: str) -> int:
    """How much SQLite does for a query, in units of 1,000 steps of its virtual machine."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    with store.reader() as db:
        db.set_progress_handler(step, 1000)
        try:
            from playground.core.exchanges.log import find

            find(db, conditions(parse(query), log_made.NOW), 100)
        finally:
            db.set_progress_handler(None, 0)
    return count


@pytest.mark.parametrize(
    "query",
    ["", "status:200", "model:gpt-*", "-status:200", "since:1h", "weather", "weather -invoice", "gpt-5", "req_",
     "pinned:yes", "path:/r", "needle", "id:resp_000", "status:500 model:gpt-5*"],
)  # fmt: skip
def test_a_page_costs_no_more_in_a_longer_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    """Once the log is longer than what is counted of a condition."""
    monkeypatch.setattr("playground.core.exchanges.log.FEW", 500)
    found: list[int] = []
    for count in (2000, 8000):
        path = tmp_path / f"{count}.sqlite3"
        log_made.make(path, count)
        with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
            found.append(_steps(store, query))
    assert found[1] <= found[0] + 20, f"{found} thousand steps"
