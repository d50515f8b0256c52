"""What cannot be seen is made visible, what scripts and emoji need stays, and links tell where they go."""

from __future__ import annotations

import pytest

from playground.core.links import destination, misleads, refusal
from playground.core.visible import RANGES, code, is_clear, is_clear_line, runs, visible, visible_line

POINTS = sorted({point for first, last in RANGES for point in {first, (first + last) // 2, last}})


@pytest.mark.parametrize("point", POINTS, ids=hex)
def test_each_sign_becomes_a_code(point: int) -> None:
    text = f"before{chr(point)}after"
    assert not is_clear(text)
    assert visible(text) == f"before‹U+{point:04X}›after"
    assert visible_line(text) == visible(text)
    assert "".join(part if sign is None else sign for part, sign in runs(text)) == text


def test_a_long_text_is_looked_through_to_its_end() -> None:
    assert visible("word " * 5000 + "\u202eend").endswith("‹U+202E›end")
    assert visible("wörter\t" * 5000 + "\u202eend").endswith("‹U+202E›end")
    assert is_clear("word\n" * 5000)


@pytest.mark.parametrize(
    "text",
    [
        "plain, with tab\tand\nbreaks\r\nof both kinds",
        "größer … ‹quoted› — naïve 漢字 עברית العربية",
        "👨\u200d👩\u200d👧 ❤\ufe0f 🏳\ufe0f\u200d🌈 👍🏽 1\ufe0f\u20e3",
        "می\u200cخواهم क\u094d\u200dष",
        "葛\U000e0100",
    ],
)
def test_what_is_written_rightly_stays(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pay\u200bpal", "pay‹U+200B›pal"),
        ("x\u200dy", "x‹U+200D›y"),
        ("👍\u200d\u200d", "👍\u200d‹U+200D›"),
        ("a\ufe0fb", "a‹U+FE0F›b"),
        ("a\rb", "a‹U+000D›b"),
        ("\x1b[31mred\x9b0m", "‹U+001B›[31mred‹U+009B›0m"),
        ("\ud800", "‹U+D800›"),
        ("🏴\U000e0067\U000e007f", "🏴‹U+E0067›‹U+E007F›"),
    ],
)
def test_the_same_signs_elsewhere_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_portion_knows_what_came_before_it() -> None:
    assert visible("\u200d👩", "👨") == "\u200d👩"
    assert visible("\u200dy", "x") == "‹U+200D›y"


def test_a_name_has_no_line_breaks() -> None:
    assert is_clear("a\nb") and not is_clear_line("a\nb")
    assert visible_line("report\n\t.pdf\r") == f"report{code(chr(10))}{code(chr(9))}.pdf{code(chr(13))}"


@pytest.mark.parametrize(
    ("href", "host", "opens"),
    [
        ("https://Example.com/x", "example.com", True),
        ("http://example.com:8080/", "example.com:8080", True),
        ("https://bank.example@evil.example/", "evil.example", True),
        ("https://[::1]:8/", "[::1]:8", True),
        ("mailto:a@b.example?subject=x", "b.example", True),
        ("https://аpple.com/", "xn--pple-43d.com", True),
        ("https://bank.example\\@evil.example", "", False),
        ("https://", "", False),
        ("https://exa mple.com", "", False),
        ("https://[::1", "", False),
        ("file:///etc/passwd", "", False),
        ("javascript:alert(1)", "", False),
        ("vbscript:x", "", False),
        ("data:text/html,x", "", False),
        ("/etc/passwd", "", False),
        ("https://a.example/\u202e", "a.example", False),
    ],
)
def test_where_a_link_goes(href: str, host: str, opens: bool) -> None:
    where = destination(href)
    assert (where.host, where.opens) == (host, opens)
    assert opens or refusal(where)


@pytest.mark.parametrize(
    ("words", "href", "host"),
    [
        ("https://bank.example/login", "https://evil.example/", "evil.example"),
        ("bank.example", "https://evil.example/bank.example", "evil.example"),
        ("bank.example", "https://bank.example.evil.example/", "bank.example.evil.example"),
        ("ba\u200bnk.example", "https://evil.example/", "evil.example"),
        ("https://bank.example@evil.example", "https://bank.example@evil.example", "evil.example"),
        ("https://аpple.com", "https://аpple.com", "xn--pple-43d.com"),
        ("127.0.0.1", "http://evil.example", "evil.example"),
        ("bank.example", "https://www.bank.example/x", None),
        ("HTTPS://Bank.Example/a", "https://bank.example/b", None),
        ("the handbook", "https://evil.example", None),
        ("main.py", "https://github.com/x", None),
        ("e.g.", "https://evil.example", None),
        ("3.11", "https://python.org", None),
        ("a@b.example", "mailto:a@b.example", None),
    ],
)
def test_words_that_look_like_another_address(words: str, href: str, host: str | None) -> None:
    assert misleads(words, href) == host
