"""What `playground schema check` and `fix` read, and how they say what is found."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from playground.core.schemas import Document, Finding, SchemaTextError
from playground.core.schemas.document import LARGEST
from playground.core.visible import visible

STDIN = "-"


class UnreadableFile(Exception):
    """Why a file cannot be read as JSON, and where; its text is a line for people."""

    def __init__(self, file: str, words: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"{named(file)}:{line}:{column}: error unreadable: {words}.")
        self.words = words
        self.line = line
        self.column = column


def named(file: str) -> str:
    """A file in a line of a report: nothing in its name begins another line."""
    return "<stdin>" if file == STDIN else visible(file).replace("\n", "‹U+000A›").replace("\t", " ")


def read(file: str) -> Document:
    """A file, or stdin for “-”. A byte order mark before it is no fault. Raises UnreadableFile."""
    try:
        data = sys.stdin.buffer.read(LARGEST + 4) if file == STDIN else _head(Path(file))
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        raise UnreadableFile(file, getattr(error, "strerror", None) or str(error)) from None
    try:
        return Document.parse(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        raise UnreadableFile(file, f"It is not UTF-8 at byte {error.start:,}", line, column) from None
    except SchemaTextError as error:
        raise UnreadableFile(file, error.words, error.line, error.column) from None


def _head(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(LARGEST + 4)


def line_of(file: str, document: Document, finding: Finding) -> str:
    """`path:line:column: severity rule: words`, and what mends it."""
    line, column = document.line_column(document.key_place(finding.pointer)[0])
    words = one_line(finding.words)
    if finding.fixes:
        words += f" [{one_line(finding.fixes[0].title)}]"
    return f"{named(file)}:{line}:{column}: {finding.severity} {finding.rule}: {words}"


def one_line(text: str) -> str:
    """Text of a schema in a line of a report."""
    return " ".join(visible(text).split())


def counted(findings: list[Finding] | tuple[Finding, ...]) -> str:
    """“2 errors, 1 warning”; “nothing found” for none."""
    parts = []
    for severity in ("error", "warning", "note"):
        if count := sum(one.severity == severity for one in findings):
            parts.append(f"{count:,} {severity}{'s' if count > 1 else ''}")
    return ", ".join(parts) or "nothing found"


def rewritten(text: str, value: Any) -> str:
    """A value as text, in the way that another text is written: byte for byte, where a program wrote that; else with
    its indent, and short lists and schemas on one line. Raises ValueError for what is no JSON."""
    from playground.core.schemas.writing import write

    indent = _indent(text)
    before, body = json.loads(text), text.rstrip("\r\n")
    for ascii_ in (False, True):
        for separators in (None,) if indent else (None, (",", ":")):
            ways: dict[str, Any] = {"indent": indent, "ensure_ascii": ascii_, "separators": separators}
            if json.dumps(before, **ways) == body:
                return json.dumps(value, **ways) + text[len(body) :]
    return _indented(write(value), indent or "  ")


def _indent(text: str) -> str | None:
    """The spaces or tabs of the first line that has some; None for a text of one line."""
    match = re.search(r"\n([ \t]+)\S", text)
    return match[1] if match is not None else None


def _indented(text: str, indent: str) -> str:
    """Another indent than that of two spaces. No text in JSON goes over a line."""
    return re.sub(r"(?m)^(?:  )+", lambda match: indent * (len(match[0]) // 2), text) if indent != "  " else text
