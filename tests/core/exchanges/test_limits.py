"""Limits on record: what headers say, what is reckoned from it, and both against the real sandbox's buckets."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from pathlib import Path
from typing import Any

import pytest

from playground.core.exchanges import ExchangeStore, limit_pace, limits, new_id, schema, told
from playground.core.exchanges.limit_pace import Told, outlook, words
from playground.core.exchanges.messages import Answered, AttemptBegan, AttemptEnded, ExchangeBegan, ExchangeEnded
from playground.core.exchanges.messages import RequestBody as Body
from playground.core.exchanges.records import Timings
from playground.core.exchanges.store import connect
from playground.core.exchanges.told import Limit
from playground.core.profiles import KeySource, Profile, ProfileStore
from playground.core.redact import Redactor
from playground.core.secrets import KeyVault
from playground.core.session import SessionManager
from playground.sandbox.engines import load_engines
from playground.sandbox.ratelimit import RateLimits
from playground.sandbox.server import build_app, make_runner
from playground.sandbox.state import State
from tests.helpers.sandbox import Server

NOW = 1_790_000_000.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120ms", 0.12), ("1.5s", 1.5), ("6m0s", 360), ("1h0m0s", 3600), ("2m59.56s", 179.56), ("1d", 86400),
        ("0", 0), ("33011.5", 33011.5), (str(int(NOW) + 30), 30), (str(int(NOW + 30) * 1000), 30),
        ("2026-09-21T14:14:10Z", 50), ("2020-01-01T00:00:00Z", 0), ("1790000050", 50),
        ("", None), ("soon", None), ("-3s", None), ("m", None), ("2026-99-01T00:00:00Z", None), ("5 s", None),
        ("2026-09-21T14:14:10", None),
    ],
)  # fmt: skip
def test_resets_as_servers_write_them(text: str, seconds: float | None) -> None:
    assert told.reset_seconds(text, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (
            {"X-RateLimit-Limit-Requests": "500", "x-ratelimit-remaining-requests": "499",
             "x-ratelimit-reset-requests": "120ms", "x-ratelimit-limit-project-tokens": "10",
             "x-ratelimit-remaining-project-tokens": "7", "x-ratelimit-reset-project-tokens": "6m0s"},
            {"requests": Limit(500, 499, 0.12), "project-tokens": Limit(10, 7, 360)},
        ),
        (
            {"anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-requests-remaining": "49",
             "anthropic-ratelimit-requests-reset": "2026-09-21T14:13:21Z"},
            {"requests": Limit(50, 49, 1)},
        ),
        ({"ratelimit-limit": "60", "ratelimit-remaining": "0", "ratelimit-reset": "5"}, {"requests": Limit(60, 0, 5)}),
        ({"x-ratelimit-remaining-tokens-minute": "12"}, {"tokens-minute": Limit(None, 12, None)}),
        ({"x-ratelimit-limit-tokens": "lots", "x-ratelimit-remaining-tokens": "-1"}, {}),
        ({"x-ratelimit-reset-tokens": "1s", "x-ratelimit-": "1", "ratelimit-policy": "q=1"}, {}),
        ({"x-ratelimit-limit-tokens": "9" * 40}, {}),
    ],
)  # fmt: skip
def test_limits_as_servers_name_them(headers: dict[str, str], found: dict[str, Limit]) -> None:
    assert told.read(headers.items(), NOW).limits == found


def test_what_else_a_server_says_of_itself() -> None:
    said = told.read(
        [("openai-organization", "org-acme"), ("OpenAI-Processing-Ms", "412"), ("openai-version", "2020-10-01"),
         ("openai-project", "proj_1"), ("cf-ray", "8f21c0d4a7bb01ce-FRA")], NOW,
    )  # fmt: skip
    assert (said.organization, said.project, said.version) == ("org-acme", "proj_1", "2020-10-01")
    assert said.processing == 0.412 and (said.region, said.region_from) == ("FRA", "cf-ray")
    azure = told.read([("x-ms-region", "Sweden Central"), ("cf-ray", "8f21c0d4a7bb01ce-FRA")], NOW)
    assert (azure.region, azure.region_from) == ("Sweden Central", "x-ms-region")
    assert not told.read([("cf-ray", "no ray"), ("openai-processing-ms", "fast")], NOW)
    assert len(told.read([("openai-version", "v" * 100_000)], NOW).version) == 200


def test_a_flood_of_names_is_not_kept() -> None:
    many = [(f"x-ratelimit-limit-kind{number}", "1") for number in range(500)]
    assert len(told.read(many, NOW).limits) < 20


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://api.openai.com/v1/responses", "api.openai.com"),
        ("http://127.0.0.1:8080/v1", "127.0.0.1:8080"),
        ("http://127.0.0.1:45123/v1", "127.0.0.1"),
        ("http://[::1", ""),
    ],
)
def test_the_sandbox_is_the_same_server_at_its_next_start(url: str, host: str) -> None:
    assert told.host_of(url) == host


# Reckoning, with clocks given ----------------------------------------------------------------------------------------


def used(per_second: float, *, limit: int = 600, refill: float = 10.0, seconds: int = 60, every: int = 5) -> list[Told]:
    """A bucket that is filled evenly and used evenly, told each few seconds up to NOW."""
    level, found = float(limit), []
    for second in range(0, seconds + 1, every):
        level = min(limit, level + refill * every) - per_second * every
        missing = limit - int(level)
        found.append(Told(NOW - seconds + second, second, limit, int(level), missing / refill))
    return found


def test_what_is_left_grows_back_until_its_reset() -> None:
    told_once = [Told(NOW, 1, 600, 300, 30.0)]
    assert outlook(told_once, NOW).left == 300
    later = outlook(told_once, NOW + 15)
    assert later.left == pytest.approx(450) and later.refill == pytest.approx(10) and later.full_in == pytest.approx(15)
    assert outlook(told_once, NOW + 31).left == 600 and outlook(told_once, NOW + 31).full_in == 0
    assert outlook([Told(NOW, 1, 600, 300, None)], NOW + 99).left == 300, "it was not told when it comes back"


def test_the_moment_of_running_out() -> None:
    found = outlook(used(15), NOW)
    assert found.pace == pytest.approx(15, rel=0.1) and found.refill == pytest.approx(10, rel=0.01)
    assert found.left is not None and found.empty_in == pytest.approx(found.left / 5, rel=0.2)
    assert found.earliest is not None and found.earliest < (found.empty_in or 0)
    said = words("tokens", found, NOW)
    assert limit_pace.clock_text(NOW + (found.empty_in or 0), NOW) in said and "13 answers" in said, said
    empty = [one for one in used(15, seconds=300, every=1) if one.left is not None and one.left <= 0]
    assert empty, "the same bucket, used on, is empty"


def test_what_comes_back_faster_than_it_is_used() -> None:
    found = outlook(used(8), NOW)
    assert found.empty_in is None and found.pace == pytest.approx(8, rel=0.2)
    assert "come back (600 a minute) faster than they are used" in words("requests", found, NOW)
    assert found.earliest is not None, "so few answers leave open that it is not so"


def test_a_pace_needs_answers() -> None:
    one = outlook([Told(NOW - 1, 1, 600, 599, 0.1)], NOW)
    assert one.pace is None and "no pace" in words("requests", one, NOW)
    old = outlook([Told(NOW - 4000, 1, 600, 599, 0.1)], NOW)
    assert "Nothing was asked" in words("requests", old, NOW)
    assert outlook([], NOW).left is None
    quiet = outlook([Told(NOW - n, 1, 600, 600, 0.0) for n in (30, 20, 10)], NOW)
    assert quiet.pace == 0 and "No requests were used" in words("requests", quiet, NOW)


def test_used_up() -> None:
    found = outlook([Told(NOW, 1, 60, 0, 60.0)], NOW)
    assert words("requests", found, NOW) == "The requests are used up. The next is back in 1.0 s."
    unsaid = outlook([Told(NOW, 1, 60, 0, None)], NOW)
    assert "does not say when" in words("project-tokens", unsaid, NOW)


def test_a_new_window_is_no_use_below_nothing() -> None:
    window = [Told(NOW - 30, 1, 600, 100, None), Told(NOW - 20, 1, 600, 50, None), Told(NOW - 10, 1, 600, 590, None),
              Told(NOW, 1, 600, 540, None)]  # fmt: skip
    assert outlook(window, NOW).pace == pytest.approx(100 / 30)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.4, "0.4"), (499, "499"), (9_999, "9,999"), (198_000, "198k"), (999_960, "1M"), (30_000_000, "30M"),
     (4e9, "4G")],
)  # fmt: skip
def test_numbers_are_short(number: float, text: str) -> None:
    assert limit_pace.number_text(number) == text


# On record ------------------------------------------------------------------------------------------------------------


def tell(store: ExchangeStore, moment: float, headers: dict[str, str], model: str = "gpt-x", status: int = 200) -> str:
    """A call that was answered at `moment`."""
    exchange = new_id()
    body = json.dumps({"model": model}).encode()
    for message in (
        ExchangeBegan(exchange, moment, "Work", "POST", "/responses", "responses.create", "test"),
        AttemptBegan(exchange, 1, moment - 0.5, "https://api.openai.com/v1/responses", (), f"pg-{exchange}-1"),
        Body(exchange, 1, body, len(body)),
        Answered(exchange, 1, status, tuple(headers.items()), None, Timings(sent=0.1, first_byte=0.5)),
        AttemptEnded(exchange, 1, "done", None, None, Timings(last_byte=0.6), 0),
        ExchangeEnded(exchange, 0.6),
    ):
        store.writer.put(message)
    return exchange


def said(left: int, tokens: int = 200_000) -> dict[str, str]:
    return {
        "x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": str(left),
        "x-ratelimit-reset-requests": f"{(500 - left) * 120}ms",
        "x-ratelimit-limit-tokens": "200000", "x-ratelimit-remaining-tokens": str(tokens),
        "openai-organization": "org-acme", "openai-processing-ms": "300", "openai-version": "2020-10-01",
    }  # fmt: skip


def test_what_was_told_is_kept_and_goes_with_its_exchange(tmp_path: Path) -> None:
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        first = tell(store, NOW - 60, said(499))
        tell(store, NOW - 30, said(450), status=429)
        tell(store, NOW - 10, {"content-type": "text/plain"})
        tell(store, NOW - 5, said(499), model="other")
        store.flush()
        other, found = limits.overview(store, NOW, 3600)
        assert (other.scope.model, found.scope.model) == ("other", "gpt-x")
        assert (found.scope.host, found.scope.organization) == ("api.openai.com", "org-acme")
        assert found.answers == 2 and found.version == "2020-10-01" and found.profile == "Work"
        requests, tokens = found.lines
        assert [one.left for one in requests.series] == [499, 450] and tokens.kind == "tokens"
        assert requests.last.left == 450 and requests.outlook.left == 500 and requests.share == 1.0
        assert found.processing is not None and found.processing.server == 0.3
        assert found.processing.way == pytest.approx(0.1), "it waited 0.4 s for the first byte"
        assert limits.overview(store, NOW, 20)[0].scope.model == "other" and len(limits.overview(store, NOW, 20)) == 1
        last = limits.latest(store, "Work")
        assert last is not None and last.scope.model == "other" and not last.short
        assert last.line() == "requests 499 / 500 · tokens 200k / 200k · resets in 120 ms"
        assert limits.latest(store, "Home") is None
        store.remove(first)
        assert [one.left for one in limits.overview(store, NOW, 3600)[1].lines[0].series] == [450]
    with contextlib.closing(connect(tmp_path / "log.sqlite3")) as db:
        assert db.execute("SELECT count(*) FROM limits").fetchone() == (4,)


def test_a_tenth_is_short(tmp_path: Path) -> None:
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        tell(store, NOW, said(499, tokens=19_000))
        store.flush()
        last = limits.latest(store, "Work")
        assert last is not None and last.short
        (model,) = limits.overview(store, NOW, 60)
        assert [line.short for line in model.lines] == [False, True]


def test_a_long_span_keeps_its_lowest_points(tmp_path: Path) -> None:
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        for number in range(3000):
            tell(store, NOW - 3000 + number, said(17 if number == 1234 else 400 + number % 50))
        store.flush()
        (model,) = limits.overview(store, NOW, 3600)
        points = model.lines[0].series
        assert len(points) <= limits.POINTS + 1 and min(one.left or 0 for one in points) == 17
        assert [one.moment for one in points] == sorted(one.moment for one in points)


def test_an_older_log_is_read_for_what_it_was_told(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    with contextlib.closing(connect(path)) as db:
        schema.migrate(db, 5)
        for number in range(1, 451):
            db.execute(
                "INSERT INTO exchanges (rowid, id, instance, started_at, profile, method, path, sdk_method, origin,"
                " model, state, measured) VALUES (?, ?, 'i', ?, 'Work', 'POST', '/responses', 'x', 'x', 'gpt-x',"
                " 'done', 1)",
                (number, f"01A{number:05}", NOW + number),
            )
            headers = "{" if number == 7 else json.dumps(list(said(number % 400).items()))
            db.execute(
                "INSERT INTO attempts (exchange, number, started_at, url, request_headers, response_headers, state,"
                " status, sent, first_byte) VALUES (?, 1, ?, 'https://api.openai.com/v1/responses', '[]', ?, 'done',"
                " 200, 0.1, 0.5)",
                (number, NOW + number, headers),
            )
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        while not _read(store):
            assert store.flush()
        (model,) = limits.overview(store, NOW + 1000, 2000)
        assert model.answers == 449, "but for the one whose headers are damaged"
        assert model.processing is not None and model.processing.way == pytest.approx(0.1)


def _read(store: ExchangeStore) -> bool:
    with store.reader() as db:
        return told.is_read(db)


# Against the sandbox's own buckets ------------------------------------------------------------------------------------


def test_the_sandboxes_words_are_on_record(tmp_path: Path, sandbox_server: Server) -> None:
    async def ask(session: Any) -> None:
        client = await session.client()
        for _ in range(4):
            await client.responses.create(model="sandbox-echo", input="How much is left?")

    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        _with_session(store, tmp_path, sandbox_server.base_url, sandbox_server.key, ask)
        (model,) = limits.overview(store, time.time(), 60)
        assert model.scope.model == "sandbox-echo" and model.scope.organization == "sandbox"
        assert [line.kind for line in model.lines] == ["requests", "tokens"]
        assert model.lines[0].last.most == 3000 and 2900 < (model.lines[0].last.left or 0) < 3000
        assert model.lines[0].outlook.pace is not None
        assert model.processing is not None and model.processing.answers == 4


def test_the_foretold_moment_against_a_real_bucket(tmp_path: Path) -> None:
    """A bucket of 60 a minute, asked every half second by the clock of the bucket: it is foretold when it refuses."""
    clock, began = [0.0], time.time()
    refused: list[float] = []
    foretold: list[tuple[float, float]] = []

    async def ask(session: Any, store: ExchangeStore) -> None:
        client = (await session.client()).with_options(max_retries=0)
        for number in range(150):
            clock[0] = number * 0.5
            try:
                await client.get("/models", cast_to=object)
            except Exception:
                refused.append(clock[0])
                return
            if number in (20, 40, 60):
                await asyncio.to_thread(store.flush)
                foretold.append((clock[0], _empty_in(store, began, clock[0])))

    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        asyncio.run(_small_bucket(tmp_path, store, clock, ask))
    assert len(foretold) == 3 and len(refused) == 1, (foretold, refused)
    for at, empty_in in foretold:
        assert at + empty_in == pytest.approx(refused[0], rel=0.15), (foretold, refused)


def _empty_in(store: ExchangeStore, began: float, now: float) -> float:
    """From what is on record, as if each answer had come when the bucket's clock said."""
    with store.reader() as db:
        rows = db.execute(
            "SELECT l.most, l.remaining, l.reset FROM answers AS a JOIN limits AS l ON l.answer = a.number"
            " WHERE l.kind = 'requests' ORDER BY a.number"
        ).fetchall()
    found = [Told(began + number * 0.5, number, *row) for number, row in enumerate(rows)]
    empty = outlook(found, began + now).empty_in
    assert empty is not None
    return empty


