"""One widget for each kind of block."""

from __future__ import annotations

import json
import time
from typing import Any

from PySide6.QtGui import QFontMetrics

from playground.core.runs import Block, BlockKind
from playground.widgets.blocks.base import BlockView, Row
from playground.widgets.code.box import CodeBox
from playground.widgets.controls import Chip, Disclosure, Label
from playground.widgets.markdown.inline import plain
from playground.widgets.markdown.view import MarkdownView
from playground.widgets.theme import mono_font

JSON_CHECK = 100_000
"""Characters up to which a tool call's arguments are checked for being JSON."""
_TIP = 2000
"""Characters of a tooltip."""
SOURCES = 40
"""Citations that are shown as links."""
_LINE = 400
"""Characters at the end of a reasoning that its one line is taken from."""


class TextBlock(BlockView):
    """What the model wrote: Markdown; or a JSON document, in colours."""

    def __init__(self, block: Block) -> None:
        super().__init__(block)
        self._prose: MarkdownView | None = None
        self._code: CodeBox | None = None
        self._sources: MarkdownView | None = None
        self._empty: Row | None = None

    def show_more(self, text: str) -> None:
        if self._empty is not None and self.text().strip():
            empty, self._empty = self._empty, None
            self.remove(empty)
        if self._prose is None and self._code is None:
            text = self.text()
            looks = _looks_like_json(text)
            if looks is None and self.state == "streaming":
                return
            self._begin(bool(looks))
        self._add(text)

    def _begin(self, is_json: bool) -> None:
        if is_json:
            self._code = CodeBox("json", wrap=True, header=False)
            self.add(self._code)
            self._code.set_caret(True)
            return
        self._prose = MarkdownView()
        self._prose.set_streaming(True)
        self._prose.link_activated.connect(self.ask_to_open)
        self.add(self._prose)

    def _add(self, text: str) -> None:
        if self._code is not None:
            self._code.append(text)
            self._code.set_caret(self.state == "streaming")
            self.touch(self._code)
        elif self._prose is not None:
            self._prose.append(text)

    def show_all(self, text: str) -> None:
        self.remove_all()
        self._prose = self._code = self._sources = self._empty = None
        self._begin(bool(_looks_like_json(text)))
        self._add(text)

    def show_closed(self, data: dict[str, Any] | None) -> None:
        if not self.text().strip():
            self._say_empty()
        elif self._prose is None and self._code is None:
            self._begin(False)
            self._add(self.text())
        if self._prose is not None:
            self._prose.finish()
        if self._code is not None:
            self._code.set_caret(False)
            self._code.finish()
        self._show_sources(data)

    def _say_empty(self) -> None:
        """Beside a picture or a tool's call, servers send messages without a word: nothing is shown as nothing."""
        if self._empty is None:
            self._empty = Row(Label("An empty text", "muted", 13))
            self.add(self._empty)

    def _show_sources(self, data: dict[str, Any] | None) -> None:
        text = _sources(data)
        if not text:
            return
        if self._sources is None:
            self._sources = MarkdownView(role="muted")
            self._sources.link_activated.connect(self.ask_to_open)
            self.add(self._sources)
        self._sources.set_text(text)


