"""The flags of `playground files`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

_ABOUT = (
    "Files on the server: listed, sent, fetched, deleted. What is sent is checked for its purpose first; large files "
    "go in parts. What a broken connection, Ctrl+C or a kill leaves unfinished is kept in the data folder's journal."
)
_EXAMPLES = """examples:
  playground files list --purpose user_data --sort size
  playground files upload report.pdf notes/ --purpose user_data --expires-after 7d
  playground files upload train.jsonl --purpose fine-tune --check    says what is wrong, sends nothing
  playground files resume                                            goes on with what was broken off
  playground files orphans --cancel                                  uploads that nobody goes on with
  playground files download file-abc123 -o report.pdf
  playground files delete file-abc123 file-def456

exit codes: 0 all was done, 1 a file was refused or failed, 2 wrong usage, 3 no connection, 130 ended with Ctrl+C."""
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def add_files(commands: Any, common: Callable[..., argparse.ArgumentParser]) -> None:
    """`common`: gives the flags that every subcommand takes."""
    files = commands.add_parser(
        "files", help="list, send, fetch and delete files", description=_ABOUT, epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, parents=[common(again=True)],
    )  # fmt: skip
    actions = files.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, words: str) -> Any:
        parser = actions.add_parser(
            name, help=words, description=f"{words[:1].upper()}{words[1:]}.", allow_abbrev=False,
            parents=[common(again=True)],
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON, an object a line")
        return parser

    listing = action("list", "list the files on the server")
    listing.add_argument("--purpose", metavar="NAME", help="those with this purpose")
    listing.add_argument("--search", metavar="TEXT", help="those with this in their name or ID")
    listing.add_argument("--sort", choices=["created", "name", "size"], default="created", help="(default: created)")
    listing.add_argument("--reverse", action="store_true", help="the other way round")

    upload = action("upload", "send files, and those in folders")
    upload.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with all in it but what is hidden"
    )
    upload.add_argument("--purpose", default="user_data", metavar="NAME",
                        help="user_data (the default), assistants, vision, batch, fine-tune, evals")  # fmt: skip
    upload.add_argument("--expires-after", type=_duration, metavar="TIME", help="from 1h to 30d")
    upload.add_argument("--check", action="store_true", help="only say what is wrong with them; nothing is sent")
    upload.add_argument("--force", action="store_true", help="send what the check says the server refuses, too")
    _moving(upload)
    upload.add_argument("--part-size", type=_megabytes, default=64, metavar="MB",
                        help="larger files go in parts of this size (default: 64, the API's most)")  # fmt: skip

    resume = action("resume", "go on with what was broken off")
    _moving(resume)

    orphans = action("orphans", "list uploads on the server that nothing goes on with")
    orphans.add_argument("--cancel", action="store_true", help="cancel them on the server")

    download = action("download", "fetch files")
    download.add_argument("ids", nargs="+", metavar="ID")
    download.add_argument("-o", "--output", type=Path, metavar="PATH",
                          help="the file to write, or a folder (default: the file's own name, here)")  # fmt: skip
    download.add_argument("--force", action="store_true", help="replace a file that is there")
    _moving(download)

    delete = action("delete", "delete files on the server")
    delete.add_argument("ids", nargs="+", metavar="ID")


def _moving(parser: Any) -> None:
    parser.add_argument("--parallel", type=_lanes, default=4, metavar="N", help="requests at once (default: 4)")
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def _duration(text: str) -> int:
    match = re.fullmatch(r"(\d{1,8})([smhd]?)", text)
    seconds = int(match[1]) * _UNITS[match[2]] if match else 0
    if not 3600 <= seconds <= 2_592_000:
        raise argparse.ArgumentTypeError(f"“{text}” is no time from 1h to 30d")
    return seconds


def _megabytes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of MB from 1 to 64")
    return int(text)


def _lanes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"“{text}” is no number from 1 to 64")
    return int(text)
