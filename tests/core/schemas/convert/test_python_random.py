"""Any text at all is read to the end, or refused with words: models that were broken at random, expressions at random.

In this process, without the jail: nothing of the text is run there either.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.core.schemas.convert.python_in import reader
from tests.core.schemas.convert.test_python_models import MODELS, source

TEXTS = {model: source(model) for model in MODELS}
NAMES = [
    "int", "str", "float", "bool", "None", "Any", "list", "dict", "set", "tuple", "Optional", "Union",
    "Literal", "Annotated", "Field", "constr", "conint", "datetime", "date", "Decimal", "UUID", "BaseModel",
    "RootModel", "TypedDict", "NamedTuple", "Enum", "Generic", "ClassVar", "Final", "Required", "NotRequired",
    "Self", "TypeVar", "T", "A", "B", "C", "E", "x", "E.a", "A.b", "datetime.date", "dt.date", "auto",
    "Callable", "Json", "SecretStr", "EmailStr", "conlist", "Discriminator", "StringConstraints", "object",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read(text: str, what: str = "python") -> dict[str, Any]:
    answer = reader.read(text, what)
    json.dumps(answer, allow_nan=False)
    if "error" in answer:
        assert answer["error"].startswith(("This is no Python", "It cannot be read")), answer
        return answer
    for schema in answer["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert (answer["main"] in answer["schemas"]) == bool(answer["schemas"])
    assert not [
        words for words, _ in answer["notes"] if "is not defined" in words or "object has no attribute" in words
    ]
    return answer


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A model in which lines or pieces were left out, doubled, or exchanged with those of another."""
    text = TEXTS[draw(st.sampled_from(MODELS))]
    other = TEXTS[draw(st.sampled_from(MODELS))].splitlines()
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "other", "cut", "word"])):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(at, lines[draw(st.integers(0, len(lines) - 1))])
            case "other":
                lines[at] = draw(st.sampled_from(other))
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, 60))]
            case _:
                words = lines[at].split(" ")
                words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(NAMES))
                lines[at] = " ".join(words)
    return "\n".join(lines)


def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map(", ".join)
    return st.one_of(
        st.builds("{}[{}]".format, inner, several),
        st.builds("{}({})".format, inner, several),
        st.builds(
            "{}({}={})".format, inner, st.sampled_from(["default", "ge", "pattern", "alias", "bound", "factory"]), inner
        ),
        st.builds("{} | {}".format, inner, inner),
        st.builds("{} {} {}".format, inner, st.sampled_from(["+", "-", "*", "**", "<<", "/", "%", "and", "<"]), inner),
        st.builds("[{}]".format, several),
        st.builds("({},)".format, several),
        st.builds("{{{}: {}}}".format, inner, inner),
        st.builds("{{{}}}".format, several),
        st.builds("lambda: {}".format, inner),
        st.builds("[{} for x in {}]".format, inner, inner),
        st.builds("(x := {})".format, inner),
        st.builds(
            "{}.{}".format, inner, st.sampled_from(["a", "value", "name", "__class__", "__globals__", "date", "mro"])
        ),
        st.builds('f"{{{}}}"'.format, inner.filter(lambda one: '"' not in one and "\\" not in one)),
    )


VALUES = st.sampled_from(
    ["1", "-1", "0", "1.5", "1e400", "'a'", "''", "b'a'", "...", "True", "9" * 30, "'('", "()", "{}", "[]"]
)
EXPRESSIONS = st.recursive(st.one_of(st.sampled_from(NAMES), VALUES), joined, max_leaves=8)
KINDS = st.sampled_from(
    ["BaseModel", "TypedDict", "NamedTuple", "Enum", "str, Enum", "RootModel[int]", "B", "Generic[T], BaseModel", ""]
)


@given(broken())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_broken_models(text: str) -> None:
    read(text)


@given(KINDS, EXPRESSIONS, EXPRESSIONS, EXPRESSIONS, st.sampled_from(["", "@dataclass\n"]))
@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_any_expression_anywhere(base: str, its: str, default: str, other: str, decorator: str) -> None:
    head = f"T = TypeVar('T')\nclass E(str, Enum):\n    a = 'a'\nC = {other}\n"
    fields = f"    b: {its}\n    c: {other} = {default}\n    d = {other}\n"
    read(f"{head}{decorator}class A({base}):\n{fields}class B(BaseModel):\n    x: {default}\n    a: A\n")
    read(f"def f(a: {its}, b={default}, *, c: {other} = {its}): ...\n", "signature")


@given(st.text(max_size=300), st.sampled_from(["python", "signature"]))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text(text: str, what: str) -> None:
    read(text.replace("\0", ""), what)
