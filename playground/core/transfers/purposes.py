"""What a file is for, and whether it can be sent for that: checked here, before the server would refuse it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from playground.core.transfers.lines import LineCheck
from playground.core.transfers.local import LocalError, Stamp, opened, still, unreadable
from playground.core.transfers.rules import FileFinding as FileFinding
from playground.core.transfers.rules import Purpose as Purpose
from playground.core.transfers.rules import bytes_text, document, finding, limit, purposes, store_limit
from playground.core.visible import is_clear_line

_HEAD = 64 * 1024
_IMAGES = (
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("jpeg", b"\xff\xd8\xff"),
    ("gif", b"GIF87a"),
    ("gif", b"GIF89a"),
)
_PACKED = frozenset({"docx", "pptx", "xlsx", "zip"})
_BYTES = frozenset({"doc", "gif", "jpeg", "jpg", "pdf", "pkl", "png", "tar", "webp"}) | _PACKED


def check_file(path: Path, purpose: str, *, stop: Callable[[], bool] | None = None) -> list[FileFinding]:
    """What is wrong with a file for a purpose; empty where nothing is known to be. Reads all of it where the purpose
    is JSON Lines, else 64 KiB, in bounded memory: call it off the GUI thread and off the asyncio loop. `stop` is asked
    once a MiB. Never raises OSError: what cannot be read is a finding, too."""
    known = purposes().get(purpose)
    if known is None or not known.is_upload:
        choices = ", ".join(f"“{name}”" for name, one in purposes().items() if one.is_upload)
        why = "The API does not list it." if known is None else "Files with it are written by the server."
        return [finding("purpose", purpose=purpose, why=why, known=choices)]
    try:
        with opened(path) as (file, stamp):
            found = [*_names(path, known), *_sizes(path.name, stamp, known)]
            if stamp.size:
                found += _contents(path, file, stamp.size, known, stop)
            if not still(path, file, stamp):
                found.append(finding("changing", name=path.name))
    except LocalError as error:
        return [told(error, path)]
    except OSError as error:
        return [told(unreadable(error, path), path)]
    if known.id == "evals":
        found.append(finding("evals_end"))
    return found


def told(error: LocalError, path: Path) -> FileFinding:
    """What a file that cannot be opened means."""
    return finding(error.rule, name=path.name or str(path), **error.values)


def is_sendable(found: list[FileFinding]) -> bool:
    """Whether nothing that was found keeps it from being sent."""
    return all(one.severity != "error" for one in found)


def _names(path: Path, purpose: Purpose) -> list[FileFinding]:
    found = []
    name = path.name
    broken = any("\ud800" <= sign <= "\udfff" for sign in name)
    if broken:
        found.append(finding("name_broken", name=name))
    elif not is_clear_line(name):
        found.append(finding("name_hidden", name=name))
    if len(name) > limit("name_characters"):
        found.append(finding("name_long", name=f"{name[:40]}…", count=len(name), most=limit("name_characters")))
    ending = ending_of(path)
    said = f"It ends in .{ending}" if ending else "It has no ending"
    if purpose.endings and ending not in purpose.endings:
        known = ", ".join(f".{one}" for one in purpose.endings)
        found.append(finding("ending", name=name, purpose=purpose.id, said=said, known=known))
    elif purpose.kind == "documents" and ending not in document()["search_endings"]:
        found.append(finding("ending_not_searched", name=name, said=f".{ending}"))
    return found


def ending_of(path: Path) -> str:
    """The ending, lower case, without the dot; empty where there is none."""
    return path.suffix[1:].lower()


def _sizes(name: str, stamp: Stamp, purpose: Purpose) -> list[FileFinding]:
    if stamp.size == 0:
        return [finding("empty", name=name)]
    size = bytes_text(stamp.size)
    if stamp.size > purpose.most_bytes:
        return [finding("too_large", name=name, purpose=purpose.id, size=size, most=bytes_text(purpose.most_bytes))]
    if purpose.kind not in ("any", "documents"):
        return []
    store = store_limit("file_bytes")
    if stamp.size > store:
        return [finding("too_large_for_store", name=name, size=size, most=bytes_text(store))]
    as_input = document()["purposes"][purpose.id].get("input_bytes")
    if as_input is not None and stamp.size >= as_input:
        return [finding("too_large_as_input", name=name, size=size, most=bytes_text(as_input))]
    return []


def _contents(
    path: Path, file: BinaryIO, size: int, purpose: Purpose, stop: Callable[[], bool] | None
) -> list[FileFinding]:
    """Raises OSError."""
    if purpose.kind == "lines":
        return LineCheck(path.name, purpose.id).run(file, size, stop)
    if purpose.kind == "any":
        return []
    head = file.read(_HEAD)
    ending = ending_of(path)
    if ending not in purpose.endings:
        return []  # that is said already
    what = sniffed(head)
    meant = "jpeg" if ending == "jpg" else ending
    if purpose.kind == "images" or meant in ("png", "jpeg", "gif", "webp"):
        wrong = what != meant
    elif meant == "pdf":
        wrong = what != "pdf"
    else:
        wrong = meant in _PACKED and what != "zip"
    if wrong:
        found = f"it begins as a {what.upper()} file" if what else "it does not begin as such a file does"
        return [finding("content", name=path.name, ending=ending, found=found)]
    if ending not in _BYTES and (at := _no_text(head)) is not None:
        return [finding("not_text", name=path.name, at=at)]
    return []


def sniffed(head: bytes) -> str:
    """What a file is by its first bytes: `png`, `jpeg`, `gif`, `webp`, `pdf`, `zip`; empty for anything else."""
    for name, magic in _IMAGES:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    return "zip" if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) else ""


def _no_text(head: bytes) -> int | None:
    """Where it stops being text; None where it is UTF-8, UTF-16 with its mark, or ASCII."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return None if error.start >= len(head) - 3 and len(head) == _HEAD else error.start
    zero = head.find(b"\0")
    return None if zero < 0 else zero
