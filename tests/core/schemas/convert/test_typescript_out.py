"""Whatever a schema holds, what is written is TypeScript that says only that, and comes back."""

from __future__ import annotations

import json
import random
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.schemas.convert import ConvertError, from_typescript, to_text
from playground.core.schemas.convert.typescript_source import Source
from playground.core.schemas.validate import Validator
from tests.core.schemas.convert.node_cases import WRITTEN, closed, documents, random_schemas
from tests.core.schemas.made import SCHEMAS, SENSIBLE

NASTY = [
    "*/", "*/ export const x = 1; /*", "`${x}`", "\\", '"', "'", "\n", "\r\n", "\u2028", "\u202e", "@minimum 3",
    "a\n@format x", "x @items.asType integer", "{@link A}", "*\\/", "\\@minimum", "//", "/**", "\x00", "\ud800",
]  # fmt: skip
WORDS = st.text(max_size=20) | st.sampled_from(NASTY)


def shown(words: str) -> str:
    """As a comment can hold it."""
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return "".join(char for char in words if unicodedata.category(char) not in hidden or char == "\n").strip()


@settings(deadline=None, max_examples=200)
@given(WORDS, WORDS, WORDS)
def test_no_text_gets_out_of_its_place(name: str, words: str, value: str) -> None:
    schema = closed(
        {
            name: {"type": "string", "enum": [value, "other"], "description": words, "default": value},
            "end": {"const": 7},
        },
        description=words,
        title=value,
    )
    made = to_text(schema, name, "typescript")
    back = from_typescript(made.text)
    assert len(back.schemas) == 1 and not back.notes
    kinds = back.schema["properties"]
    if "\ud800" in name + value or name == "end":
        return  # halves of a character are none elsewhere
    assert list(kinds) == [name, "end"] and kinds["end"] == {"type": "integer", "const": 7}
    assert kinds[name]["enum"] == list(dict.fromkeys([value, "other"]))
    assert kinds[name].keys() <= {"type", "enum", "description", "default", "title"}
    zod = to_text(schema, name, "zod").text
    statements = [one.type for one in Source(zod).root.named_children if one.type != "comment"]
    assert statements == ["import_statement", "export_statement", "export_statement"]


@settings(deadline=None, max_examples=200)
@given(WORDS.map(shown).filter(bool))
def test_a_description_comes_back(words: str) -> None:
    schema = closed({"a": {"type": "string", "description": words}})
    found = from_typescript(to_text(schema, "A", "typescript").text).schema["properties"]["a"]
    assert found.keys() <= {"type", "description"}
    lines = [line.rstrip() for line in words.split("\n")]
    if "{@" not in words and "\\@" not in words and "*\\/" not in words:
        assert [line.lstrip() for line in found["description"].split("\n")] == [line.lstrip() for line in lines]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6))
def test_what_is_closed_comes_back_the_same(seed: int) -> None:
    """For types that TypeScript can say, the same documents fit before and after."""
    (schema,) = random_schemas(1, seed).values()
    made = to_text(schema, "Root", "typescript")
    if made.notes:
        return
    back = from_typescript(made.text)
    before, after = Validator(schema), Validator(back.schema)
    for document in documents(schema, seed, 4):
        assert before.fits(document) is after.fits(document), made.text


@settings(deadline=None, max_examples=200)
@given(SCHEMAS | SENSIBLE, st.sampled_from(["typescript", "zod", "node_call"]))
def test_any_schema_is_written_or_refused(schema: Any, kind: str) -> None:
    if not isinstance(schema, dict):
        return
    try:
        made = to_text(schema, "Root", kind)
    except ConvertError as error:
        assert str(error)
        return
    Source(made.text)  # raises where it is no TypeScript


@pytest.mark.parametrize("name", list(WRITTEN))
def test_written_ones_come_back(name: str) -> None:
    schema = WRITTEN[name]
    made = to_text(schema, "Root", "typescript")
    back = from_typescript(made.text)
    again = to_text(back.schema, back.main, "typescript")
    assert from_typescript(again.text).schema == back.schema
    if not made.notes and schema.get("additionalProperties") is not None:
        chooser = random.Random(name)
        before, after = Validator(schema), Validator(back.schema)
        for document in documents(schema, chooser.randrange(1000)):
            assert before.fits(document) is after.fits(document), json.dumps(document)
