"""The index of JSON bodies against `json.loads`: the same values, the same faults, whatever the size of the window."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.core.jsondoc import Document, Stopped, dotted, parse, pointer, visible
from playground.core.jsondoc.find import Query, find
from playground.core.jsondoc.lines import Lines, pretty_blocks, raw_blocks

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=14) | st.dictionaries(st.text(max_size=5), inner, max_size=8)
)
WINDOWS = st.sampled_from([9, 17, 64, 128 * 1024])
LAYOUTS = st.sampled_from([{}, {"indent": 2}, {"ensure_ascii": False}, {"separators": (",", ":")}])


def rebuilt(document: Document, start: int) -> Any:
    """The value at a byte, read through the index only."""
    kind = document.kind(start)
    if kind == "array":
        children = document.children(start)
        assert len(children) == document.count(start)
        return [rebuilt(document, child.start) for child in children]
    if kind == "object":
        return {document.key(child): rebuilt(document, child.start) for child in document.children(start)}
    if kind == "string":
        return document.string(start)[0]
    return json.loads(document.source(start))


def body(value: Any, layout: dict[str, Any]) -> bytes:
    return json.dumps(value, **layout).encode("utf-8", "surrogatepass")


def same(one: Any, other: Any) -> bool:
    return json.dumps(one) == json.dumps(other)


@given(VALUES, LAYOUTS, WINDOWS)
@example([[1, 2], [3, 4]] * 40, {}, 64)
@example({str(number): {"a": [number] * 30} for number in range(40)}, {"indent": 1}, 17)
@settings(max_examples=400, deadline=None)
def test_values_are_those_of_the_standard_library(value: Any, layout: dict[str, Any], window: int) -> None:
    data = body(value, layout)
    document = parse(data, window=window)
    assert document.fault is None
    assert same(rebuilt(document, document.root), json.loads(data))


@given(VALUES, LAYOUTS, WINDOWS, st.data())
@settings(max_examples=400, deadline=None)
def test_a_cut_document_says_where_it_ends(
    value: Any, layout: dict[str, Any], window: int, draw: st.DataObject
) -> None:
    data = body(value, layout)
    cut = data[: draw.draw(st.integers(0, len(data)))]
    check_fault(cut, window)


@given(VALUES, LAYOUTS, WINDOWS, st.data())
@settings(max_examples=400, deadline=None)
def test_a_broken_document_is_broken_at_the_same_place(
    value: Any, layout: dict[str, Any], window: int, draw: st.DataObject
) -> None:
    data = bytearray(body(value, layout))
    place = draw.draw(st.integers(0, len(data)))
    data[place : place + draw.draw(st.integers(0, 2))] = draw.draw(st.sampled_from([b"", b"]", b"}", b",", b":", b"\\",
        b'"', b"x", b"0", b"-", b"\n", b"[", b"{", b"tru"]))  # fmt: skip
    check_fault(bytes(data), window)


def check_fault(data: bytes, window: int) -> None:
    """Fault or none, and its place, are those of `json.loads`."""
    document = parse(data, window=window)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        assert document.fault is not None
        got = len(data[: document.fault.offset].decode())
        if "escape" in error.msg and text[got] != '"':
            assert text[got] == "\\" and got <= error.pos <= got + 6
        elif "escape" in error.msg:  # it ends within the escape: the string's beginning is named
            assert "ends" in document.fault.what and got < error.pos
        elif error.msg.startswith("Illegal trailing"):  # from Python 3.13 on, the comma is named
            assert text[error.pos] == "," and not text[error.pos + 1 : got].strip()
        else:
            assert got == error.pos, (error, document.fault)
        line = text.count("\n", 0, got) + 1
        assert (document.fault.line, document.fault.column) == (line, got - text.rfind("\n", 0, got))
    else:
        assert document.fault is None
        assert same(rebuilt(document, document.root), value)


def test_numbers_and_double_keys_stay_as_they_are() -> None:
    document = parse(b'{"a": 1.0, "a": 123456789012345678901234567890, "b": 1E400, "c": -0}')
    children = document.children(document.root)
    assert [document.key(child) for child in children] == ["a", "a", "b", "c"]
    assert [document.source(child.start) for child in children] == [
        "1.0",
        "123456789012345678901234567890",
        "1E400",
        "-0",
    ]


def test_a_number_longer_than_the_window() -> None:
    digits = "9" * 9000
    document = parse(f"[{digits}, 1]".encode(), window=64)
    assert document.source(document.children(document.root)[0].start) == digits


@pytest.mark.parametrize("depth", [500, 3000, 60_000])
def test_depth_has_no_limit(depth: int) -> None:
    document = parse(b"[" * depth + b"1" + b"]" * depth)
    assert document.fault is None
    assert document.count(document.root) == 1
    broken = parse(b"[" * depth + b"1" + b"]" * (depth - 1) + b"}")
    assert broken.fault is not None and broken.fault.offset == 2 * depth


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32-le"])
def test_other_encodings_are_read(encoding: str) -> None:
    document = parse('{"ü": "x\\n"}'.encode(encoding))
    assert document.fault is None
    assert rebuilt(document, document.root) == {"ü": "x\n"}


def test_bytes_that_are_no_utf8_are_shown_and_said() -> None:
    document = parse(b'{"a": "ok",\n "b\xff": "x\xc3"}')
    assert document.fault is None
    assert document.encoding is not None
    assert (document.encoding.line, document.encoding.column) == (2, 4)
    assert "0xFF" in document.encoding.what
    last = document.children(document.root)[1]
    assert visible(document.key(last)) == "b\\xff"
    assert visible(document.string(last.start)[0]) == "x\\xc3"


@given(st.text(max_size=40), st.integers(1, 60))
@settings(max_examples=300, deadline=None)
def test_a_string_cut_short_is_a_beginning_of_it(text: str, limit: int) -> None:
    for ascii_only in (True, False):
        document = parse(json.dumps(text, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"))
        if document.encoding is not None:
            continue
        shown, whole = document.string(0, -1, limit)
        shown = shown.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        assert shown == text if whole else text.startswith(shown)


def test_what_cannot_be_seen_is_spelled_out() -> None:
    assert visible("a\nb\u202ec\u200b\x00") == "a\\nb\\u202ec\\u200b\\u0000"
    assert visible("ü 漢 👩‍👩‍👧") == "ü 漢 👩‍👩‍👧"


def test_paths() -> None:
    steps: list[str | int] = ["output", 0, "a/b~c", "odd key", "text"]
    assert pointer(steps) == "/output/0/a~1b~0c/odd key/text"
    assert dotted(steps) == 'output[0]["a/b~c"]["odd key"].text'
    assert dotted([3, "x"]) == "[3].x"


def test_it_stops_when_nobody_wants_it() -> None:
    data = json.dumps([[number] * 50 for number in range(20_000)]).encode()
    told: list[int] = []
    with pytest.raises(Stopped):
        parse(data, stopped=lambda: len(told) > 3, progress=told.append)
    assert 0 < told[-1] < len(data) // 2


# Paths to a byte, and finding


def hit_words(document: Document, offset: int) -> str:
    """The key or scalar that holds a byte."""
    steps = document.path(offset)
    start = steps[-1].child.start if steps else document.root
    if steps and offset < start:
        return document.key(steps[-1].child)
    return document.string(start)[0] if document.kind(start) == "string" else document.source(start)


def words_of(document: Document, start: int) -> list[str]:
    kind = document.kind(start)
    if kind not in ("array", "object"):
        return [document.string(start)[0] if kind == "string" else document.source(start)]
    found = []
    for child in document.children(start):
        if child.key >= 0:
            found.append(document.key(child))
        found += words_of(document, child.start)
    return found


ODD = st.text(st.sampled_from('aAbn"\\/u0 ,:é\n\u202e{😀'), max_size=6)


WORDY = st.recursive(
    ODD | st.integers(0, 300), lambda inner: st.lists(inner, max_size=6) | st.dictionaries(ODD, inner, max_size=5)
)
WORDS = st.text(st.sampled_from('aAbn"\\/u0 ,:é\n1{😀'), min_size=1, max_size=3)


@given(WORDY, WORDS, LAYOUTS, st.sampled_from([16, 50, 4096]))
@settings(max_examples=500, deadline=None)
def test_everything_that_holds_the_words_is_found(value: Any, words: str, layout: dict[str, Any], chunk: int) -> None:
    document = parse(body(value, layout), window=64)
    hits, all_ = find(document, Query(words), chunk=chunk)
    assert all_
    expected = [text for text in words_of(document, document.root) if words.lower() in text.lower()]
    assert [hit_words(document, hit) for hit in hits] == expected


def test_finding_ends_with_enough() -> None:
    document = parse(json.dumps(["x"] * 50).encode())
    assert len(find(document, Query("x"), most=20)[0]) == 20
    assert find(document, Query("x"), most=20)[1] is False


# Lines


@given(VALUES, LAYOUTS)
@settings(max_examples=300, deadline=None)
def test_lines_are_those_of_indented_json(value: Any, layout: dict[str, Any]) -> None:
    document = parse(body(value, layout))
    lines = Lines(document)
    lines.add(list(pretty_blocks(document)))
    text = "\n".join(lines.get(number).text for number in range(lines.count))
    assert text == "\n".join(visible(line) for line in json.dumps(value, indent=2, **only_ascii(layout)).split("\n"))


def only_ascii(layout: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in layout.items() if key == "ensure_ascii"}


def test_lines_of_a_large_document_are_counted_before_they_are_made() -> None:
    maker = random.Random(4)
    value = [
        {"id": f'r\\"{n}', "t": "x, y\\" * maker.randrange(40), "l": [n / 7] * maker.randrange(90)} for n in range(3000)
    ]
    document = parse(json.dumps(value).encode())
    blocks = list(pretty_blocks(document))
    assert len(blocks) > 20
    lines = Lines(document)
    lines.add(blocks)
    expected = json.dumps(value, indent=2).split("\n")
    assert lines.count == len(expected)
    for number in [0, 1, *maker.sample(range(len(expected)), 300), len(expected) - 1]:
        assert lines.get(number).text == expected[number]
        assert lines.at(lines.get(number).offset) == number


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_every_line_of_a_raw_text_is_there(data: bytes) -> None:
    document = Document(data)
    lines = Lines(document)
    lines.add(list(raw_blocks(data)))
    assert lines.count == data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    assert [lines.get(number).offset for number in range(lines.count)] == [
        0, *(place + 1 for place, byte in enumerate(data[:-1]) if byte == 0x0A)
    ][: lines.count]  # fmt: skip
