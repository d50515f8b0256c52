"""Secrets that somebody named: which are taken, which are refused and in what words, and where they are found."""

from __future__ import annotations

import base64
import json
import time
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.exchanges.patterns import MOST, PatternError, SecretPattern, dump, parse
from playground.core.exchanges.patterns import given as from_words
from playground.core.exchanges.scrub import Scrubber, cut_out
from playground.core.named import Named
from playground.core.redact import HIDDEN
from playground.core.settings import SECRET_PATTERNS, Settings
from tests.core.exchanges.test_export import SECRETS


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


WORDS = "Nachti gall"
FORMS = {
    "plain": str,
    "in a URL": lambda text: quote(text, safe=""),
    "in JSON": json.dumps,
    "in JSON in JSON": lambda text: json.dumps(json.dumps({"api_key": text})),
    "in base64": lambda text: base64.b64encode(text.encode()).decode(),
    "in base64 behind a letter": lambda text: base64.b64encode(f"a{text}zz".encode()).decode(),
    "escaped": lambda text: "".join(f"\\u{ord(sign):04x}" for sign in text),
    "in a field": lambda text: f'"password": "{text}"',
    "in a query": lambda text: f"?key={quote(text)}&a=",
}
BETWEEN = ("", " ", "text ", "[removed]", "***", "=", "%", "\\", "\n", "://", "&", '"', "é", ";")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(BETWEEN), st.sampled_from(sorted(FORMS)), st.sampled_from(
    [WORDS, "KD-4711", *sorted(SECRETS.values())])), max_size=6))  # fmt: skip
def test_what_is_shown_is_what_is_taken_out(parts: list[tuple[str, str, str]]) -> None:
    """`cuts` are places in the text as it was; with them gone it is what `text` gives, in which nothing more is found,
    nor one of the texts that were named."""
    text = "".join(between + FORMS[form](secret) for between, form, secret in parts)
    patterns = (SecretPattern("named", "text", WORDS), SecretPattern("number", "regex", "KD-[0-9]{4}"))
    scrub = Scrubber(patterns)
    cuts = scrub.cuts(text)
    assert all(0 <= a.start < a.end <= len(text) for a in cuts)
    assert all(a.end <= b.start for a, b in pairwise(cuts))
    clean = scrub.text(text)
    assert clean == cut_out(text, cuts) and sum(scrub.removed.values()) == len(cuts)
    assert Scrubber(patterns).text(clean) == clean
    for spelling in (WORDS, quote(WORDS), "KD-4711", base64.b64encode(WORDS.encode()).decode()[:-2]):
        assert spelling not in clean


def test_several_kinds_in_base64() -> None:
    """Found by the fuzzing above: what was found second was cut out at a place that it had no longer."""
    coded = [base64.b64encode(f"{text} and more".encode()).decode() for text in (SECRETS["AWS"], SECRETS["GitHub"])]
    assert Scrubber(()).text(f"a {coded[0]} b {coded[1]} c {coded[0]}") == f"a {HIDDEN} b {HIDDEN} c {HIDDEN}"
