"""Two attempts of the log: what differs in a sentence, and what there is to compare with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playground.core.diff import Side, compare
from playground.core.diff.choosing import look
from playground.core.exchanges import ExchangeDetail
from playground.core.session import Session
from tests.core.house import House
from tests.core.test_replay import made
from tests.helpers.servers import Reply


def exchange(house: House, body: dict[str, Any], reply: Reply, method: str = "responses.create") -> ExchangeDetail:
    """A call that was really made, and what the log has of it."""
    house.server.add("/responses", reply)

    async def scenario(session: Session) -> None:
        await made(session, method, body)

    house.run(scenario)
    return house.last()


def answer(tokens: int, text: str = "Hello") -> Reply:
    usage = {"input_tokens": 5, "output_tokens": tokens, "total_tokens": tokens + 5}
    output = [{"type": "message", "id": f"msg_{tokens}", "content": [{"type": "output_text", "text": text}]}]
    return Reply.of_json({"id": f"resp_{tokens}", "object": "response", "output": output, "usage": usage})


def words(left: ExchangeDetail, right: ExchangeDetail) -> str:
    sides = Side.of(left), Side.of(right)
    assert sides[0] is not None and sides[1] is not None
    return compare(sides[0], sides[1]).words


def test_the_difference_in_a_sentence(house: House) -> None:
    one = exchange(house, {"model": "a", "input": "hi", "temperature": 0.2, "store": True}, answer(120))
    two = exchange(house, {"model": "b", "input": "hi", "temperature": 0.7, "top_p": 1}, answer(340, "Hello there"))
    found = words(one, two)
    assert found.startswith(
        "The model is another (a → b), store no longer sent (was true), temperature 0.2 → 0.7, top_p set to 1, "
        "answer 120 → 340 tokens, "
    )


def test_the_same_request_and_the_same_answer_are_said_to_be_so(house: House) -> None:
    body = {"model": "a", "input": [{"role": "user", "content": "hi"}]}
    one, two = exchange(house, body, answer(7)), exchange(house, body, answer(7))
    found = words(one, two)
    assert found.startswith("The same request, answer 7 tokens as before")
    sides = Side.of(one), Side.of(two)
    assert sides[0] is not None and sides[1] is not None
    compared = compare(sides[0], sides[1])
    assert not any(compared.part(part).counts() for part in ("request", "response", "headers"))


def test_what_failed_is_told_by_its_status_and_code(house: House) -> None:
    body = {"model": "a", "input": "hi"}
    error = {"error": {"message": "You are too fast.", "type": "requests", "code": "rate_limit_exceeded"}}
    one = exchange(house, body, answer(7))
    two = exchange(house, body, Reply.of_json(error, status=429))
    assert "HTTP 200 → HTTP 429 rate_limit_exceeded" in words(one, two)


def test_many_fields_are_counted(house: House) -> None:
    one = exchange(house, {"model": "a", "input": "hi"}, answer(1))
    more = {"temperature": 1, "top_p": 1, "store": False, "truncation": "auto", "parallel_tool_calls": True}
    two = exchange(house, {"model": "a", "input": "hi", **more}, answer(1))
    assert "2 more fields" in words(one, two)


def test_the_same_profile_on_another_port_of_this_machine_is_no_other_server(house: House) -> None:
    body = {"model": "a", "input": "hi"}
    one = exchange(house, body, answer(1))
    two = exchange(house, body, answer(1))
    for detail in (one, two):
        object.__setattr__(detail.summary, "profile", "Sandbox")
    attempt = two.attempts[-1]
    object.__setattr__(attempt, "url", attempt.url.replace(str(house.server.port), "1"))
    sides = Side.of(one), Side.of(two)
    assert sides[0] is not None and sides[1] is not None
    found = compare(sides[0], sides[1])
    assert found.words.startswith("The same request") and not found.request.counts()
    object.__setattr__(attempt, "url", "https://api.openai.com/v1/responses")
    assert "nother server" in compare(sides[0], sides[1]).words


def test_an_exchange_of_which_nothing_was_sent(house: House, tmp_path: Path) -> None:
    one = exchange(house, {"model": "a", "input": "hi"}, answer(1))
    nothing = ExchangeDetail(one.summary, ())
    assert "Nothing was sent" in look(house.store, nothing).words
    assert "first of its kind" in look(house.store, one).words


@pytest.mark.parametrize("note", ["replay of {id}", "odd; replay of {id}, tried at noon", "Replay of {id}."])
def test_a_note_names_what_is_repeated_also_among_other_words(house: House, note: str) -> None:
    one = exchange(house, {"model": "a", "input": "hi"}, answer(1))
    exchange(house, {"model": "a", "input": "between"}, answer(1))
    two = exchange(house, {"model": "a", "input": "hi"}, answer(1))
    row = house.store.log.one(two.summary.id)
    assert row is not None
    house.store.log.note([row.number], note.format(id=one.summary.id))
    looked = look(house.store, two)
    assert looked.chosen is not None and (looked.chosen.kind, looked.chosen.which) == ("origin", one.summary.id)
    assert looked.comparison is not None and looked.comparison.left.detail.summary.id == one.summary.id
