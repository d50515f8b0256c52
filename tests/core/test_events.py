"""The events in the bytes of an answer: every one, in its place and time, and what is none is told too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.runs.events import EventLog
from playground.core.runs.previews import kind_of, preview_of
from playground.core.runs.rows import BLOCK, EventIndex, EventRow, split
from playground.core.runs.sse import SseSplitter
from tests.helpers.servers import need_recordings, recordings

STREAMS = Path(__file__).parents[1] / "fixtures" / "streams"


def log_of(*pieces: bytes, kind: str = "text/event-stream") -> EventLog:
    log = EventLog(kind)
    for number, piece in enumerate(pieces):
        log.add(float(number), piece)
    return log


def brief(rows: list[EventRow]) -> list[tuple[int, float, float | None, str]]:
    return [(row.number, row.at, row.gap, row.kind) for row in rows]


def test_number_time_gap_type_size_and_preview() -> None:
    first = b'event: response.created\ndata: {"type":"response.created","response":{"id":"r1","status":"queued"}}\n\n'
    delta = (
        'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"Grüße"}\n\n'.encode()
    )
    rows = split(log_of(first, delta[:9], delta[9:], delta + delta))
    assert brief(rows) == [
        (1, 0.0, None, "response.created"),
        (2, 2.0, 2.0, "response.output_text.delta"),
        (3, 3.0, 1.0, "response.output_text.delta"),
        (4, 3.0, 0.0, "response.output_text.delta"),
    ]
    assert [row.size for row in rows] == [len(first) - 2, *[len(delta) - 2] * 3]
    assert [row.preview for row in rows] == ["queued · r1", *["“Grüße”"] * 3]


def test_what_is_no_event_is_told_too() -> None:
    body = (
        b"\xef\xbb\xbf: keep-alive\n\n\n\nretry: 3000\n\nevent: ping\n\ndata: {half\n\ndata: [1]\n\n"
        b'event: error\ndata: {"message": "no"}\n\ndata: {"error": {"message": "busy"}}\n\n'
        b'data: {"type":\ndata: "multi.line"}\n\ndata: [DONE]\n\ndata: {"type": "never'
    )
    rows = split(log_of(body))
    assert [row.kind for row in rows] == [
        "comment", "no data", "no data", "not JSON", "event", "error", "error", "multi.line", "[DONE]", "cut off",
    ]  # fmt: skip
    assert [row.preview for row in rows[:4]] == [": keep-alive", "retry: 3000", "event: ping", "{half"]
    assert [row.number for row in rows if row.is_odd] == [4, 10]
    index = EventIndex(log_of(body))
    index.extend(final=True)
    assert index.data(7) == b'{"type":\n"multi.line"}' and index.raw(0) == b": keep-alive"


def test_an_event_that_lacks_only_its_empty_line_is_one() -> None:
    assert [row.kind for row in split(log_of(b'data: {"type":"a"}\n\ndata: {"type":"b"}\n'))] == ["a", "b"]
    assert [row.kind for row in split(log_of(b"data: [DONE]"))] == ["[DONE]"]
    assert split(log_of()) == [] and split(log_of(b"\n\n\n")) == []


def test_an_answer_that_is_no_stream_is_one_row() -> None:
    for kind, body in (("application/json", b'{"a":\n\n1}'), ("", b"<html>\n\n</html>")):
        rows = split(log_of(body[:3], body[3:], kind=kind))
        assert [(row.kind, row.size, row.at) for row in rows] == [("document", len(body), 1.0)]


def test_events_that_come_while_somebody_looks() -> None:
    log = log_of()
    index = EventIndex(log)
    whole = (STREAMS / "responses-many-items.sse").read_bytes()
    seen = 0
    for start in range(0, len(whole), 700):
        log.add(start / 1000, whole[start : start + 700])
        assert index.extend()
        assert len(index) >= seen, "rows stay where they are"
        seen = len(index)
    index.extend(final=True)
    index.extend(final=True)
    assert index.rows() == split(EventLog.of(whole, [(at, at / 1000) for at in range(0, len(whole), 700)]))
    for offset in (0, 1, 5000, len(whole)):
        row = index.row_at(offset)
        assert row == len([end for end in index._ends if end + 2 <= offset]) - 1


def test_large_events_and_many_are_found_in_slices() -> None:
    large = json.dumps({"text": "x" * (2 * BLOCK), "type": "large"}).encode()
    body = b'data: {"type":"small"}\n\n' * 50_000 + b"event: large\ndata: " + large + b"\n\n" + b"data: 1\n\n"
    index = EventIndex(EventLog.of(body, [(0, 0.0)]))
    assert not index.extend(100) and 100 <= len(index) < 50_000
    while not index.extend(20_000):
        assert index.row(len(index) - 1).kind in ("small", "large")
    assert len(index) == 50_002 and index.row(50_000).kind == "large"
    assert index.row(50_000).preview.startswith('{"text": "xxx')
    while not index.classify(20_000):
        assert sum(index.kinds().values()) < 50_002
    assert index.kinds() == {"small": 50_000, "large": 1, "event": 1}


def test_rows_by_kind_and_order() -> None:
    pieces = [f'data: {{"type":"{kind}","delta":"{"x" * size}"}}\n\n'.encode() for kind, size in
              (("b", 5), ("a", 9), ("b", 1), ("a", 0))]  # fmt: skip
    log = EventLog("text/event-stream")
    for at, piece in zip((0.0, 3.0, 4.0, 9.0), pieces, strict=True):
        log.add(at, piece)
    index = EventIndex(log)
    index.extend(final=True)
    assert list(index.select({"a"})) == [], "not known yet"
    index.classify()
    assert list(index.select()) == [0, 1, 2, 3] and list(index.select(descending=True)) == [3, 2, 1, 0]
    assert list(index.select({"a"})) == [1, 3] and list(index.select({"a", "b", "c"})) == [0, 1, 2, 3]
    assert list(index.select(by="size")) == [3, 2, 0, 1]
    assert list(index.select(by="gap", descending=True)) == [3, 1, 2, 0]
    assert list(index.select({"b"}, "gap")) == [0, 2]
    assert list(index.select(by="kind")) == [1, 3, 0, 2]


_LINES = st.sampled_from(
    [
        b"data: 1",
        b'data: {"type":"t"}',
        b"data:x",
        b"data",
        b"event: e",
        b": c",
        b"id: 7",
        b"",
        b"",
        b"",
        b"data: ",
        b"d",
    ]
)
_ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])


@given(st.lists(st.tuples(_LINES, _ENDS), max_size=30), st.lists(st.integers(1, 9), max_size=40), st.booleans())
def test_the_rows_hold_the_events_that_the_run_sees(
    lines: list[tuple[bytes, bytes]], sizes: list[int], only_lf: bool
) -> None:
    body = b"".join(line + (b"\n" if only_lf else end) for line, end in lines)
    splitter, log = SseSplitter(), EventLog("text/event-stream")
    index = EventIndex(log)
    expected, rest = [], body
    for size in [*sizes, len(body)]:
        piece, rest = rest[:size], rest[size:]
        expected += [event.data for event in splitter.feed(piece)]
        log.add(0.0, piece)
        index.extend()
    expected += [event.data for event in splitter.close()]
    index.extend(final=True)
    found = [index.data(row) for row in range(len(index)) if index.row(row).kind not in ("comment", "no data")]
    assert found == expected


def test_every_recorded_stream_has_a_row_for_each_event() -> None:
    need_recordings()
    for recording in recordings(sse=True):
        body = recording["response"].encode()
        splitter = SseSplitter()
        events = [*splitter.feed(body), *splitter.close()]
        index = EventIndex(EventLog.of(body, [(0, 0.0)]))
        index.extend(final=True)
        rows = [row for row in index.rows() if row.kind not in ("comment", "no data")]
        assert len(rows) == len(events), recording["id"]
        for row in rows:
            assert row.preview or row.kind in ("[DONE]", "ping"), (recording["id"], row)
            if row.is_odd:
                with pytest.raises(ValueError):
                    json.loads(index.data(row.number - 1))


@pytest.mark.parametrize(
    ("value", "kind", "preview"),
    [
        ({"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}, "chunk · role", '"assistant"'),
        ({"choices": [{"delta": {"role": "assistant", "content": "Hi"}}]}, "chunk · content", "“Hi”"),
        ({"choices": [{"index": 1, "delta": {}, "finish_reason": "stop"}]}, "chunk · finish_reason", "1: stop"),
        ({"choices": [], "usage": {"total_tokens": 7, "x": None}}, "chunk · usage", '{"total_tokens":7}'),
        ({"choices": None}, "chunk", '{"choices":null}'),
        ({"error": {"message": "busy"}}, "error", "“busy”"),
        (
            {"type": "t", "item": {"type": "function_call", "name": "f", "status": "done"}},
            "t",
            "function_call · f · done",
        ),
        ({"type": "t", "delta": {"text": "x"}}, "t", '{"text":"x"}'),
        ({"type": "t", "sequence_number": 4}, "t", ""),
        ({"type": 5}, "event", ""),
        ([1, "a"], "event", '[1,"a"]'),
        ({"choices": [7, {"delta": 9}]}, "chunk", '{"choices":[7,{"delta":9}]}'),
        ({"type": "t", "delta": "x" * 500}, "t", "“" + "x" * 197 + "…”"),
    ],
)
def test_kinds_and_previews(value: object, kind: str, preview: str) -> None:
    assert (kind_of("", value), preview_of(value)) == (kind, preview)
