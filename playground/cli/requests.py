"""`playground requests`: the request log without a window."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from playground.cli.output import (
    FINE,
    REFUSED,
    WRONG_USAGE,
    forget_stdout,
    print_error,
    print_json,
    print_warning,
    say,
    write,
)
from playground.core.errors import Problem, ProblemError, explain
from playground.core.exchanges import ExchangeStore, LogRow, QueryError
from playground.core.exchanges.export import always
from playground.core.files import whole
from playground.core.paths import DataPaths, default_data_dir
from playground.core.plain import size_text


def run_requests(options: argparse.Namespace) -> int:
    """Does one of the actions; gives the exit code. Raises KeyboardInterrupt."""
    actions: dict[str, Callable[[argparse.Namespace, ExchangeStore], int]] = {
        "list": _list,
        "show": _show,
        "diff": _diff,
        "export": _export,
        "bundle": _bundle,
        "import": _import,
        "prune": _prune,
        "mark": _mark,
    }
    try:
        if options.action in ("export", "bundle"):
            from playground.cli.call import check_output

            check_output(options.output)
        with _opened(options) as store:
            return actions[options.action](options, store)
    except BrokenPipeError:
        forget_stdout()
        return FINE
    except QueryError as error:
        print_error(_query_problem(options.query, error))
        return WRONG_USAGE
    except ProblemError as error:
        print_error(error.problem)
        return REFUSED if error.problem.type == "not_found" else WRONG_USAGE
    except OSError as error:
        output: Path | None = getattr(options, "output", None)
        if output is not None and error.filename == str(output):
            from playground.core.exchanges.handover import not_written

            print_error(not_written(output, error))
        else:
            print_error(explain(error))
        return WRONG_USAGE
    except ValueError as error:
        print_error(explain(error))
        return WRONG_USAGE


@contextlib.contextmanager
def _opened(options: argparse.Namespace) -> Iterator[ExchangeStore]:
    """The log of the data folder, and the patterns of its settings. Raises StoreError."""
    _use_patterns(options)
    with contextlib.closing(ExchangeStore.open(DataPaths(options.data_dir or default_data_dir()).exchanges)) as store:
        if store.problem is not None:
            print_warning(store.problem)
        yield store


def _query_problem(query: str, error: QueryError) -> Problem:
    part = query[error.start : error.end]
    place = f"At character {error.start + 1}" + (f" (“{part}”)" if part else "")
    return Problem(
        title="The query cannot be understood",
        cause=f"{place}: {error.words}",
        remedy="`playground requests list --help` has all fields.",
        retry="Not as it is.",
        type="query",
        param=part or None,
    )


def _list(options: argparse.Namespace, store: ExchangeStore) -> int:
    rows = store.log.page(options.query, options.limit)
    if options.as_json:
        from playground.core.exchanges.export import row_object
        from playground.core.exchanges.scrub import Scrubber

        scrub = Scrubber()
        for row in rows:
            print_json(row_object(row, scrub), line=True)
        return FINE
    from playground.cli.requests_text import table

    if rows:
        write(table(rows).encode("utf-8", "replace"))
    else:
        say("no request is in the log" if not options.query.strip() else "no request in the log fits")
    return FINE


def _one(store: ExchangeStore, any_id: str) -> LogRow:
    """Raises ProblemError: unknown, or the beginning of several."""
    found = store.log.one(any_id)
    if found is not None:
        return found
    quoted = '"' + any_id.replace("\\", "\\\\").replace('"', '\\"') + '"'
    near = store.log.page(f"id:{quoted}", 5) if any_id else []
    if not near:
        raise ProblemError(
            Problem(
                f"No request in the log has the ID {any_id}",
                "It was made elsewhere, was deleted, or is mistyped.",
                "`playground requests list` shows those that there are; --data-dir names another log.",
                "No.",
                type="not_found",
            )
        )
    names = ", ".join(row.summary.request_id or row.summary.id for row in near)
    raise ProblemError(
        Problem(
            f"Several requests have an ID that begins with {any_id}",
            f"The newest are {names}.",
            "Give more of it.",
            "Not as it is.",
            type="not_found",
        )
    )


def _diff(options: argparse.Namespace, store: ExchangeStore) -> int:
    from playground.cli.requests_diff import run_diff

    row = _one(store, options.id)
    return run_diff(options, store, row, _one(store, options.other) if options.other else None)


def _show(options: argparse.Namespace, store: ExchangeStore) -> int:
    row = _one(store, options.id)
    if options.language:
        from playground.cli.requests_diff import run_as

        return run_as(options, store, row)
    detail = store.load(row.summary.id)
    if options.as_json:
        from playground.core.exchanges.diagnosis import diagnose
        from playground.core.exchanges.export import detail_object
        from playground.core.exchanges.scrub import Scrubber

        found: dict[str, Any] = detail_object(row, detail, Scrubber(), bodies=options.body)
        diagnosis = diagnose(detail)
        found["diagnosis"] = None if diagnosis is None else diagnosis.to_dict()
        print_json(found)
        return FINE
    from playground.cli.requests_text import details

    write(details(row, detail, headers=options.headers, bodies=options.body).encode("utf-8", "replace"))
    return FINE


def _export(options: argparse.Namespace, store: ExchangeStore) -> int:
    from playground.core.exchanges.export import write as write_export
    from playground.core.exchanges.scrub import Scrubber

    numbers = store.log.ids(options.query, options.limit or -1)
    scrub = Scrubber()
    if options.output is None:
        write_export(store, numbers, options.kind, write, scrub)
        return FINE
    with whole(options.output) as file:
        count = write_export(store, numbers, options.kind, file.write, scrub)
    say(f"{_requests(count)} in {options.output}{_taken(scrub.removed)}")
    return FINE


def _requests(count: int) -> str:
    return f"{count} {'request' if count == 1 else 'requests'}"


def _taken(removed: Mapping[str, int]) -> str:
    """What was taken out, kind by kind."""
    if not removed:
        return ""
    kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(removed.items()))
    return f"; secrets taken out: {sum(removed.values())} ({kinds})"


def _use_patterns(options: argparse.Namespace) -> None:
    """Those that somebody named in the settings hold here too. Raises OSError."""
    from playground.core.named import named
    from playground.core.settings import Settings

    settings = Settings(DataPaths(options.data_dir or default_data_dir()).settings)
    settings.load()
    if settings.problem is not None:
        print_warning(settings.problem)
    named().use(settings)
    for words in named().wrong:
        print_warning(Problem("A secret pattern is not used", words, "Correct or remove it in the program's settings."))


def _bundle(options: argparse.Namespace, store: ExchangeStore) -> int:
    from playground.core.exchanges.bundle import write_bundle
    from playground.core.exchanges.patterns import given
    from playground.core.named import named
    from playground.core.profiles import ProfileStore

    patterns = [*named().patterns, *(given(text) for text in options.pattern)]
    one = store.log.one(options.query) if len(options.query.split()) == 1 else None
    numbers = [one.number] if one is not None else store.log.ids(options.query, options.limit or -1)
    if not numbers:
        raise ProblemError(
            Problem(
                "There is nothing to put into a bundle",
                f"No request in the log fits “{options.query}”.",
                "`playground requests list` shows those that there are; --data-dir names another log.",
                "No.",
                type="not_found",
            )
        )
    profiles = ProfileStore(DataPaths(options.data_dir or default_data_dir()).profiles)
    profiles.load()
    made = write_bundle(
        store,
        numbers,
        options.output,
        profiles={profile.name: profile for profile in profiles.profiles},
        patterns=patterns,
        bodies=(lambda _number: False) if options.no_bodies else always,
    )
    bodies = ", without bodies" if options.no_bodies else ""
    say(f"{_requests(made.count)} in {made.path}, {size_text(made.size)}{bodies}{_taken(made.removed)}")
    return FINE


def _import(options: argparse.Namespace, store: ExchangeStore) -> int:
    from playground.core.exchanges.har_import import import_har
    from playground.core.exchanges.har_stream import HarError

    try:
        done = import_har(store, options.file)
    except HarError as error:
        raise ProblemError(
            Problem(
                f"{options.file} cannot be imported",
                str(error),
                "Save it again as HAR: “Export HAR” in a browser's network tab, or `mitmdump --set hardump=FILE`.",
                "Not as it is.",
                type="har",
            )
        ) from None
    if options.as_json:
        print_json(
            {
                "imported": done.added,
                "already_there": done.known,
                "unreadable": done.unread,
                "left_out": sum(done.passed_over.values()),
                "tags": ["har", done.tag],
                "secrets_taken_out": dict(sorted(done.removed.items())),
                "troubles": [*done.troubles, *([done.broken] if done.broken else [])],
            },
            line=True,
        )
        return FINE
    for words in done.troubles:
        say(words)
    say(done.words())
    if done.added:
        say(f"`playground requests list tag:{done.tag}` shows what was imported")
    return REFUSED if done.broken or done.unread else FINE


def _prune(options: argparse.Namespace, store: ExchangeStore) -> int:
    from playground.core.exchanges import retention

    if options.days is None and options.megabytes is None:
        words = "Say what is to be kept: --keep-days, --max-size, or both."
        raise ProblemError(Problem("Nothing was deleted", words, "See --help.", "After that.", type="usage"))
    most = None if options.megabytes is None else int(options.megabytes * 1e6)
    doomed = retention.doomed(store, options.days, most)
    questions = []
    if doomed.older:
        days = f"{options.days:g} {'day' if options.days == 1 else 'days'}"
        number = f"{doomed.older} {'request' if doomed.older == 1 else 'requests'}"
        questions.append(f"Delete {number} that came more than {days} ago?")
    if doomed.excess:
        also = "also " if doomed.older else ""
        questions.append(
            f"The log takes {doomed.size}. Delete {also}the oldest, about {doomed.excess}, until it takes "
            f"{options.megabytes:g} MB?"
        )
    if questions and not options.yes and not _asked(" ".join(questions)):
        return REFUSED
    done = retention.tidy(store, options.days, most)
    after = done.after
    shrunk = True
    if done.gone and after.file > after.used * 1.02:
        compacted = retention.compact(store)
        after, shrunk = (compacted.after, True) if compacted is not None else (after, False)
    if options.as_json:
        found = {"deleted": done.gone, "bytes_before": done.before.used, "bytes_after": after.used, "shrunk": shrunk}
        print_json(found, line=True)
    else:
        say(f"{done.gone} deleted; the log takes {size_text(after.file)}")
        if not shrunk:
            say("another program has the log open: the file gets smaller when it is pruned alone")
    return FINE


def _asked(question: str) -> bool:
    """Ask on the terminal. Raises ProblemError where there is nobody to ask."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ProblemError(
            Problem("Nothing was deleted", "There is no terminal to ask on.", "Add --yes.", "After that.", type="usage")
        )
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _mark(options: argparse.Namespace, store: ExchangeStore) -> int:
    from playground.core.exchanges.log import checked_tag

    tags: Sequence[str] = [checked_tag(tag) for tag in options.tag]
    number = [_one(store, options.id).number]
    if options.pin is not None:
        store.log.pin(number, options.pin)
    for tag in tags:
        store.log.tag(number, tag)
    for tag in options.untag:
        store.log.untag(number, tag)
    if options.note is not None:
        store.log.note(number, options.note)
    (row,) = store.log.rows(number)
    said = ["pinned"] if row.pinned else []
    said += [f"tag {tag}" for tag in row.tags] + ([f"note “{row.note}”"] if row.note else [])
    say(f"{row.summary.id}: {', '.join(said) or 'no marks'}")
    return FINE
