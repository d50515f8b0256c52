"""Hostile TypeScript is refused with a reason, soon, and nothing else happens."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.schemas.convert import ConvertError, from_typescript, to_text
from playground.core.schemas.validate import Validator

DEEP = 10_000


@pytest.mark.parametrize(
    ("opening", "closing"), [("{a:", "}"), ("Array<", ">"), ("(", ")"), ("[", "]"), ("readonly (", ")"), ("", "[]")]
)
def test_ten_thousand_levels(opening: str, closing: str) -> None:
    with pytest.raises(ConvertError, match=r"nested more than 100 levels deep|nested too deeply"):
        from_typescript(f"type A = {opening * DEEP}string{closing * DEEP}")
    with pytest.raises(ConvertError, match="Line 1, column"):
        from_typescript(f"type A = {(opening or '{') * DEEP}string")


def test_ten_megabytes() -> None:
    with pytest.raises(ConvertError, match=r"10,\d\d\d,\d\d\d characters; at most 2,000,000"):
        from_typescript("interface A { a: string }\n" * 400_000)


def test_wide_is_no_trouble() -> None:
    words = " | ".join(f"'w{number}'" for number in range(10_000))
    assert len(from_typescript(f"type A = {words}").schema["enum"]) == 10_000
    fields = "\n".join(f"  f{number}: string; // {number}" for number in range(10_000))
    assert len(from_typescript(f"interface A {{\n{fields}\n}}").schema["properties"]) == 10_000
    chain = "\n".join(f"interface I{number} {{ a: I{number + 1} }}" for number in range(1_500))
    made = from_typescript(chain)
    assert len(made.schema["$defs"]) == 1_499 and made.main == "I0"
    with pytest.raises(ConvertError, match="more than 2,000 types"):
        from_typescript("\n".join(f"interface I{number} {{}}" for number in range(2_500)))


def test_unions_that_multiply() -> None:
    parts = " & ".join("(" + " | ".join(f"{{ a{at}: {one} }}" for one in range(9)) + ")" for at in range(9))
    with pytest.raises(ConvertError, match="cannot be worked out: it comes to more than 200 combinations"):
        from_typescript(f"type A = {parts}")
    doubled = "".join(f"type D{at}<T> = [T, T] | D{at - 1}<[T, T]>;\n" for at in range(1, 30))
    with pytest.raises(ConvertError):
        from_typescript(f"type D0<T> = T;\n{doubled}type A = D29<string>")


KEYS = " | ".join(f"'k{number}'" for number in range(2_000))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"type K = {KEYS};\ntype A = Record<K, Record<K, Record<K, string>>> | null", "come to too large schemas"),
        (f"type K = {KEYS};\ntype A = {{ [X in K]: {{ [Y in K]: {{ x: X, y: Y }} }} }}", "too large|to be read"),
        ("enum A { a0 = 'xx', " + ", ".join(f"a{at} = a{at - 1} + a{at - 1}" for at in range(1, 50)) + " }", "cannot"),
        ("type A0 = { v: string };\n"
         + "".join(f"type A{at} = {{ v: [A{at - 1}['v'], A{at - 1}['v']] }};\n" for at in range(1, 40)), "too large"),
        (f"type A = 0x{'F' * 10_000}", "too large"),
        (f"type A = {'9' * 10_000}", "no number"),
        ("type A = 1e999", "too large"),
        ("interface T { n: T; a: string } interface U { n: U; b: string } type A = T & U", "too deeply"),
    ],
    ids=["records", "mapped", "strings", "lookups", "hexadecimal", "digits", "exponent", "joined"],
)  # fmt: skip
def test_few_lines_that_would_come_to_much(text: str, words: str) -> None:
    with pytest.raises(ConvertError, match=words):
        from_typescript(text)


def test_comments_of_a_megabyte() -> None:
    for piece in ("{@link a", " * @param x", "@minimum ", "* ", "\\@", "*\\/", "{@link a|"):
        made = from_typescript(f"/** {piece * (1_000_000 // len(piece))} */\ninterface A {{ a: string }}")
        assert made.main == "A"


PIECES = """
interface A { } < > ( ) [ ] | & ? : ; , => = type B enum C string number null undefined keyof typeof readonly Record
Partial Pick extends ... ` ${ ' " /** */ // @minimum 3 [k:string]: in infer as const ' - ! #
"""
TEXTS = st.text(max_size=60) | st.lists(st.sampled_from([*PIECES.split(), "\n"]), max_size=40).map(" ".join)


@settings(deadline=None, max_examples=300)
@given(TEXTS | TEXTS.map(lambda inner: f"interface A {{ a: {inner} }}") | TEXTS.map(lambda inner: f"type A = {inner}"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        made = from_typescript(text)
    except ConvertError as error:
        assert str(error)
        return
    for name, schema in made.schemas.items():
        Validator(schema)
        try:
            to_text(schema, name, "typescript")
            to_text(schema, name, "zod")
        except ConvertError as error:
            assert "points to" in str(error) or "nested" in str(error)
