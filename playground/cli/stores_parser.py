"""The flags of `playground stores`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

_ABOUT = (
    "Vector stores: listed, made, changed, filled and watched. STORE is an ID, or a name that only one store has. What "
    "the API would refuse is said before anything is sent."
)
_EXAMPLES = """examples:
  playground stores create Manuals --expires-days 30 --metadata team=support
  playground stores add Manuals file-abc123 handbook.pdf notes/ --attribute year=2026 --watch
  playground stores files Manuals --state failed
  playground stores watch Manuals
  playground stores search "how long can goods go back?" Manuals --threshold 0.4 --most 5
  playground stores search returns Manuals --setting '{"rewrite_query": true}' --setting '{"max_num_results": 20}'
  playground stores test questions.json Manuals --least 0.8    fails where fewer than 80 % find their file
  playground stores copy Manuals --to Archive --to Backup      again after a break: goes on where it was
  playground stores delete vs_abc123

exit codes: 0 all was done, 1 something was refused or failed, 2 wrong usage, 3 no connection, 130 ended with Ctrl+C."""


def add_stores(commands: Any, common: Callable[..., argparse.ArgumentParser]) -> None:
    """`common`: gives the flags that every subcommand takes."""
    stores = commands.add_parser(
        "stores", help="make, fill, watch and change vector stores", description=_ABOUT, epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, parents=[common(again=True)],
    )  # fmt: skip
    actions = stores.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, words: str) -> Any:
        parser = actions.add_parser(
            name, help=words, description=f"{words[:1].upper()}{words[1:]}.", allow_abbrev=False,
            parents=[common(again=True)],
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON, an object a line")
        return parser

    listing = action("list", "list the stores: size, files, cost and when they expire")
    listing.add_argument("--search", metavar="TEXT", help="those with this in their name, ID, description or metadata")

    create = action("create", "make a store")
    create.add_argument("name", metavar="NAME")
    create.add_argument("--description", default="", metavar="TEXT")
    _about(create)

    update = action("update", "rename a store, change its metadata and expiry")
    update.add_argument("store", metavar="STORE")
    update.add_argument("--name", metavar="NAME")
    _about(update)
    update.add_argument("--no-expiry", action="store_true", help="it is to stay")
    update.add_argument("--clear-metadata", action="store_true", help="take all metadata away first")

    delete = action("delete", "delete stores; the files themselves stay")
    delete.add_argument("stores", nargs="+", metavar="STORE")

    add = action("add", "add files to a store")
    add.add_argument("store", metavar="STORE")
    add.add_argument("files", nargs="+", metavar="FILE", help="an ID (file-…), or a path: a file, or a folder with all")
    add.add_argument("--attribute", action="append", default=[], metavar="NAME=VALUE", dest="attributes",
                     help="numbers, true and false are taken as such; quote a text that looks like one")  # fmt: skip
    add.add_argument("--chunk", metavar="SIZE[,OVERLAP]", help="tokens: 100 to 4096, and at most half (default: auto)")
    add.add_argument("--watch", action="store_true", help="wait until they are ready")
    add.add_argument("--quiet", action="store_true", help="no progress on stderr")

    files = action("files", "list the files of a store with their state and what is wrong")
    files.add_argument("store", metavar="STORE")
    files.add_argument("--state", choices=["in_progress", "completed", "failed", "cancelled"], help="only these")
    files.add_argument("--chunks", metavar="FILE", help="print what was read out of this file, as it is searched")

    watch = action("watch", "wait until nothing is in progress in stores")
    watch.add_argument("stores", nargs="+", metavar="STORE")
    watch.add_argument("--stuck", type=float, default=120.0, metavar="SECONDS",
                       help="name what is in progress when nothing has changed for so long (default: 120)")  # fmt: skip

    _lab(action)


def _lab(action: Callable[[str, str], Any]) -> None:
    """Searching, measuring and copying."""
    search = action("search", "search in stores under one setting or several, side by side")
    search.add_argument("query", metavar="QUERY")
    search.add_argument("stores", nargs="+", metavar="STORE")
    _setting(search)

    test = action("test", "ask the questions of a test set, and measure how often their files are found")
    test.add_argument("set", type=Path, metavar="SET",
                      help='a file: {"cases": [{"query": "…", "expected": ["name or ID of a file"]}]}')  # fmt: skip
    test.add_argument("stores", nargs="+", metavar="STORE")
    test.add_argument("--least", type=float, default=0.0, metavar="RATE",
                      help="the hit rate (0 to 1) that one setting must reach, else it exits with 1")  # fmt: skip
    test.add_argument("--no-history", action="store_true", help="do not write it into SET's .history.jsonl")
    _setting(test)

    copy = action("copy", "copy or move the files of a store to others, with attributes and chunking")
    copy.add_argument("store", metavar="STORE")
    copy.add_argument("files", nargs="*", metavar="FILE", help="only these IDs (default: all)")
    copy.add_argument("--to", action="append", required=True, metavar="STORE", help="can be given several times")
    copy.add_argument("--move", action="store_true", help="take each out of STORE when it is ready in all the others")


def _setting(parser: Any) -> None:
    parser.add_argument("--rewrite", action="store_true", help="let the server rewrite the question")
    parser.add_argument("--ranker", metavar="NAME", help="auto, default-2024-11-15 or none")
    parser.add_argument("--threshold", type=float, metavar="SCORE", help="the least score, 0 to 1")
    parser.add_argument("--most", type=int, metavar="N", help="results, 1 to 50")
    parser.add_argument("--filter", metavar="JSON", help='like {"type": "eq", "key": "year", "value": 2026}')
    parser.add_argument("--setting", action="append", default=[], dest="settings", metavar="JSON",
                        help="all of that as the API's JSON, or @file; several are compared")  # fmt: skip


def _about(parser: Any) -> None:
    parser.add_argument("--metadata", action="append", default=[], metavar="NAME=TEXT")
    parser.add_argument("--expires-days", type=int, metavar="DAYS", help="after the last use, 1 to 365")