class ReasoningBlock(BlockView):
    """A line that opens: "▸ Reasoning  2.1 s · 146 tokens". Closed it costs nothing, however much streams into it."""

    def __init__(self, block: Block) -> None:
        super().__init__(block)
        self._began = time.monotonic()
        self._seconds: float | None = None
        self._tokens: int | None = None
        self.disclosure = Disclosure(block.title or "Reasoning")
        self.disclosure.setObjectName("output.reasoning")
        self.disclosure.toggled.connect(self._toggled)
        self._prose: MarkdownView | None = None
        self.add(Row(self.disclosure, stretch=True))
        self._say()

    def show_more(self, text: str) -> None:
        if self._prose is not None:
            self._prose.append(text)
        self._say()

    def show_all(self, text: str) -> None:
        if self._prose is not None:
            self._prose.clear()
            self._prose.append(text)
        self._say()

    def show_closed(self, data: dict[str, Any] | None) -> None:
        if self._seconds is None:
            self._seconds = time.monotonic() - self._began
        if self._prose is not None:
            self._prose.finish()
        self._say()

    def set_tokens(self, tokens: int | None) -> None:
        """How many tokens it took, as the server counted them."""
        self._tokens = tokens
        self._say()

    def _say(self) -> None:
        if self._seconds is None:
            self.disclosure.set_note(_last_line(self.text()) or "…")
            return
        words = [f"{self._seconds:.1f} s"]
        if self._tokens:
            words.append(f"{self._tokens:,} token{'' if self._tokens == 1 else 's'}")
        self.disclosure.set_note(" · ".join(words))

    def _toggled(self, opened: bool) -> None:
        if opened and self._prose is None:
            self._prose = MarkdownView(role="muted")
            self._prose.margins = (18, 0, 0, 4)
            self._prose.link_activated.connect(self.ask_to_open)
            self._prose.append(self.text() or "*The server keeps the text of this reasoning to itself.*")
            if self._seconds is not None:
                self._prose.finish()
            self.add(self._prose)
        elif not opened and self._prose is not None:
            prose, self._prose = self._prose, None
            self.remove(prose)


class RefusalBlock(BlockView):
    """What the model wrote instead of an answer."""

    bar = "warning"

    def __init__(self, block: Block) -> None:
        super().__init__(block)
        self.add(Row(Chip(block.title or "Refusal", "warning", icon="shield")))
        self._prose = MarkdownView()
        self._prose.link_activated.connect(self.ask_to_open)
        self.add(self._prose)

    def show_more(self, text: str) -> None:
        self._prose.append(text)

    def show_all(self, text: str) -> None:
        self._prose.clear()
        self._prose.append(text)

    def show_closed(self, data: dict[str, Any] | None) -> None:
        self._prose.finish()


_DOTS = {"streaming": "accent", "done": "good", "failed": "error"}


class ToolCallBlock(BlockView):
    """The tool's name and its arguments: in the same line where they are short, else in a box below."""

    bar = "line"

    def __init__(self, block: Block) -> None:
        super().__init__(block)
        self._language = block.language or ""
        self._chip = Chip(block.title or "tool", "plain", dot="accent")
        self._inline = Label("", "muted", 12, mono=True, selectable=True)
        self._verdict = Label("", "good", 12)
        self._verdict.hide()
        self._row = Row(self._chip, self._inline, self._verdict, spacing=10)
        self._box: CodeBox | None = None
        self._metrics = QFontMetrics(mono_font())
        self.add(self._row)

    def show_more(self, text: str) -> None:
        if self._box is not None:
            self._box.append(text)
            self.touch(self._box)
            return
        whole = self.text()
        if len(whole) > 200 or "\n" in whole.strip() or self._metrics.horizontalAdvance(whole) > self._room():
            self._open_box(whole)
            return
        self._inline.setText(whole.strip())
        self.touch(self._row)

    def _room(self) -> int:
        width = self.width() if self.width() > 200 else 600
        return width - self._chip.sizeHint().width() - 110

    def _open_box(self, text: str) -> None:
        self._inline.hide()
        self.touch(self._row)
        self._box = CodeBox(self._language, wrap=True, header=False)
        self._box.append(text)
        if self.state != "streaming":
            self._box.finish()
        self.add(self._box)

    def show_all(self, text: str) -> None:
        if self._box is not None:
            self._box.set_text(text)
            self.touch(self._box)
        else:
            self.show_more(text)

    def show_closed(self, data: dict[str, Any] | None) -> None:
        name = (data or {}).get("name")
        if isinstance(name, str) and self._chip.text() in ("", "tool", "function"):
            self._chip.set_text(name)
        self._chip.set_role("plain", _DOTS.get(self.state, "muted"))
        if self._box is not None:
            self._box.finish()
        self.judged(*self._judge())

    def judged(self, words: str, role: str) -> None:
        """Beside the arguments: whether they are JSON, or fit the tool's schema."""
        self._verdict.setText(words)
        self._verdict.set_role(role)
        self._verdict.setVisible(bool(words))
        self.touch(self._row)

    def _judge(self) -> tuple[str, str]:
        if self.state == "failed":
            return "failed", "error"
        text = self.text()
        if self._language != "json" or not text.strip() or len(text) > JSON_CHECK:
            return "", "muted"
        try:
            json.loads(text)
        except ValueError:
            return "not valid JSON", "error"
        return "valid", "good"


