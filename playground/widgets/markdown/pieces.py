"""Markdown, cut into pieces as it streams in: a piece is rendered for good when it is complete.

The cuts depend on the text alone, never on how it arrived, so that a streamed text ends up as if it had come at once.
Lines stay lines (a model's line break is shown as one). Raw HTML is text. Indented fences in lists are code as others
are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["paragraph", "heading", "item", "quote", "rule", "table", "pre"]

SOFT_BREAK = 4000
"""Characters after which an endless piece is broken at a space: laying out a paragraph is linear in its length."""
TABLE_ROWS = 32
PRE_LINES = 200

_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})\s*([^`]*)$")
_MAYBE_FENCE = re.compile(r"^\s*(`{1,2}|~{1,2}|`{3,}[^`]*|~{3,}.*)$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$")
_RULE = re.compile(r"^ {0,3}([-*_])(?:\s*\1){2,}\s*$")
_SETEXT = re.compile(r"^ {0,3}(=+|-+)\s*$")
_QUOTE = re.compile(r"^ {0,3}((?:>\s?)+)(.*)$")
_ITEM = re.compile(r"^(\s*)([-*+]|\d{1,9}[.)])(?:\s+(.*))?$")
_TASK = re.compile(r"^\[([ xX])\]\s+")
_DELIMITER = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_DEFINITION = re.compile(r"^ {0,3}\[([^\]]+)\]:\s*<?([^\s>]+)>?(?:\s+[\"'(].*)?\s*$")

BULLETS = ("•", "◦", "▪")


@dataclass(slots=True)
class Piece:
    """One block of prose. `text` is Markdown inside the line, with line breaks."""

    kind: Kind
    text: str = ""
    level: int = 0
    """Heading 1 to 6; depth of a list item or quote, from 0."""
    marker: str = ""
    """What stands before an item's text: "•", "3.", "☐"; empty in its further paragraphs."""
    continues: bool = False
    """A soft break: it goes on where the piece before ended."""
    rows: list[list[str]] = field(default_factory=list)
    """A table's cells; the first row is the header, but not where it `continues`."""
    aligns: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    """Characters per column, where a long table was cut and its parts must fit together."""


@dataclass(frozen=True, slots=True)
class CodeOpened:
    language: str


@dataclass(frozen=True, slots=True)
class CodeText:
    text: str


@dataclass(frozen=True, slots=True)
class CodeClosed:
    pass


Event = Piece | CodeOpened | CodeText | CodeClosed


@dataclass(slots=True)
class _List:
    indent: int
    ordered: bool
    number: int


def split_row(line: str) -> list[str]:
    """A table row's cells."""
    line = line.strip()
    line = line[1:] if line.startswith("|") else line
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)]


def _align(cell: str) -> str:
    cell = cell.strip()
    if cell.endswith(":"):
        return "center" if cell.startswith(":") else "right"
    return "left"


