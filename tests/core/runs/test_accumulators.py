"""What single events and odd servers become."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from typing import Any

import orjson
import pytest

from playground.core.runs import (
    BlockKind,
    BlockOpened,
    ChatAccumulator,
    ResponsesAccumulator,
    RunUpdated,
    TextAppended,
    TextReplaced,
    Usage,
    input_items,
    reply_message,
)
from playground.core.runs.run import Feeder


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def delta(text: str, index: int = 0, part: int = 0) -> dict[str, Any]:
    at = {"output_index": index, "content_index": part, "item_id": f"msg_{index}"}
    return {"type": "response.output_text.delta", **at, "delta": text, "logprobs": []}


def chunk(text: str | None = None, reason: str | None = None, **more: Any) -> dict[str, Any]:
    content = {} if text is None else {"content": text}
    return {"id": "c", "model": "m", "choices": [{"index": 0, "delta": {**content, **more}, "finish_reason": reason}]}


def texts(into: ResponsesAccumulator | ChatAccumulator) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in into.blocks]


def test_deltas_to_one_block_become_one_change() -> None:
    into = ResponsesAccumulator()
    for word in ("a", "b", "c"):
        into.feed(delta(word))
    into.feed(delta("x", 1))
    into.feed(delta("d"))
    changes = [change for change in into.take() if not isinstance(change, RunUpdated)]
    assert [type(change) for change in changes] == [BlockOpened, TextAppended, BlockOpened, TextAppended, TextAppended]
    assert [change.text for change in changes if isinstance(change, TextAppended)] == ["abc", "x", "d"]
    assert into.take() == []


def test_an_opened_block_is_empty_and_a_copy() -> None:
    into = ResponsesAccumulator()
    into.feed(delta("a"))
    opened = next(change for change in into.take() if isinstance(change, BlockOpened))
    into.feed(delta("b"))
    assert opened.block.text == ""
    opened.block.title = "changed by the window"
    assert into.blocks[0].title == ""


def test_a_final_text_that_differs_replaces_what_was_streamed() -> None:
    into = ResponsesAccumulator()
    into.feed(delta("Helo"))
    into.take()
    done = {"type": "response.output_text.done", "output_index": 0, "content_index": 0, "item_id": "m"}
    into.feed({**done, "text": "Hello"})
    into.feed({**done, "text": "Hello!"})
    assert [type(change) for change in into.take()] == [TextReplaced, TextAppended]
    assert texts(into) == [(BlockKind.TEXT, "Hello!")]


def test_a_server_that_announces_nothing_is_understood() -> None:
    into = ResponsesAccumulator()
    into.feed({"type": "response.output_text.delta", "item_id": "i", "delta": "one "})
    into.feed({"type": "response.output_text.delta", "item_id": "i", "delta": "two"})
    into.feed({"type": "response.function_call_arguments.delta", "item_id": "f", "delta": "{}"})
    assert texts(into) == [(BlockKind.TEXT, "one two"), (BlockKind.TOOL_CALL, "{}")]


def test_a_response_without_events_is_shown_whole() -> None:
    output = [
        {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "Hm."}]},
        {"type": "message", "id": "m", "content": [{"type": "output_text", "text": "Hi", "annotations": [1]}]},
        {"type": "later_item", "x": 1},
    ]
    into = ResponsesAccumulator()
    into.feed_document({"id": "resp", "status": "completed", "model": "m", "output": output})
    assert [kind for kind, _ in texts(into)] == [BlockKind.REASONING, BlockKind.TEXT, BlockKind.JSON]
    assert into.blocks[1].data == output[1]["content"][0]
    assert json.loads(into.blocks[2].text) == output[2]
    assert into.snapshot().status == "completed"


def test_the_final_output_makes_good_what_was_not_streamed_and_doubles_nothing() -> None:
    into = ResponsesAccumulator()
    into.feed(delta("Hel"))
    message = {"type": "message", "id": "msg_0", "content": [{"type": "output_text", "text": "Hello"}]}
    call = {"type": "function_call", "id": "f", "name": "go", "arguments": "{}"}
    into.feed({"type": "response.completed", "response": {"status": "completed", "output": [message, call]}})
    assert texts(into) == [(BlockKind.TEXT, "Hello"), (BlockKind.TOOL_CALL, "{}")]
    assert into.blocks[1].title == "go"


def test_two_responses_in_one_stream_do_not_mix() -> None:
    into = ResponsesAccumulator()
    for name, item in (("r1", "function_call"), ("r2", "message")):
        into.feed({"type": "response.created", "response": {"id": name, "status": "in_progress"}})
        if item == "message":
            into.feed(delta("Done."))
        else:
            call = {"type": item, "id": "f", "name": "go", "arguments": "{}"}
            into.feed({"type": "response.output_item.done", "output_index": 0, "item": call})
        into.feed({"type": "response.completed", "response": {"id": name, "status": "completed"}})
    into.feed({"type": "response.output_item.done", "output_index": 0, "item": {"type": "later", "id": "x"}})
    assert [kind for kind, _ in texts(into)] == [BlockKind.TOOL_CALL, BlockKind.TEXT, BlockKind.JSON]
    assert len({block.key for block in into.blocks}) == 3
    assert into.snapshot().response_id == "r2"


def test_citations_stay_with_their_text() -> None:
    into = ResponsesAccumulator()
    into.feed(delta("See there."))
    at = {"output_index": 0, "content_index": 0, "item_id": "msg_0"}
    cited = {"type": "url_citation", "url": "https://example.com"}
    into.feed({"type": "response.output_text.annotation.added", **at, "annotation": cited})
    into.feed({"type": "response.content_part.done", **at, "part": {"type": "output_text", "text": "See there."}})
    assert (into.blocks[0].data or {})["annotations"] == [cited]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "response.later.delta", "delta": "x"},
        {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": {"not": "a text"}},
        {"type": "response.output_item.added"},
        {"type": "response.output_item.done", "output_index": 0, "item": "text"},
        {"type": "response.completed", "response": None},
        {"type": ["a", "list"]},
        {"no": "type"},
        [],
        "text",
        7,
        None,
    ],
)
def test_what_is_odd_is_shown_and_raises_nothing(event: Any) -> None:
    into = ResponsesAccumulator()
    into.feed(event)
    chat = ChatAccumulator()
    chat.feed(event)
    for one in (into, chat):
        one.finish("cut")
        assert [block.kind for block in one.blocks if block.text] == [BlockKind.JSON]


def test_a_thousand_unknown_events_are_one_block() -> None:
    into = ResponsesAccumulator()
    for number in range(1000):
        into.feed({"type": "response.later", "n": number})
    assert len(into.blocks) == 1
    assert into.blocks[0].text.count("response.later") == 1000


@pytest.mark.parametrize("make", [ResponsesAccumulator, ChatAccumulator])
@pytest.mark.parametrize("shape", [{"error": {"message": "No credit", "code": "insufficient_quota"}}, {"error": "No"}])
def test_an_error_in_the_stream_is_a_problem(make: Any, shape: dict[str, Any]) -> None:
    into = make()
    into.feed(shape)
    snapshot = into.snapshot()
    assert snapshot.status == "failed"
    assert snapshot.problem and snapshot.problem.server_words in ("No credit", "No")


def test_an_error_event_of_the_responses_api() -> None:
    into = ResponsesAccumulator()
    into.request_id = "req_9"
    into.feed({"type": "error", "sequence_number": 3, "code": "server_error", "message": "Oh", "param": None})
    problem = into.snapshot().problem
    assert problem and (problem.code, problem.request_id, problem.server_words) == ("server_error", "req_9", "Oh")


def test_timing_and_rate() -> None:
    clock = Clock()
    into = ResponsesAccumulator(clock=clock)
    into.now = 100.2
    into.feed({"type": "response.created", "response": {"id": "r", "status": "in_progress"}})
    for number in range(11):
        into.now = 101.0 + number / 10
        into.feed(delta("x"))
    usage = {"input_tokens": 5, "output_tokens": 40, "output_tokens_details": {"reasoning_tokens": 20}}
    into.now = 102.5
    into.feed({"type": "response.completed", "response": {"status": "completed", "usage": usage}})
    into.finish("cut")
    snapshot = into.snapshot()
    assert snapshot.first_token == pytest.approx(1.0)
    assert snapshot.duration == pytest.approx(2.5)
    # The 20 tokens of a reasoning that nobody saw were made before the first delta.
    assert snapshot.tokens_per_second == pytest.approx(20 / 1.0)


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}, Usage(3, None, None, 4, 7)),
        (
            {
                "input_tokens": 3,
                "input_tokens_details": {"cached_tokens": 1, "cache_write_tokens": 2},
                "output_tokens": 4,
                "output_tokens_details": {"reasoning_tokens": 2},
            },
            Usage(3, 1, 2, 4, None, 2),
        ),
        ({"prompt_tokens": None, "completion_tokens_details": None}, None),
        ("much", None),
    ],
)
def test_usage_of_either_api(usage: Any, expected: Usage | None) -> None:
    into = ChatAccumulator()
    into.feed({"id": "c", "model": "m", "choices": [], "usage": usage})
    assert into.usage == expected


def test_cost_is_openais_only_there() -> None:
    usage = {"input_tokens": 1_000_000, "output_tokens": 0}
    done = {"type": "response.completed", "response": {"model": "gpt-5-2025-08-07", "usage": usage}}
    costs = []
    for base_url in ("https://api.openai.com/v1", "http://127.0.0.1:1/v1"):
        into = ResponsesAccumulator(base_url=base_url)
        into.feed(done)
        costs.append(into.snapshot().cost)
    assert costs == [Decimal("1.25"), None]


def test_chat_ends() -> None:
    for reason, expected in (("stop", "completed"), ("length", "incomplete"), ("content_filter", "incomplete")):
        into = ChatAccumulator()
        into.feed(chunk("Hi"))
        into.feed(chunk(reason=reason))
        into.done()
        assert (into.snapshot().status, into.snapshot().reason) == (expected, reason)


def test_chat_without_done_but_with_an_end_is_complete() -> None:
    for answered, expected in ((True, "completed"), (False, "cut")):
        into = ChatAccumulator()
        feeder = Feeder(into)
        feeder.feed(b"data: " + orjson.dumps(chunk("Hi", "stop" if answered else None)) + b"\n\n")
        feeder.close()
        into.finish("cut")
        assert into.snapshot().status == expected


def test_chat_of_other_servers() -> None:
    into = ChatAccumulator()
    into.feed(chunk(None, reasoning="Let me ", reasoning_details=[{"text": "Let me "}]))
    into.feed(chunk(None, reasoning="see."))
    into.feed(chunk(None, content=[{"type": "text", "text": "Part"}]))
    into.feed(chunk(None, tool_calls=[{"id": "a", "index": 0, "function": {"name": "f", "arguments": "{}"}}]))
    into.feed(chunk(None, tool_calls=[{"id": "b", "index": 0, "function": {"name": "g", "arguments": "[]"}}]))
    into.feed(chunk(None, strange_field={"x": 1}))
    into.feed({**chunk(None, "stop"), "citations": ["https://example.com"]})
    into.done()
    found = [(block.kind, block.title, block.text) for block in into.blocks]
    assert found[:4] == [
        (BlockKind.REASONING, "Reasoning", "Let me see."),
        (BlockKind.TEXT, "", "Part"),
        (BlockKind.TOOL_CALL, "f", "{}"),
        (BlockKind.TOOL_CALL, "g", "[]"),
    ]
    assert {title for _, title, _ in found[4:]} == {"strange_field", "citations"}
    assert (into.blocks[2].data or {})["function"] == {"name": "f", "arguments": "{}"}


def test_chat_as_a_document() -> None:
    into = ChatAccumulator()
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    message = {"role": "assistant", "content": "Hi", "refusal": None, "tool_calls": [call]}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    into.feed_document({"id": "c", "model": "m", "choices": choices, "usage": {"prompt_tokens": 1}})
    assert texts(into) == [(BlockKind.TEXT, "Hi"), (BlockKind.TOOL_CALL, "{}")]
    assert into.snapshot().status == "completed"


def test_what_stopping_leaves() -> None:
    into = ResponsesAccumulator()
    into.feed(delta("Half a sen"))
    into.feed({"type": "response.function_call_arguments.delta", "output_index": 1, "item_id": "f", "delta": '{"a'})
    into.finish("cancelled")
    assert [(block.text, block.state) for block in into.blocks] == [("Half a sen", "done"), ('{"a', "failed")]
    assert into.snapshot().status == "cancelled"


def test_going_on_with_the_conversation() -> None:
    into = ResponsesAccumulator()
    into.feed(delta("One."))
    into.feed(delta("Two.", 0, 1))
    call = {"type": "function_call", "call_id": "c", "name": "go", "arguments": "{}"}
    into.feed({"type": "response.output_item.done", "output_index": 1, "item": call})
    reply = reply_message(into.blocks)
    assert (reply.role, reply.text) == ("assistant", "One.\n\nTwo.")
    assert input_items(into.blocks) == [{"role": "assistant", "content": "One.\n\nTwo."}, call]


def test_a_megabyte_is_cheap() -> None:
    """Against the SDK's own decoder and plain json, which is the least that its typed loop does for an event."""
    from openai._streaming import SSEDecoder

    body = b"".join(
        b"event: response.output_text.delta\ndata: " + orjson.dumps({**delta("word "), "sequence_number": n}) + b"\n\n"
        for n in range(20_000)
    )
    reads = [body[start : start + 16384] for start in range(0, len(body), 16384)]

    def ours() -> int:
        into = ResponsesAccumulator()
        feeder = Feeder(into)
        count = 0
        for read in reads:
            feeder.feed(read)
            count += len(into.take())
        assert into.blocks[0].text == "word " * 20_000
        return count

    def theirs() -> int:
        return sum(1 for sse in SSEDecoder().iter_bytes(iter(reads)) if sse.json())

    def cost(work: Any) -> float:
        best = 1e9
        for _ in range(3):
            start = time.process_time()
            work()
            best = min(best, time.process_time() - start)
        return best

    assert ours() <= 2 * len(reads) + 3
    assert cost(ours) < 0.5 * cost(theirs)
