"""What may be typed next in a schema, at a bar in a text that is not whole yet."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.schemas.completion import LONGEST, complete


def offered(text: str, value: Any = None) -> list[str]:
    """Candidates at the bar."""
    return [one.text for one in complete(text.replace("|", ""), text.index("|"), value)]


def taken(text: str, which: int = 0, value: Any = None) -> str:
    """The text after a candidate was taken."""
    plain = text.replace("|", "")
    one = complete(plain, text.index("|"), value)[which]
    return plain[: one.start] + one.text + plain[one.end :]


def test_keywords_that_fit_the_type_come_first() -> None:
    assert offered('{"type": "string", "|"}')[:2] == ['"pattern": ', '"format": ']
    assert offered('{"type": "array", "|"}')[0] == '"items": '
    assert '"type": ' not in offered('{"type": "array", "|"}'), "it is there already"
    assert offered('{"mini|"}') == ['"minItems": ', '"minimum": ']


def test_a_word_is_replaced_with_its_quotation_marks() -> None:
    assert taken('{"ty|"}') == '{"type": }'
    assert taken('{"ty|": "string"}') == '{"type": "string"}', "the colon is there"
    assert taken('{"type": "ob|"}') == '{"type": "object"}'
    assert taken('{"type": "ob|ject"}') == '{"type": "object"}'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"type": "|"}', '"object"'),
        ('{"type": ["string", "|"]}', '"null"'),
        ('{"additionalProperties": |}', "false"),
        ('{"type": "string", "format": "|"}', '"date-time"'),
        ('{"properties": {"a": {"|"}}}', '"type": '),
        ('{"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a", "|"]}', '"b"'),
    ],
)
def test_what_is_offered_where(text: str, found: str) -> None:
    assert found in offered(text)


def test_names_of_ones_own_are_not_offered() -> None:
    assert offered('{"properties": {"|"}}') == offered('{"description": "ty|"}') == offered("|") == []


def test_definitions_are_referred_to() -> None:
    assert offered('{"$ref": "|"}', {"$defs": {"A/b": {}}}) == ['"#"', '"#/$defs/A~1b"']


def test_a_very_long_text_is_left_alone() -> None:
    assert complete("{" + " " * LONGEST + '"t', LONGEST + 3) == []


@given(st.text(alphabet='{}[]",: \\atype\n', max_size=60), st.data())
def test_any_text_gives_places_within_it(text: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, len(text)))
    for one in complete(text, cursor):
        assert 0 <= one.start <= cursor <= one.end <= len(text)
