"""`playground stores search`, `test` and `copy`."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from typing import Any

from playground.cli.call import read_body
from playground.cli.output import FINE, REFUSED, print_error, print_json, say
from playground.cli.stores_words import code_of, found, line, wrong
from playground.core.session import Session
from playground.core.stores import trials
from playground.core.stores.copying import Copied, copy
from playground.core.stores.filters import from_text
from playground.core.stores.rules import refuse
from playground.core.stores.searching import Found, Result, Setting, lab, setting_of

LONGEST = 300
"""Characters of a passage that are printed."""


def settings(options: argparse.Namespace) -> list[Setting]:
    """One of the flags, or those given as JSON. Raises ProblemError, OSError."""
    filters = from_text(options.filter or "")
    rewrite = True if options.rewrite else None
    flags = Setting("", rewrite, options.ranker, options.threshold, options.most, filters)
    made = [setting_of(read_body(text)) for text in options.settings]
    if made and flags != Setting():
        raise wrong("Settings are given twice", "There is --setting, and another flag.", "Put all into --setting.")
    refuse(flags.check(), "The setting cannot be used")
    return made or [flags]


async def search(options: argparse.Namespace, session: Session) -> int:
    """Prints the results of each setting against each store."""
    chosen = settings(options)
    stores = await found(session, options.stores)
    names = {one.id: one.name or one.id for one in stores}
    code = hits = 0
    async for one in lab(session, [store.id for store in stores], options.query, chosen):
        hits += len(one.results)
        if one.problem is not None:
            print_error(one.problem)
            code = max(code, code_of(one.problem))
        elif options.as_json:
            print_json(_found_json(one), line=True)
        else:
            _show(one, names[one.store])
    if not hits and not code:
        say("Nothing was found.")
    return code


def _found_json(one: Found) -> dict[str, Any]:
    results = [
        {**result._asdict(), "marks": [[mark.start, mark.end] for mark in result.marks]} for result in one.results
    ]
    return {
        "store": one.store, "setting": one.setting.text(), "search_query": list(one.asked),
        "seconds": round(one.seconds, 4), "results": results,
    }  # fmt: skip


def _show(one: Found, name: str) -> None:
    asked = f", searched for: {' | '.join(one.asked)}" if one.asked and one.asked != (one.query,) else ""
    line(f"{name}: {one.setting.text()}{asked}")
    for place, result in enumerate(one.results, 1):
        line(f"{place:3}. {result.score:.3f}  {result.name}  ({result.file})")
        line(f"     {passage(result)}")


def passage(result: Result) -> str:
    """The passage's first mark and what is around it, the question's words in [ ]."""
    begin = max(0, result.marks[0].start - LONGEST // 3) if result.marks else 0
    end, at, parts = begin + LONGEST, begin, []
    for mark in result.marks:
        if mark.end > end:
            break
        if mark.start >= at:
            parts += [result.text[at : mark.start], f"[{result.text[mark.start : mark.end]}]"]
            at = mark.end
    parts.append(result.text[at:end])
    before, after = "… " if begin else "", " …" if end < len(result.text) else ""
    return before + " ".join("".join(parts).split()) + after


async def test(options: argparse.Namespace, session: Session) -> int:
    """Asks all questions of a set; prints each one's rank and each setting's measures."""
    chosen = settings(options)
    tests = await asyncio.to_thread(trials.load, options.set)
    stores = [one.id for one in await found(session, options.stores)]
    outcomes: list[trials.Outcome] = []
    async for one in trials.run(session, stores, tests, chosen):
        outcomes.append(one)
        if one.problem is not None:
            print_error(one.problem)
        elif not options.as_json:
            place = f"rank {one.rank}" if one.rank else "missed"
            line(f"{place:8}  {one.case.query}" + (f"  [{one.setting.text()}]" if len(chosen) > 1 else ""))
    scores = [trials.score(setting, outcomes) for setting in chosen]
    for each in scores:
        if options.as_json:
            print_json(each._asdict(), line=True)
        else:
            line(f"{each.setting}: {each.text()}")
    if not options.no_history:
        await asyncio.to_thread(_keep, options, stores, scores)
    if any(each.failed for each in scores):
        return REFUSED
    return FINE if max(each.rate for each in scores) >= options.least else REFUSED


def _keep(options: argparse.Namespace, stores: Sequence[str], scores: Sequence[trials.Score]) -> None:
    """Raises OSError."""
    before = list(trials.history(options.set))[-1:]
    trials.keep(options.set, stores, scores)
    for past in before:
        for each in past.scores:
            say(f"{time.strftime('%Y-%m-%d %H:%M', time.localtime(past.at))}: {each.setting}: {each.text()}")


async def copied(options: argparse.Namespace, session: Session) -> int:
    """Copies or moves; prints each step."""
    source, *targets = await found(session, [options.store, *options.to])
    files = set(options.files) or None
    names = {one.id: one.name or one.id for one in (source, *targets)}
    code = FINE
    async for one in copy(session, source.id, [target.id for target in targets], move=options.move, files=files):
        if not isinstance(one, Copied):
            if not options.as_json:
                say(f"{names[one.target.store]}: {one.text()}")
            continue
        if one.step in ("failed", "kept", "left_out"):
            code = REFUSED
        if options.as_json:
            print_json({"file": one.file, "step": one.step, "store": one.store, "words": one.text() or None}, line=True)
        else:
            words = f"  {one.text()}" if one.text() else ""
            line(f"{one.file}  {one.step.replace('_', ' '):8}  {names.get(one.store, one.store)}{words}")
    return code