async def _small_bucket(folder: Path, store: ExchangeStore, clock: list[float], ask: Any) -> None:
    from aiohttp import web

    engines = load_engines(folder, echo_rate=0)
    buckets = RateLimits(requests_per_minute=60, clock=lambda: clock[0])
    with contextlib.closing(State(folder / "state")) as state:
        runner = make_runner(build_app(state, engines, "sk-small", buckets))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:

            async def scenario(session: Any) -> None:
                await ask(session, store)

            await _scenario(store, folder, f"http://127.0.0.1:{runner.addresses[0][1]}/v1", "sk-small", scenario)
        finally:
            await runner.cleanup()
            await engines.aclose()


def _with_session(store: ExchangeStore, folder: Path, base_url: str, key: str, scenario: Any) -> None:
    asyncio.run(_scenario(store, folder, base_url, key, scenario))
    assert store.flush()


async def _scenario(store: ExchangeStore, folder: Path, base_url: str, key: str, scenario: Any) -> None:
    vault = KeyVault({})
    manager = SessionManager(ProfileStore(folder / "profiles.json", {}), vault, store.writer)
    profile = Profile.new("Work", base_url=base_url, key=KeySource.MEMORY)
    await vault.set(profile, key)
    try:
        await scenario(await manager.session_of(profile))
    finally:
        await manager.aclose()


