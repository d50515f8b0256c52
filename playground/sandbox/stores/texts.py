"""The text of a file, whatever it is: told by its name and its first bytes, bounded, and refused in words.

Runs in the child process that indexes: what is read here was written by others.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from pathlib import Path

import orjson

MOST_TEXT = 20_000_000
"""Characters of a file's text: about the 5,000,000 tokens that the API takes."""
MOST_BYTES = 512 * 1024**2
"""Of a file in a vector store, as in the API."""
MOST_PLAIN = 96 * 1024**2
"""Bytes of a file that is text already."""
UNSUPPORTED, INVALID = "unsupported_file", "invalid_file"
"""The API's codes of a file's last error that say that the file is the reason."""

_PLAIN = (
    "bib c cc cfg conf cpp cs css csv dart diff env erl ex go gradle graphql h hpp hs ini ipynb java jl js json "
    "jsonl jsx kt lisp log lua m markdown md mjs mm ndjson org pas patch php pl properties proto ps1 py r rb rs "
    "rst rtx sass scala scss sh sql srt svelte swift tex text toml ts tsv tsx txt vb vtt vue xml yaml yml zig zsh "
    "bash bat "
)
PLAIN = frozenset(_PLAIN.split())
PAGES = frozenset(("html", "htm", "xhtml"))
DOCUMENTS = frozenset(("pdf", "docx", "pptx"))
"""Endings that are read; what has none of them is taken by its bytes where they say enough."""


class Unreadable(Exception):
    """A file from which no text can be had: `code` as the API has it, and why, for a person."""

    def __init__(self, message: str, code: str = INVALID) -> None:
        super().__init__(message)
        self.code = code


def text_of(path: Path, name: str) -> str:
    """The text of a file that is called `name`, with a form feed between pages. Raises Unreadable."""
    ending = _ending(name)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Unreadable(
            f"The file is too large: it has {size:,} bytes, and at most {MOST_BYTES:,} (512 MB) are taken."
        )
    with path.open("rb") as file:
        head = file.read(8192)
    if not head:
        raise Unreadable("The file is empty.")
    text = _reader(ending, head, name)(path)
    if len(text) > MOST_TEXT:
        raise Unreadable(
            f"The file is too long: it has {len(text):,} characters, and at most {MOST_TEXT:,} (about 5 million "
            "tokens) are taken. Split it."
        )
    if not text.strip():
        raise Unreadable("There is no text in the file.")
    return text


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _reader(ending: str, head: bytes, name: str) -> Callable[[Path], str]:
    """What reads it. Raises Unreadable where nothing does, or where the name says something else than the bytes."""
    from playground.sandbox.stores import office, pages, pdf

    magic = _magic(head)
    readers: dict[str, Callable[[Path], str]] = {"pdf": pdf.read, "docx": office.read_docx, "pptx": office.read_pptx}
    if ending in DOCUMENTS:
        if magic != ("pdf" if ending == "pdf" else "zip"):
            what = f"looks like {_KINDS[magic]}" if magic else "has other bytes at its beginning"
            raise Unreadable(f"It is called .{ending}, but it is no such file: it {what}.")
        return readers[ending]
    if magic == "pdf":
        return pdf.read
    if ending in PAGES:
        return pages.read
    if ending == "json":
        return _read_json
    if magic is not None and not (ending in PLAIN and magic == "utf16"):
        raise _unsupported(ending, f"it is {_KINDS[magic]}")
    if ending in PLAIN or _is_text(head):
        return read_plain
    raise _unsupported(ending, "it is no text")


def _unsupported(ending: str, why: str) -> Unreadable:
    called = f"Files with the ending .{ending} are" if ending else "A file without an ending like this one is"
    return Unreadable(
        f"{called} not taken: {why}. Taken are texts, source code, Markdown, HTML, JSON, CSV, PDF, DOCX and PPTX.",
        UNSUPPORTED,
    )


_KINDS = {
    "pdf": "a PDF file", "zip": "a ZIP archive", "ole": "a file of an old Office program (save it as .docx)",
    "picture": "a picture", "sound": "a sound or a film", "archive": "an archive", "program": "a program",
    "database": "a database", "rtf": "a file in Rich Text Format (save it as .docx)", "utf16": "text in UTF-16",
}  # fmt: skip
_MAGIC = (
    (b"%PDF-", "pdf"), (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\xd0\xcf\x11\xe0", "ole"),
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"), (b"BM", "picture"), (b"ID3", "sound"), (b"fLaC", "sound"), (b"OggS", "sound"),
    (b"\x1aE\xdf\xa3", "sound"), (b"\x1f\x8b", "archive"), (b"BZh", "archive"), (b"7z\xbc\xaf", "archive"),
    (b"\xfd7zXZ", "archive"), (b"Rar!", "archive"), (b"\x7fELF", "program"), (b"MZ", "program"),
    (b"SQLite format 3", "database"), (b"{\\rtf", "rtf"), (b"\xff\xfe", "utf16"), (b"\xfe\xff", "utf16"),
)  # fmt: skip


def _magic(head: bytes) -> str | None:
    """What the first bytes say for certain. Short marks count only where what follows is no text."""
    stripped = head.lstrip(b"\r\n \t") if head.lstrip(b"\r\n \t").startswith(b"%PDF-") else head
    for mark, kind in _MAGIC:
        if stripped.startswith(mark) and (len(mark) > 2 or kind == "utf16" or b"\0" in head):
            return kind
    if head[:4] == b"RIFF":
        return "picture" if head[8:12] == b"WEBP" else "sound"
    return "sound" if head[4:8] == b"ftyp" else None


def _is_text(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return b"\0" not in head


def read_plain(path: Path) -> str:
    """A text in UTF-8, UTF-16 or ASCII, the encodings that the API takes. Raises Unreadable."""
    size = path.stat().st_size
    if size > MOST_PLAIN:
        raise Unreadable(f"The file is too long: it has {size:,} bytes, and at most {MOST_PLAIN:,} of text are taken.")
    return decoded(path.read_bytes())


def decoded(data: bytes) -> str:
    """Bytes as text. Raises Unreadable with the place of the first byte that is none."""
    encoding = "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif len(data) > 3 and data[1::2][:2000].count(0) > len(data[1::2][:2000]) * 0.4:
        encoding = "utf-16-le"
    elif len(data) > 3 and data[0::2][:2000].count(0) > len(data[0::2][:2000]) * 0.4:
        encoding = "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"Its text is in an encoding that is not taken: the byte 0x{data[error.start]:02x} in line {line} (byte "
            f"{error.start:,} of the file) is no {encoding.removesuffix('-sig').upper()}. Save it as UTF-8."
        ) from None
    if "\0" in text:
        place = text.index("\0")
        raise Unreadable(f"It is no text: there is a null byte at character {place:,}.")
    return text.replace("\r\n", "\n").replace("\f", "\n")


def _read_json(path: Path) -> str:
    """JSON as it is written, once it has been seen that it is JSON."""
    text = read_plain(path)
    try:
        orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError) as error:
        found = re.search(r"line (\d+) column (\d+)", str(error))
        place = f" in line {found[1]}, column {found[2]}" if found else ""
        raise Unreadable(
            f"It is called .json, but it is no valid JSON{place}: {str(error).split(': line')[0]}."
        ) from None
    return text
