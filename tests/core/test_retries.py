"""Who sends again, and who does not: by the profile's rule, and never where it cannot help."""

from __future__ import annotations

import asyncio
import json
import threading

import openai
import pytest

from playground.core.exchanges.diagnosis import diagnose
from playground.core.peeking import PATIENCE, is_hopeless
from playground.core.profiles import Retries
from playground.core.session import Session
from tests.core import house as houses
from tests.core.house import MODELS, House, stream_all
from tests.core.test_errors import of
from tests.helpers.sandbox import Server
from tests.helpers.servers import Reply

ALWAYS = Retries(reads=3, generations=3)
QUOTA = (
    "insufficient_quota",
    "credit_balance_exhausted",
    "billing_not_active",
    "billing_hard_limit_reached",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
)


async def read(session: Session) -> None:
    with pytest.raises(openai.APIStatusError):
        await (await session.client()).models.list()


async def generate(session: Session) -> None:
    with pytest.raises(openai.APIStatusError):
        await (await session.client()).responses.create(model="m", input="Hi")


async def stream(session: Session) -> None:
    with pytest.raises(openai.APIStatusError):
        await stream_all(session)


@pytest.mark.parametrize("code", QUOTA)
@pytest.mark.parametrize("way", [read, generate, stream])
def test_quota_errors_are_never_sent_again(house: House, code: str, way: object) -> None:
    """Whatever the profile says, and even where the server asks for it."""
    headers = {"retry-after": "0.01", "x-should-retry": "true"}
    path = "/models" if way is read else "/responses"
    house.server.add(path, of(429, code, "insufficient_quota", headers=headers, forever=True))
    house.run(way, retries=ALWAYS)  # type: ignore[arg-type]
    assert len(house.server.received) == 1
    detail = house.last()
    assert dict(detail.attempts[0].response_headers)["x-should-retry"] == "true", "the record has what came"
    found = diagnose(detail)
    assert found is not None and found.problem.again == "never" and "never repeated" in found.problem.retry
    assert detail.attempts[0].state == "failed" and code.encode() in detail.attempts[0].response_body


@pytest.mark.parametrize("way", [read, generate, stream])
def test_the_sandboxs_quota(house: House, sandbox_server: Server, monkeypatch: pytest.MonkeyPatch, way: object) -> None:
    monkeypatch.setattr(houses, "KEY", sandbox_server.key)

    async def scenario(session: Session) -> None:
        client = await session.client()
        client._custom_headers |= {"X-Sandbox-Fault": "quota"}
        await way(session)  # type: ignore[operator]

    house.run(scenario, base_url=sandbox_server.base_url, retries=ALWAYS)
    assert house.last().summary.attempts == 1


@pytest.mark.parametrize("reads", [0, 1, 3])
def test_reads_go_by_the_profile(house: House, reads: int) -> None:
    house.server.add("/models", of(503, headers={"retry-after": "0.01"}, forever=True))
    house.run(read, retries=Retries(reads=reads))
    assert len(house.server.received) == house.last().summary.attempts == 1 + reads


@pytest.mark.parametrize("generations", [0, 2])
@pytest.mark.parametrize("way", [generate, stream])
def test_generations_go_by_hand_or_by_a_profile_that_says_so(house: House, generations: int, way: object) -> None:
    house.server.add("/responses", of(503, headers={"retry-after": "0.01"}, forever=True))
    house.run(way, retries=Retries(reads=9, generations=generations))  # type: ignore[arg-type]
    assert len(house.server.received) == house.last().summary.attempts == 1 + generations


def test_what_else_changes_something_counts_as_a_generation(house: House) -> None:
    """A file that is deleted twice is not found the second time."""
    house.server.add("/files/file-1", of(503, headers={"retry-after": "0.01"}, forever=True))

    async def scenario(session: Session) -> None:
        with pytest.raises(openai.InternalServerError):
            await (await session.client()).files.delete("file-1")

    house.run(scenario, retries=Retries(reads=3))
    assert len(house.server.received) == 1


def test_a_rate_limit_is_no_quota(house: House) -> None:
    house.server.add("/models", of(429, "rate_limit_exceeded", "tokens", headers={"retry-after": "0.01"}), MODELS)

    async def scenario(session: Session) -> None:
        await (await session.client()).models.list()

    house.run(scenario)
    assert [attempt.status for attempt in house.last().attempts] == [429, 200]


def test_an_error_whose_body_does_not_come_is_tried_again_soon(house: House) -> None:
    """Nobody waits for it longer than it takes to know that it is slow; what came is kept."""
    hold = threading.Event()
    slow = Reply.of_json({"error": {"message": "x" * 100}}, status=503, headers={"retry-after": "0.01"},
                         hold=hold, hold_after=20)  # fmt: skip
    house.server.add("/responses", slow, Reply.of_events([{"type": "response.completed"}]))
    house.run(stream_all, retries=Retries(generations=1))
    first, second = house.last().attempts
    assert first.response_body == slow.body[:20] and second.state == "done"
    assert first.timings.ended is not None and first.timings.ended < 4 * PATIENCE + 1


def test_a_call_that_is_stopped_while_an_error_is_read(house: House) -> None:
    slow = of(429, "insufficient_quota", hold=threading.Event(), hold_after=5)
    house.server.add("/responses", slow)

    async def scenario(session: Session) -> None:
        task = asyncio.ensure_future(stream_all(session))
        await asyncio.to_thread(house.server.arrived.acquire)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    house.run(scenario)
    detail = house.last()
    assert detail.summary.state == "cancelled" and detail.attempts[0].state == "cancelled"


def test_an_error_that_breaks_off_is_told_as_before(house: House) -> None:
    body = json.dumps({"error": {"message": "y" * 3000, "code": "insufficient_quota"}}).encode()
    house.server.add("/responses", Reply(body, status=429, cut_after=1000))

    async def scenario(session: Session) -> None:
        with pytest.raises(openai.APIError):
            await (await session.client()).responses.create(model="m", input="x")

    house.run(scenario)
    assert house.last().attempts[0].response_body == body[:1000] and len(house.server.received) == 1


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[]", b'{"error": "insufficient_quota"}', b'{"error": null}',
                                  b'{"error": {"code": 7, "type": ["insufficient_quota"]}}', b"\xff\xfe"])  # fmt: skip
def test_whatever_a_body_is_it_is_no_reason_to_fail(body: bytes) -> None:
    assert not is_hopeless(429, body)
