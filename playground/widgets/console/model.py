"""The messages of a connection as rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from PySide6.QtCore import QModelIndex, QObject, Qt

from playground.core.answers import to_bytes
from playground.core.runs.previews import kind_of, preview_of
from playground.widgets.events.table import gap_text, size_text
from playground.widgets.presentation import shown_line
from playground.widgets.rows import Cell, Index, RowsModel

WAY, TIME, GAP, KIND, SIZE, PREVIEW = range(6)
KEPT = 20_000
"""Messages that are kept; …"""
DROPPED = 2_000
"""… beyond, so many of the oldest go at once."""
TEXT, BINARY = "text", "binary"


@dataclass(frozen=True, slots=True)
class Message:
    """One message on the wire."""

    number: int
    """From 1."""
    sent: bool
    """Whether from here to the server."""
    at: float
    """Seconds since the connection was begun."""
    gap: float | None
    """Seconds since the one before, either way."""
    kind: str
    """Its type as it says, or what it is: text, binary."""
    data: bytes
    """UTF-8 where it is text."""
    preview: str

    @property
    def binary(self) -> bool:
        return self.kind == BINARY


def message_of(value: Any, number: int, sent: bool, at: float, gap: float | None) -> Message:
    """A message from what came or went: bytes are a binary frame, text is read as JSON where it is some, anything else
    is JSON as Python has it."""
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value)
        more = "…" if len(data) > 24 else ""
        return Message(number, sent, at, gap, BINARY, data, data[:24].hex(" ") + more)
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogatepass")
        try:
            value = orjson.loads(data)
        except ValueError:
            return Message(number, sent, at, gap, TEXT, data, value[:400])
    else:
        data = to_bytes(value)
    return Message(number, sent, at, gap, kind_of("", value), data, preview_of(value))


class MessagesModel(RowsModel):
    """All messages, or those of one type."""

    titles = ("", "Time", "Gap", "Type", "Size", "Preview")
    hints = ("↑ sent, ↓ received", "Since the connection was begun", "Since the message before", "", "Bytes", "")
    right = frozenset({TIME, GAP, SIZE})

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.messages: list[Message] = []
        self.kinds: Counter[str] = Counter()
        self.sent = self.received = 0
        self._kind = ""
        self._shown: list[Message] = []
        self._last: float | None = None

    def add(self, values: Sequence[Any], *, sent: bool, times: Sequence[float]) -> None:
        """Some messages of one direction."""
        new = []
        for value, at in zip(values, times, strict=True):
            number = self.sent + self.received + 1
            gap = max(0.0, at - self._last) if self._last is not None else None
            self._last = at
            new.append(message_of(value, number, sent, at, gap))
            self.sent, self.received = self.sent + sent, self.received + (not sent)
        self.kinds.update(message.kind for message in new)
        self.messages += new
        self._insert([message for message in new if not self._kind or message.kind == self._kind])
        if len(self.messages) > KEPT:
            self._drop()

    def _insert(self, new: list[Message]) -> None:
        if not new:
            return
        first = len(self._shown)
        self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
        self._shown += new
        self.endInsertRows()

    def _drop(self) -> None:
        gone = self.messages[:DROPPED]
        del self.messages[:DROPPED]
        self.kinds.subtract(message.kind for message in gone)
        self.kinds += Counter()  # without those of which there is none
        count = sum(not self._kind or message.kind == self._kind for message in gone)
        if count:
            self.beginRemoveRows(QModelIndex(), 0, count - 1)
            del self._shown[:count]
            self.endRemoveRows()

    @property
    def dropped(self) -> int:
        """How many are not kept any more."""
        return self.sent + self.received - len(self.messages)

    def clear(self) -> None:
        self.beginResetModel()
        self.messages, self._shown, self._last = [], [], None
        self.kinds.clear()
        self.sent = self.received = 0
        self.endResetModel()

    def show_kind(self, kind: str) -> None:
        """Only messages of this type; "" for all."""
        self.beginResetModel()
        self._kind = kind
        self._shown = [message for message in self.messages if not kind or message.kind == kind]
        self.endResetModel()

    def message(self, row: int) -> Message:
        return self._shown[row]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def cell(self, row: int, column: int) -> Cell:
        message = self._shown[row]
        role = "error" if message.kind == "error" else "text"
        if column == WAY:
            return Cell("↑" if message.sent else "↓", "accent" if message.sent else "muted", mono=True)
        if column == TIME:
            return Cell(f"{message.at:.3f} s", "muted", True, True)
        if column == GAP:
            return Cell(gap_text(message.gap), "muted", True, True)
        if column == KIND:
            return Cell(shown_line(message.kind), role, elide=Qt.TextElideMode.ElideLeft)
        if column == SIZE:
            return Cell(size_text(len(message.data)), "muted", True, True)
        words = shown_line(message.preview.replace("\n", "⏎").replace("\t", "⇥"))
        return Cell(words, "muted" if message.binary else role, mono=message.binary)

    def raw(self, row: int, column: int) -> object:
        message = self._shown[row]
        if column == WAY:
            return "sent" if message.sent else "received"
        return message.preview if column == PREVIEW else message.kind if column == KIND else None

    def hint(self, row: int, column: int) -> str:
        message = self._shown[row]
        if column == WAY:
            return "Sent" if message.sent else "Received"
        return message.kind if column == KIND and len(message.kind) > 20 else ""


def as_lines(messages: Iterable[Message]) -> str:
    """Messages as JSON Lines, each with when and which way; binary ones in hexadecimal."""
    lines = []
    for message in messages:
        head = json.dumps({"at": round(message.at, 4), "direction": "sent" if message.sent else "received"})
        if message.binary:
            body = json.dumps(message.data.hex())
        elif message.kind == TEXT:
            body = json.dumps(message.data.decode("utf-8", "replace"), ensure_ascii=False)
        else:
            body = message.data.decode("utf-8", "replace")
        lines.append(f'{head[:-1]}, "message": {body}}}')
    return "\n".join(lines)
