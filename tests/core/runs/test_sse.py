"""The splitter against the specification, and against the SDK's own decoder."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.core.runs.sse import SseEvent, SseSplitter


def split(chunks: Iterable[bytes], *, close: bool = False) -> list[tuple[str, bytes]]:
    splitter = SseSplitter()
    events: list[SseEvent] = []
    for chunk in chunks:
        events += splitter.feed(chunk)
    if close:
        events += splitter.close()
    return [tuple(event) for event in events]


def byte_by_byte(data: bytes) -> list[bytes]:
    return [data[i : i + 1] for i in range(len(data))]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"data: a\n\ndata: b\n\n", [("", b"a"), ("", b"b")]),
        (b"event: x\ndata: a\n\n", [("x", b"a")]),
        (b"data: a\nevent: x\n\n", [("x", b"a")]),
        (b"event: x\r\ndata: a\r\n\r\ndata: b\r\n\r\n", [("x", b"a"), ("", b"b")]),
        (b"event: x\rdata: a\r\rdata: b\r\r", [("x", b"a"), ("", b"b")]),
        (b"\r\n\n\rdata: a\n\r\n", [("", b"a")]),
        (b"data: a\ndata: b\ndata:c\n\n", [("", b"a\nb\nc")]),
        (b"data\ndata\n\n", [("", b"\n")]),
        (b"data:  two blanks\n\n", [("", b" two blanks")]),
        (b": a comment\n\n: another\ndata: a\n\n", [("", b"a")]),
        (b"id: 7\nretry: 10\ndata: a\n\n", [("", b"a")]),
        (b"event: lonely\n\ndata: a\n\n", [("", b"a")]),
        (b"\xef\xbb\xbfdata: a\n\n", [("", b"a")]),
        (b"data: \xef\xbb\xbf\n\n", [("", b"\xef\xbb\xbf")]),
        ("event: né\ndata: grüße\n\n".encode(), [("né", "grüße".encode())]),
        (b"event: x\nid: 1\ndata: [DONE]\n\n", [("x", b"[DONE]")]),
        (b"nonsense\n\ndata: a\n\n", [("", b"a")]),
        (b"data: unfinished\n", []),
        (b"data: \n\nevent: x\ndata: \n\ndata: a\n\n", [("", b"a")]),
        (b"", []),
    ],
)
def test_events_come_out_whatever_the_pieces(data: bytes, expected: list[tuple[str, bytes]]) -> None:
    assert split([data]) == expected
    assert split(byte_by_byte(data)) == expected
    for cut in range(1, len(data)):
        assert split([data[:cut], b"", data[cut:]]) == expected


@pytest.mark.parametrize("end", [b"", b"\n", b"\r", b"\r\n"])
def test_the_last_event_may_lack_its_empty_line(end: bytes) -> None:
    assert split([b"data: a\n\nevent: x\ndata: b" + end], close=True) == [("", b"a"), ("x", b"b")]


def test_closing_an_empty_stream_gives_nothing() -> None:
    assert split([], close=True) == []
    assert split([b"\xef\xbb"], close=True) == []


line = st.one_of(
    st.sampled_from(
        [
            b"",
            b"",
            b"data: {}",
            b"data:x",
            b"data",
            b"data: ",
            b"event: e",
            b"event",
            b":c",
            b"id: 1",
            b"retry: 5",
            b"retry: x",
        ]
    ),
    st.text(alphabet=st.characters(exclude_characters="\r\n", exclude_categories=("Cs",)), max_size=8).map(str.encode),
)


@settings(max_examples=300, deadline=None)
@given(
    lines=st.lists(st.tuples(line, st.sampled_from([b"\n", b"\r", b"\r\n"])), max_size=20),
    cuts=st.lists(st.integers(0, 200), max_size=8),
)
@example(lines=[(b"data: a", b"\r"), (b"", b"\n"), (b"", b"\r\n")], cuts=[8])
def test_it_agrees_with_the_sdk(lines: list[tuple[bytes, bytes]], cuts: list[int]) -> None:
    from openai._streaming import SSEDecoder

    # A mark is stripped by the specification, and by us; the SDK keeps it.
    data = b"".join(text + end for text, end in lines).removeprefix(b"\xef\xbb\xbf")
    borders = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    chunks = [data[a:b] for a, b in itertools.pairwise(borders)]
    theirs = [(sse.event or "", sse.data.encode()) for sse in SSEDecoder().iter_bytes(iter([data])) if sse.data]
    assert split(chunks) == theirs


FRAGMENTS = (
    *("data", "data:", "data: ", "data:  x", "data: x:y", "data: [DONE]", "event", "event:", "event: a", "event: ü"),
    *("id: 7", "id", "retry: 10", "retry: soon", ":", ": comment", ":data: x", " data: x", "Data: x", "datax: y"),
    *(
        "",
        "",
        "",
        "nonsense",
        "\u2028",
        "data: a\u2028b\u0085c\x0b\x0cd\x1ce",
        "data: \ufeff",
        "\ufeffdata: x",
        "data: \0",
    ),
)
ENDS = (b"\n", b"\r\n", b"\r")
CASES = 10_000


def _stream(chance: random.Random) -> bytes:
    """A stream as a careless server, or an unkind one, would write it."""
    lines = []
    usual = chance.choice(ENDS)
    for _ in range(chance.randrange(14)):
        text = chance.choice(FRAGMENTS)
        if chance.random() < 0.4:
            text = f'data: {{"n": {chance.randrange(10**6)}, "t": "{"ü€𝄞"[: chance.randrange(4)]}"}}'
        lines.append(text.encode() + (usual if chance.random() < 0.8 else chance.choice(ENDS)))
        if chance.random() < 0.5:
            lines.append(usual)
    data = b"".join(lines)
    return data[: chance.randrange(len(data) + 1)] if chance.random() < 0.2 and data.isascii() else data


def _pieces(chance: random.Random, data: bytes) -> list[bytes]:
    if chance.random() < 0.2:
        return byte_by_byte(data)
    borders = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randrange(9)))
    return [data[a:b] for a, b in itertools.pairwise([0, *borders, len(data)])]


def _sdks(data: bytes) -> list[tuple[str, bytes]]:
    """What the SDK's decoder makes of it. It hands out events without data, which the specification drops."""
    from openai._streaming import SSEDecoder

    return [(sse.event or "", sse.data.encode()) for sse in SSEDecoder().iter_bytes(iter([data])) if sse.data]


def test_ten_thousand_streams_come_out_as_the_sdks_decoder_reads_them() -> None:
    chance = random.Random(20261121)
    seen = 0
    for case in range(CASES):
        data = _stream(chance)
        mark = b"\xef\xbb\xbf" if chance.random() < 0.2 and not data.startswith(b"\xef\xbb\xbf") else b""
        pieces = _pieces(chance, mark + data)
        data = data if mark else data.removeprefix(b"\xef\xbb\xbf")  # the SDK keeps a mark, against the specification
        ours = split(pieces)
        assert ours == _sdks(data), (case, pieces)
        assert split(pieces, close=True) == _sdks(data + b"\n\n"), (case, pieces)
        seen += len(ours)
    assert seen > CASES