@pytest.mark.parametrize(
    ("told_once", "per_second"),
    [
        (Told(NOW, 1, 3000, 2999, 0.015), 50.0),  # 0.75 of one is missing, told as one
        (Told(NOW, 1, 1_000_000, 999_800, 0.013), 1_000_000 / 60),  # 12 ms, told as 13
        (Told(NOW, 1, 200, 100, 43_200.0), 200 / 86400),
        (Told(NOW, 1, 600, 300, 15.0), 20.0),  # half in 15 s: a limit of half a minute
        (Told(NOW, 1, 600, 600, 0.0), None),
    ],
)
def test_how_fast_it_fills_whatever_was_rounded(told_once: Told, per_second: float | None) -> None:
    assert outlook([told_once], NOW).refill == (None if per_second is None else pytest.approx(per_second))


def test_the_curve_grows_back_between_two_answers() -> None:
    told_twice = [Told(NOW, 1, 100, 50, 10.0), Told(NOW + 5, 2, 100, 60, 8.0), Told(NOW + 30, 3, 100, 90, None)]
    assert limit_pace.curve(told_twice, NOW + 40) == [
        (NOW, 0.5), (NOW + 5, 0.75), (NOW + 5, 0.6), (NOW + 13, 1.0), (NOW + 30, 1.0), (NOW + 30, 0.9), (NOW + 40, 0.9)
    ]  # fmt: skip
    assert limit_pace.curve([Told(NOW, 1, None, 5, 1.0)], NOW) == []


def test_what_is_expected_ends_with_the_picture() -> None:
    falling = outlook(used(15), NOW)
    assert falling.empty_in is not None
    whole = limit_pace.ahead(falling, 600, NOW, NOW + 1000)
    assert whole[-1] == (NOW + falling.empty_in, 0.0)
    (_, first), (end, last) = limit_pace.ahead(falling, 600, NOW, NOW + falling.empty_in / 2)
    assert end == NOW + falling.empty_in / 2 and last == pytest.approx(first / 2)


def test_a_burst_of_the_last_minute_is_the_present_pace() -> None:
    calm = [Told(NOW - 300 + age, age, 600, 600, 0.0) for age in range(0, 240, 10)]
    found = outlook([*calm, *used(14, seconds=55)], NOW)
    assert found.answers == 12 and found.pace == pytest.approx(14, rel=0.1) and found.empty_in is not None
    few = [*calm, Told(NOW - 20, 1, 600, 300, 30.0), Told(NOW - 5, 2, 600, 300, 30.0)]
    assert outlook(few, NOW).answers == len(few), "two are no pace: the last five minutes are"
