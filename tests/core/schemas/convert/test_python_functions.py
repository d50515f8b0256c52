"""A function becomes a tool: its parameters, in their order, with what the docstring says of them."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.schemas.convert import ConvertError, from_python, from_signature, guessed, read, to_text

GOOGLE = '''
async def search(origin: str, destination: str, *, day: date, cabin: Literal["economy", "business"] = "economy",
                 limit: float | None = None) -> list[dict]:
    """Search flights between two airports.

    Looks at all airlines.

    Args:
        origin: IATA code of the
            airport of departure.
        destination (str): Where to.
        limit: In euros, if any.

    Returns:
        The flights.
    """
    return await backend.search(origin)
'''
NUMPY = '''
def resample(values, freq="D", method=None, **options):
    """Resample a series.

    Parameters
    ----------
    values : list of float
        The series.
    freq : {"D", "W"}, optional
        How often.
    method : str or None
        How.
    """
'''
SPHINX = '''
def send(to, body: str, urgent=False):
    """Send a mail.

    :param to: Addresses.
    :type to: list[str]
    :param body: What it says.
    :returns: nothing
    """
'''


def properties(text: str, name: str = "") -> dict[str, Any]:
    found: dict[str, Any] = from_signature(text, name).schema["properties"]
    return found


def test_google_style() -> None:
    made = from_signature(GOOGLE)
    assert made.main == "search" and made.functions == {"search"} and not made.notes
    assert made.schema == {
        "description": "Search flights between two airports.\n\nLooks at all airlines.",
        "type": "object",
        "properties": {
            "origin": {"type": "string", "description": "IATA code of the airport of departure."},
            "destination": {"type": "string", "description": "Where to."},
            "day": {"type": "string", "format": "date"},
            "cabin": {"type": "string", "enum": ["economy", "business"], "default": "economy"},
            "limit": {
                "description": "In euros, if any.",
                "anyOf": [{"type": "number"}, {"type": "null"}],
                "default": None,
            },
        },
        "required": ["origin", "destination", "day"],
    }
    assert list(made.schema["properties"]) == ["origin", "destination", "day", "cabin", "limit"]


def test_numpy_style_with_types_in_the_docstring() -> None:
    made = from_signature(NUMPY)
    assert made.schema["properties"] == {
        "values": {"description": "The series.", "type": "array", "items": {"type": "number"}},
        "freq": {"description": "How often.", "type": "string", "enum": ["D", "W"], "default": "D"},
        "method": {"description": "How.", "anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
    }
    assert made.schema["additionalProperties"] is True and "**options" in str(made.notes[0])


def test_sphinx_style() -> None:
    assert properties(SPHINX) == {
        "to": {"description": "Addresses.", "type": "array", "items": {"type": "string"}},
        "body": {"description": "What it says.", "type": "string"},
        "urgent": {"type": "boolean", "default": False},
    }


@pytest.mark.parametrize(
    "text",
    [
        "def f(a: int, b: str = 'x') -> bool",
        "def f(a: int, b: str = 'x') -> bool:",
        "def f(a: int, b: str = 'x'): ...",
        "    def f(self, a: int, b: str = 'x'):\n        pass",
        "class Tools:\n    def f(self, a: int, b: str = 'x'): return a\n    def _private(self): pass",
        "@function_tool\ndef f(ctx: RunContextWrapper[Any], a: int, b: str = 'x'): return a",
        "def f(a: int, /, b: str = 'x', *rest): return a",
    ],
)
def test_with_and_without_a_body(text: str) -> None:
    made = from_signature(text)
    assert list(made.schemas) == ["f"]
    expected = {"a": {"type": "integer"}, "b": {"type": "string", "default": "x"}}
    assert made.schema == {"type": "object", "properties": expected, "required": ["a"]}


def test_parameters_that_are_types_of_the_text() -> None:
    made = from_signature(
        'class Address(TypedDict):\n    street: str\n\ndef g(a: Annotated[int, "How many"], b: Address, schema: int = '
        'Field(3, ge=1), _c: str = ""): ...\n'
    )
    assert made.schema["properties"] == {
        "a": {"type": "integer", "description": "How many"},
        "b": {"$ref": "#/$defs/Address"},
        "schema": {"type": "integer", "minimum": 1, "default": 3},
        "_c": {"type": "string", "default": ""},
    }
    assert made.schema["$defs"]["Address"]["required"] == ["street"]


def test_nothing_to_take_and_nothing_said() -> None:
    assert from_signature("def now(): 'What time it is.'").schema == {
        "description": "What time it is.",
        "type": "object",
        "properties": {},
    }
    made = from_signature("def f(x): ...")
    assert made.schema["properties"] == {"x": {}} and "“x” has no type" in str(made.notes[0])
    with pytest.raises(ConvertError, match="no model, dataclass"):
        from_signature("x = 1")
    with pytest.raises(ConvertError, match="line 1: This is no Python"):
        from_signature("def f(a b)")


def test_one_of_several() -> None:
    text = "def first(a: int): ...\ndef second(b: int): ...\n"
    assert from_signature(text).main == "second"
    assert list(properties(text, "first")) == ["a"]
    with pytest.raises(ConvertError, match="no “third” in it, but “first”, “second”"):
        from_signature(text, "third")


def test_a_function_beside_models_is_not_what_is_meant() -> None:
    text = "class A(BaseModel):\n    x: int\ndef use(a: A): ...\ndef main(): ...\n"
    made = from_python(text)
    assert made.main == "A" and list(made.schemas) == ["A", "use"] and made.functions == {"use"}
    assert from_signature(text).main == "use"


def test_as_a_function_tool() -> None:
    made = read("signature", SPHINX)
    text = to_text(made.schema, made.main, "function").text
    assert '"name": "send"' in text and '"description": "Send a mail."' in text and '"parameters": {' in text


def test_python_is_guessed() -> None:
    assert guessed("models.py", "") == "python"
    assert guessed("-", "from pydantic import BaseModel\n") == "python"
    assert guessed("-", "\n@dataclass\nclass A:\n    x: int\n") == "python"
    assert guessed("-", "a,b\n1,2\n") == ""


def test_a_signature_in_typescript_is_told_apart() -> None:
    text = "/** Look a word\n * up. */\n// old\nfunction lookUp(word: string, deep?: boolean): string {}"
    made = read("signature", text)
    assert made.functions == {"lookUp"} and list(made.schema["properties"]) == ["word", "deep"]
    assert read("signature", "# look up => there\ndef look_up(word: str): ...").main == "look_up"


def test_texts_under_fields_are_descriptions_and_that_is_said() -> None:
    made = from_python('class A(BaseModel):\n    x: int\n    """What it is."""\n')
    assert made.schema["properties"]["x"]["description"] == "What it is."
    assert "use_attribute_docstrings=True" in str(made.notes[0])


@pytest.mark.parametrize(
    "text",
    [
        "Here you are:\n\n```python\nclass A(BaseModel):\n    x: lost\n```\nThat is all.",
        "```\nclass A(BaseModel):\n\n\n    x: lost",
        "!pip install pydantic\n%load_ext x\nclass A(BaseModel):\n\n    x: lost",
        ">>> import pydantic\n>>> T = int\n>>> class A(BaseModel):\n... \n...     x: lost\n...\n>>> A()\nA(x=1)",
        "    # indented\n\n\n    class A(BaseModel):\n        x: lost",
        "\ufeff\n\nimport x\nclass A(BaseModel):\n    x: lost",
    ],
)
def test_what_a_chat_or_a_notebook_puts_around_it(text: str) -> None:
    made = from_python(text)
    assert list(made.schemas) == ["A"]
    assert [note.line for note in made.notes if "lost" in str(note)] == [5]


def test_a_mistake_is_told_where_it_is_in_what_was_pasted() -> None:
    with pytest.raises(ConvertError, match=r"line 1: This is no Python"):
        from_python("Here you are: nothing")
    with pytest.raises(ConvertError, match=r"line 3: This is no Python: expected ':'"):
        from_python("Here you are:\n```python\nclass A(BaseModel)\n    x: int\n```")
