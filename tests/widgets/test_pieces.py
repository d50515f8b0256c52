"""Markdown without Qt: where it is cut, what is inside a line, and that it does not matter how it arrived."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.widgets.code.lexing import LineLexer
from playground.widgets.markdown.inline import BOLD, CODE, IMAGE, ITALIC, STRIKE, plain, spans
from playground.widgets.markdown.pieces import (
    SOFT_BREAK,
    TABLE_ROWS,
    CodeClosed,
    CodeOpened,
    CodeText,
    Event,
    Piece,
    PieceSplitter,
)

TEXT = """# Title
Para **bold**
second line

1. one
2. two
   - nested
     - deeper
3. three

   more of three
   ```python
   def f():
       return 1
   ```
4. four
- [x] done

> quote
>> deep

| a | b |
|---|--:|
| 1 | 2 |
after

---
Setext
===
    pre
[l][x]

[x]: http://example.com
~~~
no end
"""


def cut(text: str, sizes: list[int] | None = None) -> list[Event]:
    """All events, neighbouring code joined; the text comes in portions of the given sizes, over and over."""
    splitter = PieceSplitter()
    found: list[Event] = []
    at, turn = 0, 0
    while at < len(text):
        size = sizes[turn % len(sizes)] if sizes else len(text)
        found += splitter.feed(text[at : at + size])
        splitter.tail()
        at, turn = at + size, turn + 1
    found += splitter.finish()
    joined: list[Event] = []
    for event in found:
        last = joined[-1] if joined else None
        if isinstance(event, CodeText) and isinstance(last, CodeText):
            joined[-1] = CodeText(last.text + event.text)
        else:
            joined.append(event)
    return joined


def outline(text: str) -> list[tuple[str, str, str]]:
    return [(e.kind, e.marker, e.text) for e in cut(text) if isinstance(e, Piece)]


def test_the_kinds() -> None:
    assert [piece[:2] for piece in outline(TEXT)] == [
        ("heading", ""),
        ("paragraph", ""),
        ("item", "1."),
        ("item", "2."),
        ("item", "◦"),
        ("item", "▪"),
        ("item", "3."),
        ("item", ""),
        ("item", "4."),
        ("item", "☑"),
        ("quote", ""),
        ("quote", ""),
        ("table", ""),
        ("paragraph", ""),
        ("rule", ""),
        ("heading", ""),
        ("pre", ""),
        ("paragraph", ""),
    ]


def test_code_in_a_list_loses_the_lists_indent() -> None:
    events = cut(TEXT)
    at = events.index(CodeOpened("python"))
    assert events[at + 1 : at + 3] == [CodeText("def f():\n    return 1\n"), CodeClosed()]


def test_numbers_go_on_where_the_source_repeats_itself() -> None:
    assert [marker for _, marker, _ in outline("1. a\n1. b\n\n1. c")] == ["1.", "2.", "3."]
    assert [marker for _, marker, _ in outline("5. a\n9. b")] == ["5.", "6."]


def test_a_year_at_the_start_of_a_line_is_no_list() -> None:
    assert outline("It was in\n1986. A good year.") == [("paragraph", "", "It was in\n1986. A good year.")]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(1, 11), min_size=1, max_size=7))
def test_it_does_not_matter_how_a_text_arrives(sizes: list[int]) -> None:
    assert cut(TEXT, sizes) == cut(TEXT)


@settings(max_examples=200, deadline=None)
@given(st.text("ab \n`*_#->|[](){}1.~\\\r\t!&", max_size=120), st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_any_text_at_all(text: str, sizes: list[int]) -> None:
    assert cut(text, sizes) == cut(text)


def test_an_endless_paragraph_is_broken_at_spaces_alike_in_any_portions() -> None:
    text = "words that go on " * 2000
    whole = cut(text)
    assert len(whole) >= len(text) // SOFT_BREAK
    assert all(isinstance(piece, Piece) and len(piece.text) <= SOFT_BREAK for piece in whole)
    assert all(isinstance(piece, Piece) and piece.continues for piece in whole[1:])
    assert "".join(piece.text for piece in whole if isinstance(piece, Piece)) == text
    assert cut(text, [37]) == whole


def test_a_long_table_is_cut_into_tables_of_the_same_widths() -> None:
    tables = [e for e in cut("| a | b |\n|---|---|\n" + "| 1 | some words |\n" * 100) if isinstance(e, Piece)]
    assert sum(len(table.rows) for table in tables) == 101
    assert max(len(table.rows) for table in tables) <= TABLE_ROWS
    assert {table.widths for table in tables} == {tables[0].widths}
    assert [table.continues for table in tables] == [False, True, True, True]


def test_the_tail_is_what_the_end_looks_like_now() -> None:
    splitter = PieceSplitter()
    splitter.feed("Para\n\n## Hea")
    assert [(piece.kind, piece.text) for piece in splitter.tail()] == [("heading", "Hea")]
    assert splitter.tail() == splitter.tail()
    splitter = PieceSplitter()
    assert splitter.feed("text\n``") == []
    assert [piece.text for piece in splitter.tail()] == ["text"], "what may become a fence is held back"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a **b** *c* ~~d~~ `e*f*`",
            [("a ", 0), ("b", BOLD), (" ", 0), ("c", ITALIC), (" ", 0), ("d", STRIKE), (" ", 0), ("e*f*", CODE)],
        ),
        ("***x***", [("x", BOLD | ITALIC)]),
        ("snake_case_name and 2 * 3 * 4", [("snake_case_name and 2 * 3 * 4", 0)]),
        ("**open", [("**open", 0)]),
        ("\\*no\\* &amp; &lt;b&gt; <b>raw</b>", [("*no* & <b> <b>raw</b>", 0)]),
        ("``a ` b``", [("a ` b", CODE)]),
        ("![alt](http://evil/x.png)", [("image: alt", IMAGE)]),
    ],
)
def test_inside_a_line(text: str, expected: list[tuple[str, int]]) -> None:
    assert [(span.text, span.flags) for span in spans(text)] == expected


def test_links() -> None:
    found = spans("[a **b**](http://x.y/z_(1)) and https://a.b/c. <https://d.e> [r][Ref]", {"ref": "http://r"})
    assert [(span.text, span.href) for span in found if span.href] == [
        ("a ", "http://x.y/z_(1)"),
        ("b", "http://x.y/z_(1)"),
        ("https://a.b/c", "https://a.b/c"),
        ("https://d.e", "https://d.e"),
        ("r", "http://r"),
    ]


def test_signs_do_not_flash_while_their_other_half_is_on_its_way() -> None:
    assert [(s.text, s.flags) for s in spans("**bol", unfinished=True)] == [("bol", BOLD)]
    assert [(s.text, s.flags) for s in spans("`co", unfinished=True)] == [("co", CODE)]
    assert plain("**") == "**"
    assert spans("text **", unfinished=True)[0].text == "text "


@settings(max_examples=300, deadline=None)
@given(st.text("ab *_`~[]()!\\<>&;\n", max_size=60), st.booleans())
def test_no_line_is_too_odd(text: str, unfinished: bool) -> None:
    letters = [sign for sign in text if sign in "ab"]
    seen = "".join(span.text + span.href for span in spans(text, unfinished=unfinished))
    assert sorted(sign for sign in seen if sign in "ab").count("a") >= letters.count("a")


def test_code_lexed_by_lines_is_as_code_lexed_whole() -> None:
    source = (
        'def f(x: int) -> str:\n    """A doc\n    string."""\n    return f"{x!r}"  # note\n\n\nclass A:\n    y = 1\n'
    )
    whole = LineLexer("python").lex(source)
    lexer, found, at = LineLexer("python"), [], 0
    parts = source.splitlines(keepends=True)
    for part in ("".join(parts[:3]), *parts[3:]):
        found += [(start + at, length, kind) for start, length, kind in lexer.lex(part)]
        at += len(part)
    assert found == whole
    assert {kind for _, _, kind in whole} >= {"keyword", "string", "number", "comment"}


def test_an_unknown_language_stays_plain() -> None:
    assert LineLexer("no-such-language").plain
    assert LineLexer("no-such-language").lex("x = 1") == []
    assert not LineLexer("json").plain


def test_the_lexer_looks_ahead_without_moving() -> None:
    lexer = LineLexer("python")
    lexer.lex('x = """open\n')
    assert lexer.lex("def", keep=False) == lexer.lex("def", keep=False)
    assert lexer.lex('still a string\n"""\n')[0][2] == "string"
