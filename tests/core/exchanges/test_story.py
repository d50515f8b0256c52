"""What a person is told of calls that really failed, or went well after all."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import openai
import pytest

from playground.core.error_table import countdown
from playground.core.exchanges.story import Story, story
from playground.core.profiles import Retries
from playground.core.session import Session
from tests.core import house as houses
from tests.core.house import MODELS, House
from tests.core.test_errors import of
from tests.helpers.sandbox import Server
from tests.helpers.servers import Reply

SOON = {"retry-after": "0.01"}


def told(house: House, *replies: Reply, path: str = "/models", **values: Any) -> Story:
    house.server.add(path, *replies)

    async def scenario(session: Session) -> None:
        client = await session.client()
        try:
            if path == "/models":
                await client.models.list()
            else:
                await client.responses.create(model="m", input="Hi")
        except openai.APIError:
            return

    house.run(scenario, **values)
    return story(house.last())


def test_three_attempts_that_all_failed(house: House) -> None:
    found = told(house, *(of(500, "server_error", "server_error", headers=SOON) for _ in range(3)))
    assert (found.chip, found.role, found.request_id) == ("500 server_error", "error", "req_00000003")
    assert found.title == "The server failed." and found.earlier == ()
    assert "Three attempts in " in found.text and found.text.endswith(", all answered 500.")
    assert found.retry == "Yes, in a moment." and found.whose.startswith("The server. ")
    assert found.names == (("status", "500"), ("type", "server_error"), ("code", "server_error"))
    assert (found.section, found.words) == ("Error codes", "Their words.") and found.address.startswith("https://")


def test_different_attempts_are_told_one_by_one(house: House) -> None:
    found = told(house, of(429, "rate_limit_exceeded", headers=SOON), of(503, headers=SOON), of(404, "model_not_found"))
    assert "Three attempts" in found.text and found.text.endswith("answered 429, 503, then 404.")
    assert found.earlier == (
        "Attempt 1 (429): The rate limit is reached.",
        "Attempt 2 (503): The server is not available.",
    )


def test_what_went_well_at_last(house: House) -> None:
    found = told(house, of(503, headers=SOON), MODELS)
    assert (found.chip, found.role, found.title) == ("200", "good", "It went well at the second attempt.")
    assert "answered 503, then 200" in found.text and len(found.earlier) == 1 and not found.problem
    found = told(house, MODELS)
    assert found.title == "It went well." and "complete after" in found.text and found.earlier == ()


def test_a_generation_says_that_nobody_sent_it_again(house: House) -> None:
    found = told(house, of(503, headers=SOON), path="/responses")
    assert "not sent again by itself" in found.retry and found.text.endswith(" ms.")
    quota = told(house, of(429, "insufficient_quota"), path="/responses")
    assert "never repeated" in quota.retry and "profile" not in quota.retry
    twice = told(house, of(503, headers=SOON), of(503, headers=SOON), path="/responses", retries=Retries(generations=1))
    assert "not sent again" not in twice.retry


def test_the_time_that_a_server_names_counts_down(house: House) -> None:
    found = told(house, of(429, "rate_limit_exceeded", headers={"Retry-After": "90"}), path="/responses")
    assert found.asked == 90 and found.ready_at is not None
    assert abs(found.ready_at - 90 - house.last().summary.started_at) < 5
    assert told(house, of(500), path="/responses").asked is None


@pytest.mark.parametrize(
    ("asked", "left", "words"),
    [
        (90, 86.5, "The server asked to wait 1 min 30 s: 1 min 27 s left."),
        (90, 9.5, "The server asked to wait 1 min 30 s: 10 s left."),
        (20, 0.2, "The server asked to wait 20 s: 1 s left."),
        (20, 0, "The server asked to wait 20 s: that time is over."),
        (9000, 9000, "The server asked to wait 150 min 00 s: 2 h 30 min left."),
    ],
)
def test_what_is_left_of_the_time(asked: float, left: float, words: str) -> None:
    assert countdown(asked, left) == words


def test_where_nobody_answered(house: House) -> None:
    found = told(house, base_url="http://127.0.0.1:9/v1", retries=Retries(reads=1))
    assert found.chip == "no answer: refused" and found.request_id.startswith("pg-")
    assert "Two attempts" in found.text and "all without an answer" in found.text


def test_what_was_stopped_and_what_is_under_way(house: House) -> None:
    house.server.add("/models", of(503, headers={"Retry-After": "60"}))

    async def scenario(session: Session) -> Story:
        task = asyncio.ensure_future((await session.client()).models.list())
        await asyncio.to_thread(house.server.arrived.acquire)
        for _ in range(1000):  # until the attempt's end is in the log
            await asyncio.to_thread(house.store.flush)
            if house.store.recent(1) and house.last().attempts and house.last().attempts[-1].state == "failed":
                break
        running = story(house.last())
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return running

    running = house.run(scenario)
    assert (running.chip, running.title, running.asked) == ("503", "It waits to be sent again.", 60)
    assert running.text == "Attempt 1 was answered 503: The server is not available."
    found = story(house.last())
    assert (found.title, found.role, found.remedy, found.whose, found.names) == ("Stopped.", "muted", "", "", ())
    assert "cancelled here" in found.text and "is kept" in found.text


def test_the_words_of_a_server_never_break_it(house: House) -> None:
    body = json.dumps({"error": {"message": ["a", {"b": 1}], "code": 7, "param": {"x": 1}, "type": None}}).encode()
    for data in (body, b"", b"\xff\xfe", b"<html><title>x</title>", b"[" * 100_000):
        found = told(house, Reply(data, status=400), path="/responses")
        assert found.title and found.chip.startswith("400") and isinstance(found.words, str)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("api", ["responses", "chat"])
def test_an_answer_that_reached_its_limit_did_not_go_well(
    house: House, sandbox_server: Server, monkeypatch: pytest.MonkeyPatch, stream: bool, api: str
) -> None:
    monkeypatch.setattr(houses, "KEY", sandbox_server.key)
    fault = {"X-Sandbox-Fault": "incomplete=3"}

    async def scenario(session: Session) -> None:
        client: Any = await session.client()
        for extra in (fault, {}):
            if api == "responses":
                answer = await client.responses.create(
                    model="sandbox-echo", input='"incomplete_details": {"reason": "x"}', stream=stream,
                    extra_headers=extra,
                )  # fmt: skip
            else:
                answer = await client.chat.completions.create(
                    model="sandbox-echo", messages=[{"role": "user", "content": '"finish_reason": "length"'}],
                    stream=stream, extra_headers=extra,
                )  # fmt: skip
            if stream:
                async for _ in answer:
                    pass

    house.run(scenario, base_url=sandbox_server.base_url)
    whole, cut = (story(house.store.load(one.id)) for one in house.store.recent(2))
    assert whole.title == "It went well." and whole.role == "good", "the model's own words are taken for the ending"
    assert (cut.title, cut.role) == ("The answer is incomplete.", "warning")
    assert cut.chip in ("200 max_output_tokens", "200 length") and "max_output_tokens" in cut.remedy
    assert cut.retry == "Not as it is."
