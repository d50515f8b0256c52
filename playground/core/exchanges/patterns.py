"""Secrets that somebody named: literal texts, and regular expressions with a time limit.

They are one setting, `secrets.patterns`, and hold for everything that leaves the log (`scrub`). A text is kept as
it was typed: for a password an expression of its shape says less.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from playground.core.errors import Problem, ProblemError

Kind = Literal["text", "regex"]
MOST = 100
"""Patterns that can be named."""
LONGEST = 1000
"""Characters of one."""
_NAME = 60
_LEAST = 4
"""Characters of a literal text below which taking it out would tear holes into ordinary words."""
TRIAL = 0.1
"""Seconds that an expression may take for each of the texts it is tried on before it is accepted."""
SECONDS, SECONDS_EACH = 1.0, 1e-6
"""Seconds that an expression may take for one text, and more for each of its characters."""


class PatternError(ValueError):
    """A pattern cannot be used; its words say why."""


@dataclass(frozen=True, slots=True)
class SecretPattern:
    """One of them, checked: making one raises PatternError."""

    name: str
    """What it is called in previews, reports and counts."""
    kind: Kind
    expression: str = field(repr=False)

    def __post_init__(self) -> None:
        _check(self)

    def search(self, text: str) -> list[tuple[int, int]]:
        """Start and end of each place in `text`; a group called `secret` narrows it to that group. Raises ProblemError
        where it takes too long."""
        compiled = _compiled(self.kind, self.expression)
        try:
            found = [
                match.span("secret") if "secret" in compiled.groupindex else match.span()
                for match in compiled.finditer(text, timeout=SECONDS + SECONDS_EACH * len(text), concurrent=True)
            ]
        except TimeoutError:
            raise ProblemError(_slow(self, len(text))) from None
        return [span for span in found if span[0] < span[1]]

    def to_dict(self) -> dict[str, str]:
        return {"name": self.name, "kind": self.kind, "expression": self.expression}


def _slow(pattern: SecretPattern, size: int) -> Problem:
    return Problem(
        title=f"The pattern “{pattern.name}” takes too long",
        cause=f"It could not search a text of {size:,} characters in {SECONDS + SECONDS_EACH * size:.1f} s, so nothing "
        "can be said of the secrets in it. Nothing was written.",
        remedy="Change the pattern or remove it: repetitions inside repetitions, such as (a+)+, try everything.",
        retry="Not as it is.",
        type="pattern",
        param=pattern.name,
    )


@cache
def _compiled(kind: Kind, expression: str) -> Any:
    import regex

    return regex.compile(_spelled(expression) if kind == "text" else expression)


def _spelled(text: str) -> str:
    """A literal text in the spellings it can take: as it is, in JSON, in a URL, in base64."""
    from urllib.parse import quote, quote_plus

    from playground.core.redact import base64_spellings

    inside = json.dumps(text)[1:-1]
    spellings = {text, inside, json.dumps(inside)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], quote(text)}
    spellings |= {quote(text, safe=""), quote_plus(text), *base64_spellings(text)}
    import regex

    return "|".join(regex.escape(one) for one in sorted(spellings, key=len, reverse=True))


def _check(pattern: SecretPattern) -> None:
    name, expression = pattern.name, pattern.expression
    if not name.strip() or len(name) > _NAME or not name.isprintable():
        raise PatternError(f"A pattern needs a name of 1 to {_NAME} characters.")
    if pattern.kind not in ("text", "regex"):
        raise PatternError(f"“{pattern.kind}” is neither a text nor a regular expression.")
    if len(expression) > LONGEST:
        raise PatternError(f"It is longer than {LONGEST:,} characters.")
    if pattern.kind == "text":
        if len(expression.strip()) < _LEAST:
            raise PatternError(f"A text of less than {_LEAST} characters would tear holes into ordinary words.")
        return
    import regex

    try:
        compiled = _compiled(pattern.kind, expression)
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        raise PatternError(f"It is no regular expression: {error}.") from None
    try:
        if any(match.end() == match.start() for match in [compiled.search("", timeout=TRIAL)] if match):
            raise PatternError("It fits an empty text, so it would be found everywhere.")
        for text in _trials(expression):
            compiled.search(text, timeout=TRIAL)
            if compiled.fullmatch(text[:40], timeout=TRIAL) and compiled.fullmatch("the quick brown", timeout=TRIAL):
                raise PatternError("It fits any text, so everything would be removed.")
    except TimeoutError:
        raise PatternError(
            "It takes too long on some texts: repetitions inside repetitions, such as (a+)+, try everything."
        ) from None


def _trials(expression: str) -> Iterable[str]:
    """Texts that send an expression which tries everything into doing so: its own letters again and again, and then
    something that does not fit. What else it asks for stands at the end, lest its absence settle the matter."""
    rest = "\u2400" + "".join(dict.fromkeys(sign for sign in expression if not sign.isalnum()))[:40]
    letters = "".join(dict.fromkeys(sign for sign in expression if sign.isalnum()))[:12]
    for piece in dict.fromkeys(("a", "0", "A", " ", "-", "_", "ab", "a0", "a ", "a.", "x=", '"', "\\", *letters)):
        yield piece * (4000 // len(piece)) + rest


def dump(patterns: Iterable[SecretPattern]) -> str:
    """As the setting keeps them."""
    return json.dumps([pattern.to_dict() for pattern in patterns], ensure_ascii=False)


def parse(text: str) -> tuple[tuple[SecretPattern, ...], tuple[str, ...]]:
    """The patterns of the setting, and what is wrong with those that cannot be used, in words. Never raises."""
    try:
        values = json.loads(text or "[]")
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list):
        return (), ("The secret patterns in the settings cannot be read.",)
    found: list[SecretPattern] = []
    wrong: list[str] = []
    for value in values[:MOST]:
        if not isinstance(value, dict) or not all(isinstance(value.get(key), str) for key in ("name", "expression")):
            wrong.append("A secret pattern in the settings cannot be read.")
            continue
        try:
            found.append(SecretPattern(value["name"], value.get("kind", "regex"), value["expression"]))
        except PatternError as error:
            wrong.append(f"The secret pattern “{value['name'][:_NAME]}” is not used: {error}")
    return tuple(found), tuple(wrong)


def given(text: str) -> SecretPattern:
    """A pattern of the command line: `NAME=EXPRESSION`, or an expression alone; `text:` before the expression makes it
    literal. Raises PatternError."""
    name, equals, expression = text.partition("=")
    if not equals or not name.replace(" ", "").replace("-", "").replace("_", "").isalnum():
        name, expression = "named pattern", text
    if expression.startswith("text:"):
        return SecretPattern(name, "text", expression[5:])
    return SecretPattern(name, "regex", expression)
