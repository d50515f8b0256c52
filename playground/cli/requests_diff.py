"""`playground requests diff`, and `show --as`: two requests side by side, and one as a program."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from playground.cli.output import FINE, print_json, say, write
from playground.core.errors import Problem, ProblemError
from playground.core.visible import visible

if TYPE_CHECKING:
    from playground.core.diff import Comparison
    from playground.core.exchanges import ExchangeStore, LogRow
    from playground.core.exchanges.scrub import Scrubber


def run_diff(options: argparse.Namespace, store: ExchangeStore, row: LogRow, other: LogRow | None) -> int:
    """What changed between a request and another; without one, between its last two attempts, or it and what it
    repeats or follows. Raises ProblemError where there is nothing to compare with."""
    from playground.core.diff.choosing import OTHER, Option, look
    from playground.core.exchanges.scrub import Scrubber

    wanted = Option(OTHER, other.summary.id, "") if other is not None else None
    looked = look(store, store.load(row.summary.id), 0, wanted)
    found = looked.comparison
    if found is None:
        raise ProblemError(
            Problem("There is nothing to compare", looked.words, "Give the ID of another request.", "No.", type="diff")
        )
    if options.as_json:
        print_json(_clean(_object(found, looked.titles), Scrubber()))
        return FINE
    from playground.core.diff import PARTS, as_text

    lines = [found.words]
    for part, title in PARTS:
        diff = found.part(part)
        if (options.part in (None, part)) and (diff.counts() or options.part == part):
            lines += ["", f"{title}:", as_text(diff, *looked.titles).rstrip("\n")]
    text = Scrubber().text("\n".join(lines))
    write(f"{visible(text)}\n".encode("utf-8", "replace"))
    return FINE


def _clean(value: Any, scrub: Scrubber) -> Any:
    """The same without secrets."""
    if isinstance(value, dict):
        return {name: _clean(one, scrub) for name, one in value.items()}
    if isinstance(value, list):
        return [_clean(one, scrub) for one in value]
    return scrub.text(value) if isinstance(value, str) else value


def _object(found: Comparison, titles: tuple[str, str]) -> dict[str, object]:
    """The comparison for programs."""
    from playground.core.diff import PARTS

    made: dict[str, object] = {"summary": found.words, "left": titles[0], "right": titles[1]}
    for part, _ in PARTS:
        diff = found.part(part)
        made[part] = {
            "changes": [
                {
                    "kind": change.kind,
                    "pointer": change.pointer,
                    **({"left_pointer": change.left_pointer} if change.left_pointer else {}),
                    "before": change.before,
                    "after": change.after,
                }
                for change in diff.changes
            ],
            "notes": diff.notes,
        }
    return made


def run_as(options: argparse.Namespace, store: ExchangeStore, row: LogRow) -> int:
    """One request as a program or as data, without secrets. Raises ProblemError, CatalogError."""
    from playground.core.replay import write_as

    catalog = None
    if options.language not in ("json", "har"):
        from playground.cli.methods import catalogue
        from playground.core.paths import DataPaths, default_data_dir

        catalog = catalogue(DataPaths(options.data_dir or default_data_dir()).cache)
    try:
        written = write_as(options.language, store, catalog, store.load(row.summary.id))
    except ValueError as error:
        raise ProblemError(
            Problem("It cannot be written so", str(error), "Try --as har.", "No.", type="replay")
        ) from None
    write(written.text.encode("utf-8", "replace"))
    for note in written.notes:
        say(note)
    return FINE