class StatusBlock(BlockView):
    """How far a tool of the server's is: "● Web search  searching: …"."""

    def __init__(self, block: Block) -> None:
        super().__init__(block)
        self._chip = Chip(block.title or "Status", "plain", dot="accent")
        self._words = Label("", "muted", 12, selectable=True)
        self._row = Row(self._chip, self._words, spacing=10, stretch=True)
        self.add(self._row)

    def show_more(self, text: str) -> None:
        self.show_all(self.text())

    def show_all(self, text: str) -> None:
        line = " ".join(text.split())
        self._words.setText(line if len(line) <= 300 else line[:299] + "…")
        self._words.setToolTip(text[:_TIP] if len(line) > 80 else "")
        self.touch(self._row)

    def show_closed(self, data: dict[str, Any] | None) -> None:
        self._chip.set_role("plain", _DOTS.get(self.state, "muted"))


class CodeBlock(BlockView):
    """Code that runs on the server, what it wrote, patches; and, as JSON, items that have no looks of their own."""

    def __init__(self, block: Block) -> None:
        super().__init__(block)
        language = block.language or ("json" if block.kind is BlockKind.JSON else "")
        self._box = CodeBox(language, title=block.title, wrap=block.kind is BlockKind.JSON)
        self.add(self._box)

    def show_more(self, text: str) -> None:
        self._box.append(text)
        self._box.set_caret(self.state == "streaming")
        self.touch(self._box)

    def show_all(self, text: str) -> None:
        self._box.set_text(text)
        self.touch(self._box)

    def show_closed(self, data: dict[str, Any] | None) -> None:
        self._box.set_caret(False)
        self._box.set_failed(self.state == "failed")
        self._box.finish()


KINDS: dict[BlockKind, type[BlockView]] = {
    BlockKind.REASONING: ReasoningBlock,
    BlockKind.TEXT: TextBlock,
    BlockKind.REFUSAL: RefusalBlock,
    BlockKind.TOOL_CALL: ToolCallBlock,
    BlockKind.CODE: CodeBlock,
    BlockKind.STATUS: StatusBlock,
    BlockKind.JSON: CodeBlock,
}


def _looks_like_json(text: str) -> bool | None:
    """Whether a text begins as a JSON object or a list of them; None while too little of it is there."""
    start = text.lstrip()
    if not start:
        return None
    if start[0] not in "{[":
        return False
    rest = start[1:].lstrip()
    if not rest:
        return None
    return rest[0] in '"}' if start[0] == "{" else rest[0] == "{"


def _last_line(text: str) -> str:
    lines = [line for line in text[-_LINE:].splitlines() if line.strip()]
    return plain(lines[-1].lstrip("#>*- ")) if lines else ""


def _sources(data: dict[str, Any] | None) -> str:
    """A text's citations as one line of links; those that are too many to read are only counted."""
    annotations = (data or {}).get("annotations")
    if not isinstance(annotations, list):
        return ""
    found: dict[str, str] = {}
    for note in annotations[:SOURCES]:
        if not isinstance(note, dict):
            continue
        if isinstance(inner := note.get("url_citation"), dict):  # as Chat Completions writes it
            note = inner
        url, title = note.get("url"), note.get("title") or note.get("filename") or note.get("file_id")
        if isinstance(url, str) and url:
            found.setdefault(url, f"[{_escape(str(title or url))}](<{url}>)")
        elif title:
            found.setdefault(str(title), _escape(str(title)))
    if len(annotations) > SOURCES:
        found[""] = f"and {len(annotations) - SOURCES:,} more"
    return "Sources: " + " · ".join(found.values()) if found else ""


def _escape(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>~!" else sign for sign in text)
