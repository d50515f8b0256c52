"""Comments beside fields: descriptions where there are no others, and what a TypedDict cannot say otherwise."""

from __future__ import annotations

from typing import Any

from playground.core.schemas.convert import from_python, to_text


def properties(text: str) -> dict[str, Any]:
    found: dict[str, Any] = from_python(text).schema["properties"]
    return found


def test_a_comment_behind_a_field_describes_it() -> None:
    made = from_python(
        "@dataclass\n"
        "class Person:\n"
        "    name: str  # Full legal name\n"
        "    # --- address ---\n"
        "    street: str  # noqa: E501\n"
        "    # age: int = 3\n"
        "    mail: str  # type: ignore\n"
        "    old: str  # pylint: disable=x\n"
        "    phones: list[\n"
        "        str\n"
        "    ]  # With country codes\n"
    )
    described = {name: one["description"] for name, one in made.schema["properties"].items() if "description" in one}
    assert described == {"name": "Full legal name", "phones": "With country codes"}
    assert [str(note) for note in made.notes] == [
        "line 2: The comments beside the fields of “Person” are their descriptions here."
    ]


def test_what_describes_itself_is_left_alone() -> None:
    made = properties(
        "class A(BaseModel):\n"
        "    a: int = Field(description='said')  # not this\n"
        "    b: Annotated[int, Field(description='said')]  # not this\n"
        "    c: int  # not this\n"
        "    'said'\n"
        "    d: str = '# not this'\n"
    )
    assert [one.get("description") for one in made.values()] == ["said", "said", "said", None]


def test_a_typed_dict_says_in_comments_what_it_cannot_say_otherwise() -> None:
    schema = {
        "type": "object",
        "properties": {
            "count": {"type": "integer", "minimum": 1, "default": 2, "description": "How many,\nin all"},
            "code": {"type": "string", "pattern": "^[0-9]{4}$", "maxLength": 4},
            "mail": {"type": "string", "format": "email"},
            "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 3, "default": []},
        },
        "required": ["code", "mail"],
    }
    text = to_text(schema, "Order", "typeddict").text
    made = properties(text)
    assert {name: {word: one[word] for word in one if word != "title"} for name, one in made.items()} == schema[
        "properties"
    ], text


def test_fields_keep_their_order_where_one_without_a_default_comes_later() -> None:
    text = (
        "@dataclass\nclass A:\n    a: str = ''\n    _: KW_ONLY\n    b: int\n    c: int = field(default=3)\n"
        "    d: list[int] = field(default_factory=list)\n    e: str\n"
    )
    schema = from_python(text).schema
    assert list(schema["properties"]) == ["a", "b", "c", "d", "e"] and schema["required"] == ["b", "e"]
