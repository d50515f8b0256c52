"""A schema's text: its value, where what stands, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.schemas import Document, SchemaTextError
from playground.core.schemas.places import DEEPEST, find_places
from playground.core.schemas.pointers import at, escape

_TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=20,
)


def _pointers(value: Any, pointer: str = "") -> list[str]:
    if isinstance(value, dict):
        inner = [(f"{pointer}/{escape(key)}", one) for key, one in value.items()]
    else:
        inner = [(f"{pointer}/{number}", one) for number, one in enumerate(value if isinstance(value, list) else [])]
    return [pointer, *(found for where, one in inner for found in _pointers(one, where))]


@given(_JSON, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_each_value_stands_where_its_place_says(value: Any, indent: Any, ascii_: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_)
    document = Document.parse(text)
    assert document.value == value
    assert sorted(find_places(text)[0]) == sorted(_pointers(value))
    for pointer in _pointers(value):
        start, end = document.place(pointer)
        assert json.loads(text[start:end]) == at(value, pointer)
        if pointer and isinstance(at(value, pointer.rpartition("/")[0]), dict):
            start, end = document.key_place(pointer)
            assert escape(json.loads(text[start:end])) == pointer.rpartition("/")[2]


@given(st.text(st.sampled_from('{}[]",:\\ \n0-1aeu'), max_size=40))
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    find_places(text)
    try:
        Document.parse(text)
    except SchemaTextError as error:
        assert error.words and error.line >= 1 and error.column >= 1
        with pytest.raises(ValueError):
            json.loads(text)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ('{\n  "type" "object"\n}', 2, 10, "colon"),
        ('{"a": 1,\n"b": [1 2]}', 2, 9, "comma"),
        ("", 1, 1, ""),
        ('{"ä": nul}', 1, 7, ""),
        ('{"a": NaN}', 1, 1, "NaN"),
        ('{"a": 1e999}', 1, 1, "greater than"),
        ('{"a": ' + "9" * 5000 + "}", 1, 1, "digits"),
        ("\ufeff{}", 1, 1, "byte order mark"),
        ("[" * 10_000 + "]" * 10_000, 1, DEEPEST + 1, "200 levels"),
        ('{"a":\n' * 10_000 + "1" + "}" * 10_000, DEEPEST + 1, 1, "200 levels"),
        ("[" * 300 + "]" * 300, 1, DEEPEST + 1, "200 levels"),
        ('["' + "x" * 11_000_000 + '"]', 1, 1, "10 MB"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_what_is_refused(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(SchemaTextError) as caught:
        Document.parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in caught.value.words


def test_brackets_in_texts_are_not_levels() -> None:
    assert Document.parse(json.dumps({"a": "[" * 10_000})).value == {"a": "[" * 10_000}


def test_the_place_of_what_is_not_there_is_that_of_what_would_hold_it() -> None:
    document = Document.parse('{"a": {"b": 1}}')
    assert document.place("/a/required/3") == document.place("/a") == (6, 14)


def test_the_value_at_a_character() -> None:
    document = Document.parse('{"a": {"b": 17}, "c": [true]}')
    assert document.pointer_at(document.text.index("17")) == "/a/b"
    assert document.pointer_at(document.text.index("true")) == "/c/0"
    assert document.pointer_at(0) == ""


def test_members_that_are_there_twice() -> None:
    assert Document.parse('{"a": 1, "b": {"x": 1, "x": 2}, "a": 3}').duplicates() == ("/b/x", "/a")
