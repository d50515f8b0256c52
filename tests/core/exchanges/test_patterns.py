"""Secrets that somebody named: which are taken, which are refused and in what words, and where they are found."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.exchanges.patterns import MOST, PatternError, SecretPattern, dump, parse
from playground.core.exchanges.patterns import given as from_words
from playground.core.exchanges.scrub import Scrubber, cut_out
from playground.core.named import Named
from playground.core.redact import HIDDEN
from playground.core.settings import SECRET_PATTERNS, Settings


def test_those_that_are_found() -> None:
    patterns = [
        SecretPattern("customer", "text", "Müller & Söhne"),
        SecretPattern("case", "regex", r"CASE-(?P<secret>\d{6})"),
    ]
    scrub = Scrubber(patterns)
    text = json.dumps({"a": "Müller & Söhne", "b": "M%C3%BCller%20%26%20S%C3%B6hne", "c": "CASE-123456"})
    clean = scrub.text(text)
    assert json.loads(clean) == {"a": HIDDEN, "b": HIDDEN, "c": f"CASE-{HIDDEN}"}
    assert scrub.removed == {"customer": 2, "case": 1}
    assert [(cut.kind, text[cut.start : cut.end]) for cut in Scrubber(patterns).cuts(text)][-1] == ("case", "123456")


@pytest.mark.parametrize(
    ("kind", "expression", "words"),
    [
        ("regex", "(a+)+$", "too long"),
        ("regex", "(x|xx)+y$", "too long"),
        ("regex", r"(\w+\s?)*:$", "too long"),
        ("regex", "(", "no regular expression"),
        ("regex", "a*", "empty text"),
        ("regex", "(?s).+", "any text"),
        ("regex", "x" * 1001, "longer than"),
        ("text", "abc", "tear holes"),
        ("text", "   \n ", "tear holes"),
        ("glob", "*.py", "neither"),
    ],
)
def test_those_that_are_refused(kind: str, expression: str, words: str) -> None:
    began = time.monotonic()
    with pytest.raises(PatternError, match=words):
        SecretPattern("one", kind, expression)  # type: ignore[arg-type]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 61])
def test_names(name: str) -> None:
    with pytest.raises(PatternError, match="name"):
        SecretPattern(name, "text", "something")


def test_the_setting_keeps_them(tmp_path: Path) -> None:
    kept = (SecretPattern("a", "text", 'with "quotes" \\ and \n'), SecretPattern("b", "regex", r"\d{16}"))
    chosen = Settings(tmp_path / "settings.json")
    chosen.set(SECRET_PATTERNS, dump(kept))
    chosen.save()
    again, named = Settings(tmp_path / "settings.json"), Named()
    again.load()
    named.use(again)
    assert tuple(named.patterns) == kept and not named.wrong


def test_what_is_wrong_in_the_file_is_said() -> None:
    good = {"name": "good", "kind": "regex", "expression": "abc+d"}
    found, wrong = parse(json.dumps([good, {"name": "bad", "kind": "regex", "expression": "("}, 5, {"name": "x"}]))
    assert [pattern.name for pattern in found] == ["good"] and len(wrong) == 3 and "“bad” is not used" in wrong[0]
    for text in ("{", "{}", "5", "[" * 100_000):
        assert parse(text)[0] == () and parse(text)[1]
    assert parse("") == ((), ()) and len(parse(json.dumps([good] * 300))[0]) == MOST


def test_of_the_command_line() -> None:
    assert from_words(r"card=\d{16}") == SecretPattern("card", "regex", r"\d{16}")
    assert from_words("x y=text:a=b(") == SecretPattern("x y", "text", "a=b(")
    assert from_words("[a-z]=+1234").expression == "[a-z]=+1234"


PARTS = ("ab12cd", " ", " sk-proj-abcDEF0123456789", "%41", "[removed]", '"', "\\u0061b12cd", "=", "é",
         "YWIxMmNkYWIxMmNkYWIxMmNkYWIxMmNk", "?key=v1", "password=ab12cdef")  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PARTS)))
def test_what_is_shown_is_what_is_taken_out(parts: list[str]) -> None:
    """`cuts` are places in the text as it was; with them gone it is what `text` gives, and there is nothing left."""
    text, patterns = "".join(parts), (SecretPattern("named", "regex", "ab[0-9]+cd"),)
    scrub = Scrubber(patterns)
    cuts = scrub.cuts(text)
    assert all(0 <= a.start < a.end <= len(text) for a in cuts)
    assert all(a.end <= b.start for a, b in pairwise(cuts))
    clean = scrub.text(text)
    assert clean == cut_out(text, cuts) and sum(scrub.removed.values()) == len(cuts)
    assert "ab12cd" not in clean and "sk-proj-abcDEF" not in clean
