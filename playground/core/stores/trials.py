"""Test sets: questions, and the files that are to be found; how often a setting finds them, and what that was before.

A set is a file of plain JSON in a folder, `NAME.json`; what came of its runs is beside it in `NAME.history.jsonl`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.core.errors import Problem, ProblemError
from playground.core.files import read_json, write_atomically
from playground.core.stores.searching import Setting, lab, merged, rank_of

if TYPE_CHECKING:
    from playground.core.session import Session

_MOST_BYTES = 64 * 1024 * 1024


class Case(NamedTuple):
    """A question, and the files (IDs or names) of which one is to be found."""

    query: str
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TestSet:
    """Questions with their answers' files."""

    __test__ = False  # for pytest, which takes the name for one of its own

    name: str
    cases: tuple[Case, ...]

    def to_json(self) -> dict[str, Any]:
        cases = [{"query": one.query, "expected": list(one.expected)} for one in self.cases]
        return {"name": self.name, "cases": cases}


class Outcome(NamedTuple):
    """What came of a question under a setting."""

    case: Case
    setting: Setting
    rank: int | None
    """The place of the file among those found, from 1; None: it was not."""
    problem: Problem | None = None
    """Why it could not be asked; it counts neither as found nor as missed."""


class Score(NamedTuple):
    """How well a setting finds what is to be found."""

    setting: str
    asked: int
    hits: int
    rate: float
    """Hits of those asked, 0 to 1."""
    rank: float | None
    """The mean place of the hits; None where there is none."""
    mrr: float
    """The mean of 1/place over all that were asked, a miss being 0."""
    ranks: tuple[int | None, ...]
    """Of each question in its order; None also where it could not be asked."""
    failed: int
    """Questions that could not be asked."""

    def text(self) -> str:
        """`17 of 20 found (85 %), mean rank 1.4, MRR 0.71`."""
        place = f"mean rank {self.rank:.1f}, " if self.rank is not None else ""
        failed = f"; {self.failed:,} could not be asked" if self.failed else ""
        return f"{self.hits:,} of {self.asked:,} found ({self.rate:.0%}), {place}MRR {self.mrr:.2f}{failed}"


class Past(NamedTuple):
    """A run that was."""

    at: float
    """Unix seconds."""
    stores: tuple[str, ...]
    scores: tuple[Score, ...]


# ---- the folder


def names(folder: Path) -> list[str]:
    """The sets there are. Raises OSError."""
    return sorted(one.stem for one in folder.glob("*.json")) if folder.is_dir() else []


def load(path: Path) -> TestSet:
    """Raises ProblemError where it is no set, OSError."""
    if path.stat().st_size > _MOST_BYTES:
        raise ProblemError(_bad(path, "It is larger than 64 MB."))
    try:
        value = read_json(path)
    except ValueError as error:
        raise ProblemError(_bad(path, f"It is no JSON: {error}.")) from None
    return set_of(value, path)


def set_of(value: object, path: Path) -> TestSet:
    """A set from its JSON, or from a bare list of cases. Raises ProblemError, naming the case."""
    cases = value.get("cases") if isinstance(value, Mapping) else value
    if not isinstance(cases, list) or not cases:
        raise ProblemError(_bad(path, "It has no list “cases”."))
    made = []
    for number, one in enumerate(cases, 1):
        query = one.get("query") if isinstance(one, Mapping) else None
        expected = one.get("expected") if isinstance(one, Mapping) else None
        files = [expected] if isinstance(expected, str) else expected
        if not isinstance(query, str) or not query.strip():
            raise ProblemError(_bad(path, f"Case {number} has no “query”."))
        if not isinstance(files, list) or not files or not all(isinstance(file, str) and file for file in files):
            raise ProblemError(_bad(path, f"Case {number} has no “expected”: a file's name or ID, or a list of them."))
        made.append(Case(query, tuple(files)))
    name = value.get("name") if isinstance(value, Mapping) else None
    return TestSet(name if isinstance(name, str) and name else path.stem, tuple(made))


def save(path: Path, tests: TestSet) -> None:
    """Raises OSError."""
    write_atomically(path, json.dumps(tests.to_json(), ensure_ascii=False, indent=2) + "\n")


def _bad(path: Path, cause: str) -> Problem:
    return Problem(
        f"{path.name} is no test set", cause,
        'Write it as {"cases": [{"query": "…", "expected": ["handbook.pdf"]}]}.', "After that.", type="usage",
    )  # fmt: skip


# ---- a run


async def run(
    session: Session, stores: Sequence[str], tests: TestSet, settings: Sequence[Setting]
) -> AsyncIterator[Outcome]:
    """Each question under each setting, one question after another; the results of several stores count together."""
    for case in tests.cases:
        found = [one async for one in lab(session, stores, case.query, settings)]
        for setting in settings:
            mine = [one for one in found if one.setting is setting]
            problem = next((one.problem for one in mine if one.problem is not None), None)
            rank = rank_of(merged(mine), case.expected) if problem is None else None
            yield Outcome(case, setting, rank, problem)


def score(setting: Setting, outcomes: Sequence[Outcome]) -> Score:
    """Of what came under this setting."""
    mine = [one for one in outcomes if one.setting is setting]
    asked = [one for one in mine if one.problem is None]
    ranks = [one.rank for one in asked if one.rank is not None]
    count = len(asked)
    return Score(
        setting.text(), count, len(ranks), len(ranks) / count if count else 0.0,
        sum(ranks) / len(ranks) if ranks else None, sum(1 / one for one in ranks) / count if count else 0.0,
        tuple(one.rank for one in mine), len(mine) - count,
    )  # fmt: skip


# ---- what was


def history_path(path: Path) -> Path:
    """Where the runs of the set in this file are kept."""
    return path.with_name(f"{path.stem}.history.jsonl")


def keep(path: Path, stores: Sequence[str], scores: Sequence[Score], at: float | None = None) -> None:
    """Add a run to a set's history. Raises OSError."""
    entry = {"at": time.time() if at is None else at, "stores": list(stores),
             "scores": [one._asdict() for one in scores]}  # fmt: skip
    data = json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    with history_path(path).open("ab") as file:
        if file.tell() and not _ends_well(history_path(path)):
            data = b"\n" + data  # a line that a crash left unfinished spoils no other
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _ends_well(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def history(path: Path) -> Iterator[Past]:
    """The runs of a set, oldest first; a line that cannot be read is left out. Raises OSError."""
    place = history_path(path)
    if not place.exists():
        return
    with place.open("rb") as file:
        for line in file:
            try:
                entry = json.loads(line)
                scores = tuple(Score(**{**one, "ranks": tuple(one["ranks"])}) for one in entry["scores"])
                yield Past(float(entry["at"]), tuple(entry["stores"]), scores)
            except (ValueError, TypeError, KeyError, RecursionError):
                continue
