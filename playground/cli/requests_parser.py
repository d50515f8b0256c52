"""The flags of `playground requests`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

_ABOUT = "Looks through the request log: what was sent from here and what came back, attempt by attempt."
_EXAMPLES = """examples:
  playground requests list
  playground requests list 'status:429 model:gpt-* since:2h' --limit 20
  playground requests show req_0123…             any ID, or the beginning of one
  playground requests show req_0123… --as curl   as a program, without its key
  playground requests diff req_0123… req_4567…   what was asked otherwise, and what came of it
  playground requests export 'since:today status>=400' --format har -o failed.har
  playground requests bundle req_0123… -o support.zip
  playground requests import from-the-browser.har
  playground requests prune --keep-days 30 --max-size 500 --yes
"""


def _help() -> str:
    """The fields of the query language, a line each."""
    from playground.core.exchanges.query import FIELDS

    wide = max(len(field.name) for field in FIELDS)
    lines = [f"  {field.name:{wide}}  {field.words}; {field.example}" for field in FIELDS]
    return "\n".join(
        [
            _EXAMPLES,
            "a query: all of its terms must hold; -TERM means not; A,B means one of them; * and ? stand for letters;",
            'other words, "phrases in quotes" and IDs are looked for in requests, answers and headers.',
            *lines,
        ]
    )


def _days(text: str) -> float:
    match = re.fullmatch(r"(\d{1,5}(?:\.\d+)?)d?", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of days")
    return float(match[1])


def _megabytes(text: str) -> float:
    match = re.fullmatch(r"(\d{1,7}(?:\.\d+)?)(?:MB)?", text, re.IGNORECASE)
    if match is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of MB")
    return float(match[1])


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is no number from 1")
    return int(text)


def add_requests(commands: Any, common: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the subcommand and its actions. `common`: makes the flags that all subcommands take."""
    more: dict[str, Any] = {"allow_abbrev": False}
    requests = commands.add_parser(
        "requests",
        help="look through the request log",
        description=_ABOUT,
        late_epilog=_help,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common(again=True)],
        **more,
    )
    actions = requests.add_subparsers(dest="action", metavar="ACTION", required=True)

    listed = actions.add_parser(
        "list",
        help="those that a query finds, newest first",
        late_epilog=_help,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common(again=True)],
        **more,
    )
    listed.add_argument("query", metavar="QUERY", nargs="?", default="", help="which; without one, all")
    listed.add_argument("--limit", type=_count, default=50, metavar="N", help="how many at most (default: 50)")
    listed.add_argument("--json", action="store_true", dest="as_json", help="print JSON, one request a line")

    show = actions.add_parser(
        "show", help="what happened to one, found by any ID", parents=[common(again=True)], **more
    )
    show.add_argument("id", metavar="ID", help="any ID of it, or the beginning of one")
    show.add_argument("--headers", action="store_true", help="the headers too")
    show.add_argument("--body", action="store_true", help="the bodies too")
    show.add_argument("--json", action="store_true", dest="as_json", help="print JSON; --body adds the bodies")
    show.add_argument("--as", choices=["curl", "python", "javascript", "har"], dest="language", help="as a program "
                      "that sends it again, or as a HAR file; without secrets")  # fmt: skip

    diff = actions.add_parser(
        "diff",
        help="what changed between two, or between two attempts of one",
        description="Compares a request with another. Without one: with the request that it repeats, with its attempt "
        "before, or with the one before it of the same method.",
        parents=[common(again=True)],
        **more,
    )
    diff.add_argument("id", metavar="ID", help="any ID of it, or the beginning of one")
    diff.add_argument("other", metavar="OTHER", nargs="?", default="", help="any ID of the other one")
    diff.add_argument("--part", choices=["request", "response", "headers", "timings"], help="this part alone")
    diff.add_argument("--json", action="store_true", dest="as_json", help="print JSON: the changes with JSON pointers")

    _add_files(actions, common, more)
    _add_changes(actions, common, more)


def _add_files(actions: Any, common: Callable[..., argparse.ArgumentParser], more: dict[str, Any]) -> None:
    """What writes files."""
    export = actions.add_parser(
        "export",
        help="write those that a query finds to a file, without secrets",
        parents=[common(again=True)],
        **more,
    )
    export.add_argument("query", metavar="QUERY", nargs="?", default="", help="which; without one, all")
    export.add_argument("--format", choices=["har", "jsonl", "csv"], required=True, dest="kind", help="of the file")
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to (default: stdout)")
    export.add_argument("--limit", type=_count, metavar="N", help="the newest N only")

    bundle = actions.add_parser(
        "bundle",
        help="one zip for OpenAI's support, without secrets",
        description="Writes summary.md, exchanges.json and log.har of one request or of all that a query finds into "
        "one zip. Keys, tokens, cookies and named patterns are taken out.",
        parents=[common(again=True)],
        **more,
    )
    bundle.add_argument("query", metavar="QUERY|ID", help="any ID of one, or a query")
    bundle.add_argument(
        "-o", "--output", type=Path, metavar="FILE", required=True, help="where to, such as support.zip"
    )
    bundle.add_argument("--limit", type=_count, metavar="N", help="the newest N only")
    bundle.add_argument("--no-bodies", action="store_true", help="leave the bodies of requests and answers out")
    bundle.add_argument(
        "--pattern",
        action="append",
        default=[],
        metavar="NAME=REGEX",
        help="take this out too, besides the patterns of the settings; NAME=text:WORDS for a text as it stands",
    )


def _add_changes(actions: Any, common: Callable[..., argparse.ArgumentParser], more: dict[str, Any]) -> None:
    """What changes the log."""
    imported = actions.add_parser(
        "import",
        help="read a HAR file of a browser, mitmproxy or this program into the log",
        description="Each call of the file becomes a request in the log, tagged “har” and with the file's name. Keys, "
        "tokens and cookies are taken out before anything is written. What is in the log already is not written again.",
        parents=[common(again=True)],
        **more,
    )
    imported.add_argument("file", type=Path, metavar="FILE.har", help="of any size; gzip and support bundles too")
    imported.add_argument("--json", action="store_true", dest="as_json", help="print JSON")

    prune = actions.add_parser(
        "prune",
        help="delete old ones; what is pinned, and what the history needs, is kept",
        parents=[common(again=True)],
        **more,
    )
    prune.add_argument(
        "--keep-days", "--older", type=_days, dest="days", metavar="DAYS", help="those that came more days ago"
    )
    prune.add_argument(
        "--max-size", "--keep-size", type=_megabytes, dest="megabytes", metavar="MB",
        help="the oldest, until the log is so small",
    )  # fmt: skip
    prune.add_argument("--yes", action="store_true", help="do not ask")
    prune.add_argument("--json", action="store_true", dest="as_json", help="print JSON")

    mark = actions.add_parser("mark", help="pin, tag or note one", parents=[common(again=True)], **more)
    mark.add_argument("id", metavar="ID", help="any ID of it, or the beginning of one")
    pinned = mark.add_mutually_exclusive_group()
    pinned.add_argument("--pin", action="store_true", default=None, dest="pin", help="keep it whatever its age")
    pinned.add_argument("--unpin", action="store_false", default=None, dest="pin")
    mark.add_argument("--tag", action="append", default=[], metavar="TAG", help="can be given several times")
    mark.add_argument("--untag", action="append", default=[], metavar="TAG", help="take a tag away")
    mark.add_argument("--note", metavar="TEXT", help="a note in place of the one it has; empty: none")
