"""Past outputs against a schema: what fits, and what would break, by path. One output at a time is in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from playground.core.schemas.proof.judging import Judge
from playground.core.schemas.proof.outputs import Stored

MOST_PLACES = 500
"""Different things that are told apart."""
EXAMPLES = 5
TELL_EVERY = 100
"""Outputs."""


@dataclass(slots=True)
class Break:
    """One thing that is wrong, and how often."""

    path: str
    """JSON pointer with `*` for the places in a list."""
    words: str
    """Of the first output in which it was found."""
    count: int = 0
    """Outputs."""
    examples: list[str] = field(default_factory=list)
    """Where the first of them stand."""
    exchange_id: str = ""
    """Of the first, where it is in the request log."""


@dataclass(slots=True)
class Checked:
    """What came of it, so far or altogether."""

    checked: int = 0
    fit: int = 0
    unreadable: int = 0
    """Of those checked: no JSON."""
    newly: int | None = None
    """Outputs that fitted the schema before and do not now; None: there was none to compare with."""
    mended: int | None = None
    """Outputs that fit now, and did not before."""
    breaks: list[Break] = field(default_factory=list)
    """The most frequent first."""
    left_out: int = 0
    """Findings beyond `MOST_PLACES` different ones."""
    unread: list[str] = field(default_factory=list)
    """Of the first unreadable ones: where, and why."""

    @property
    def wrong(self) -> int:
        return self.checked - self.fit

    def words(self) -> str:
        """It in a sentence or two."""
        if not self.checked:
            return "There are no outputs."
        if not self.wrong:
            return "It fits." if self.checked == 1 else f"All {self.checked:,} outputs fit."
        words = f"{self.wrong:,} of {self.checked:,} outputs {'does' if self.wrong == 1 else 'do'} not fit."
        if self.unreadable:
            words += f" {self.unreadable:,} of them {'is' if self.unreadable == 1 else 'are'} no JSON."
        if self.newly is not None:
            words += f" {self.newly:,} fitted before."
        return words


class StoredCheck:
    """Checks outputs one by one. Used from one thread at a time."""

    def __init__(self, schema: Any, before: Any = None) -> None:
        """`before`: the schema as it was; outputs that fitted it and no longer do are counted. Raises
        UnusableSchema."""
        self._judge = Judge(schema)
        self._before = Judge(before) if before is not None else None
        self.result = Checked()
        self._found: dict[tuple[str, str], Break] = {}
        if before is not None:
            self.result.newly = self.result.mended = 0

    def add(self, stored: Stored) -> None:
        """Check one."""
        result = self.result
        result.checked += 1
        if stored.problem:
            result.unreadable += 1
            if len(result.unread) < EXAMPLES:
                result.unread.append(f"{stored.place}: {stored.problem}")
            return
        wrong = self._judge.wrongs(stored.value)
        result.fit += not wrong
        for key, words in {(pattern(one.path), kind(one.words)): one.words for one in wrong}.items():
            self._count(key, words, stored)
        if self._before is not None and result.newly is not None and result.mended is not None:
            fitted = not self._before.wrongs(stored.value)
            result.newly += fitted and bool(wrong)
            result.mended += not fitted and not wrong

    def _count(self, key: tuple[str, str], words: str, stored: Stored) -> None:
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= MOST_PLACES:
                self.result.left_out += 1
                return
            found = self._found[key] = Break(key[0], words, exchange_id=stored.exchange_id)
        found.count += 1
        if len(found.examples) < EXAMPLES:
            found.examples.append(stored.place)

    def finish(self) -> Checked:
        """The result, the most frequent first."""
        self.result.breaks = sorted(self._found.values(), key=_by_count)
        return self.result


def check_stored(
    outputs: Iterable[Stored], schema: Any, before: Any = None, tell: Callable[[int], object] | None = None
) -> Checked:
    """All of them. `tell` hears now and then how many were checked; raising there ends it. Not for the GUI thread;
    raises what reading the outputs raises, and UnusableSchema."""
    check = StoredCheck(schema, before)
    for stored in outputs:
        check.add(stored)
        if tell is not None and check.result.checked % TELL_EVERY == 0:
            tell(check.result.checked)
    return check.finish()


def _by_count(one: Break) -> tuple[int, str]:
    return -one.count, one.path


def pattern(path: str) -> str:
    """A pointer with `*` for the places in lists."""
    return "/".join("*" if step.isdecimal() else step for step in path.split("/"))


def kind(words: str) -> str:
    """What is wrong, without the values that are: texts in quotation marks and numbers are passed over."""
    parts: list[str] = []
    end = ""
    for letter in words:
        if end:
            if letter == end:
                end = ""
        elif letter in "“\"'`‘":
            end = {"“": "”", "‘": "’"}.get(letter, letter)
        elif not letter.isdecimal():
            parts.append(letter)
    return "".join(parts)