class PieceSplitter:
    """Takes text as it comes; `feed` gives what is complete, `tail` what the rest looks like now."""

    def __init__(self) -> None:
        self._partial = ""
        self._mid_line = False
        self._open: Piece | None = None
        self._lists: list[_List] = []
        self._after_blank = False
        self._fence: tuple[str, int, int] | None = None
        self._code_mid = False
        self._return = ""
        self._out: list[Event] = []
        self.definitions: dict[str, str] = {}
        """Link reference definitions seen so far, by their lower-case name."""

    def feed(self, text: str) -> list[Event]:
        """Take more text; returns what is final, in order."""
        text = self._return + text
        self._return = "\r" if text.endswith("\r") else ""
        if self._return:
            text = text[:-1]
        lines = (self._partial + text).replace("\r\n", "\n").split("\n")
        self._partial = ""
        for line in lines[:-1]:
            self._complete(line)
        self._partial = lines[-1]
        self._eager()
        return self._taken()

    def finish(self) -> list[Event]:
        """The end of the text: everything is final."""
        if self._partial or self._mid_line:
            line, self._partial = self._partial + self._return, ""
            self._complete(line, last=True)
        if self._fence is not None:
            self._fence = None
            self._out.append(CodeClosed())
        self._close()
        return self._taken()

    def tail(self) -> list[Piece]:
        """What is unfinished, as it would be if the text ended here. Changes nothing."""
        if self._fence is not None:
            return []
        partial = self._partial
        if not partial or self._mid_line:
            return [self._open] if self._open is not None and (self._open.text or self._open.rows) else []
        if _MAYBE_FENCE.match(partial):
            return [self._open] if self._open is not None else []
        saved = (self._open, list(map(replace, self._lists)), self._after_blank, self._out, self.definitions)
        self.definitions = dict(self.definitions)
        self._open = replace(self._open, rows=list(self._open.rows)) if self._open is not None else None
        self._out = []
        self._line(partial)
        pieces = [piece for piece in self._out if isinstance(piece, Piece)]
        if self._open is not None:
            pieces.append(self._open)
        self._open, self._lists, self._after_blank, self._out, self.definitions = saved
        return pieces

    @property
    def in_code(self) -> bool:
        return self._fence is not None

    def _taken(self) -> list[Event]:
        out, self._out = self._out, []
        return out

    # lines

    def _complete(self, line: str, last: bool = False) -> None:
        if self._fence is not None:
            self._code_line(line, last)
        elif self._mid_line:
            self._mid_line = False
            if self._open is not None:
                self._open.text += line
                self._cut()
        else:
            self._line(line)
            self._cut()

    def _eager(self) -> None:
        """Use as much of the unfinished line as can be used: code, and prose beyond the soft break."""
        if self._fence is not None:
            self._code_partial()
            return
        if self._mid_line and self._open is not None:
            self._open.text += self._partial
            self._partial = ""
            self._cut()
        elif len(self._partial) + (len(self._open.text) if self._open is not None else 0) > SOFT_BREAK:
            line, self._partial = self._partial, ""
            self._line(line)
            self._mid_line = self._open is not None
            self._cut()

    def _cut(self) -> None:
        piece = self._open
        while piece is not None and piece.kind in ("paragraph", "item", "quote") and len(piece.text) > SOFT_BREAK:
            at = piece.text.rfind(" ", SOFT_BREAK // 2, SOFT_BREAK)
            at = SOFT_BREAK if at < 0 else at + 1
            rest = replace(piece, text=piece.text[at:], continues=True, marker="")
            piece.text = piece.text[:at]
            self._out.append(piece)
            self._open = piece = rest

    def _close(self) -> None:
        piece, self._open = self._open, None
        if piece is not None and (piece.text or piece.rows or piece.marker):
            self._out.append(piece)

    def _line(self, line: str) -> None:
        expanded = line.expandtabs(4)
        if not expanded.strip():
            self._close()
            self._after_blank = True
            return
        after_blank, self._after_blank = self._after_blank, False
        if match := _FENCE.match(expanded):
            self._close()
            self._fence = (match[2][0], len(match[2]), len(match[1]))
            self._out.append(CodeOpened(match[3].strip().split(" ")[0].strip("{}.").lower()))
            return
        if self._table_line(expanded) or self._heading(expanded) or self._quote(expanded) or self._item(expanded):
            return
        self._text(expanded, after_blank)

    def _heading(self, line: str) -> bool:
        if (match := _SETEXT.match(line)) and self._open is not None and self._open.kind == "paragraph":
            self._open.kind = "heading"
            self._open.level = 1 if match[1][0] == "=" else 2
            self._close()
            return True
        if _RULE.match(line):
            self._close()
            self._lists.clear()
            self._out.append(Piece("rule"))
            return True
        if match := _HEADING.match(line):
            self._close()
            self._lists.clear()
            self._out.append(Piece("heading", match[2] or "", len(match[1])))
            return True
        return False

    def _quote(self, line: str) -> bool:
        match = _QUOTE.match(line)
        if match is None:
            return False
        depth, text = match[1].count(">") - 1, match[2]
        item = _ITEM.match(text)
        open_ = self._open
        if not text.strip():
            self._close()
        elif open_ is not None and open_.kind == "quote" and open_.level == depth and item is None:
            open_.text += "\n" + text
        else:
            self._close()
            self._lists.clear()
            if item is not None:
                text = f"{item[2] if item[2][0].isdigit() else BULLETS[0]} {item[3] or ''}"
            self._open = Piece("quote", text, depth)
        return True

    def _item(self, line: str) -> bool:
        match = _ITEM.match(line)
        if match is None:
            return False
        indent, sign, text = len(match[1]), match[2], match[3] or ""
        ordered = sign[0].isdigit()
        if not self._lists and self._open is not None and self._open.kind == "paragraph":
            if not text or (ordered and sign[:-1] != "1"):
                return False
        elif not self._lists and indent > 3:
            return False
        self._close()
        number = int(sign[:-1]) if ordered else 0
        sibling: _List | None = None
        while self._lists and indent < self._lists[-1].indent + 2:
            sibling = self._lists.pop()
        if ordered and sibling is not None and sibling.ordered and abs(sibling.indent - indent) < 2:
            number = sibling.number + 1
        level = len(self._lists)
        self._lists.append(_List(indent, ordered, number))
        marker = f"{number}." if ordered else BULLETS[min(level, 2)]
        if task := _TASK.match(text):
            marker = "☐" if task[1] == " " else "☑"
            text = text[task.end() :]
        self._open = Piece("item", text, level, marker)
        return True

    def _text(self, line: str, after_blank: bool) -> None:
        text = line.lstrip() if not line.endswith("  ") else line.lstrip().rstrip()
        text = text[:-1] if text.endswith("\\") else text
        indent = len(line) - len(line.lstrip())
        open_ = self._open
        if open_ is not None and open_.kind in ("paragraph", "item", "quote"):
            open_.text += "\n" + text if open_.text else text
            return
        if open_ is not None and open_.kind == "pre" and indent >= 4:
            open_.text += "\n" + line[4:]
            if open_.text.count("\n") >= PRE_LINES:
                self._close()
            return
        self._close()
        if self._lists and indent >= 2 and after_blank:
            while len(self._lists) > 1 and indent < self._lists[-1].indent + 2:
                self._lists.pop()
            self._open = Piece("item", text, len(self._lists) - 1)
            return
        if match := _DEFINITION.match(line):
            self.definitions.setdefault(match[1].lower(), match[2])
            return
        if self._lists:
            self._lists.clear()
        self._open = Piece("pre", line[4:]) if indent >= 4 else Piece("paragraph", text)

    # tables

    def _table_line(self, line: str) -> bool:
        open_ = self._open
        if open_ is not None and open_.kind == "table":
            if "|" not in line:
                self._close()
                return False
            open_.rows.append(split_row(line)[: len(open_.aligns)])
            if len(open_.rows) >= TABLE_ROWS:
                self._cut_table(open_)
            return True
        if open_ is None or open_.kind != "paragraph" or "|" not in open_.text or not _DELIMITER.match(line):
            return False
        head = open_.text.rsplit("\n", 1)
        cells, signs = split_row(head[-1]), split_row(line)
        if len(cells) != len(signs) or "|" not in head[-1]:
            return False
        if len(head) == 2:
            self._out.append(replace(open_, text=head[0]))
        self._open = Piece("table", rows=[cells], aligns=tuple(map(_align, signs)))
        return True

    def _cut_table(self, table: Piece) -> None:
        if not table.widths:
            columns = range(len(table.aligns))
            table.widths = tuple(
                max(4, min(60, max(len(row[column]) if column < len(row) else 0 for row in table.rows)))
                for column in columns
            )
        self._out.append(table)
        self._open = Piece("table", aligns=table.aligns, widths=table.widths, continues=True)

    # code

    def _code_line(self, line: str, last: bool) -> None:
        assert self._fence is not None
        sign, count, indent = self._fence
        end = "" if last else "\n"
        if self._code_mid:
            self._code_mid = False
            self._emit_code(line + end)
            return
        stripped = line.strip()
        if len(stripped) >= count and stripped == sign * len(stripped):
            self._fence = None
            self._out.append(CodeClosed())
            return
        self._emit_code(self._dedent(line, indent) + end)

    def _code_partial(self) -> None:
        """Hand over the unfinished line, unless it may become the fence's end."""
        assert self._fence is not None
        sign, _, indent = self._fence
        line = self._partial
        if not line or (not self._code_mid and line.strip().strip(sign) == ""):
            return
        self._partial = ""
        text = line if self._code_mid else self._dedent(line, indent)
        self._code_mid = True
        self._emit_code(text)

    def _emit_code(self, text: str) -> None:
        if self._out and isinstance(self._out[-1], CodeText):
            text = self._out.pop().text + text  # type: ignore[union-attr]
        self._out.append(CodeText(text))

    @staticmethod
    def _dedent(line: str, indent: int) -> str:
        cut = 0
        while cut < indent and cut < len(line) and line[cut] == " ":
            cut += 1
        return line[cut:]
