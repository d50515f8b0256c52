"""Markdown inside a line: emphasis, code, links, images (as links), escapes. HTML stays text."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

BOLD, ITALIC, CODE, STRIKE, IMAGE = 1, 2, 4, 8, 16

_SPECIAL = re.compile(r"[\\`*_~\[\]!<&]|https?://")
_TOKEN = re.compile(
    r"""(?P<escape>\\[!-/:-@\[-`{-~])
    |(?P<ticks>`+)
    |(?P<stars>\*+|_+|~~)
    |(?P<open>!?\[)
    |(?P<close>\])
    |(?P<angle><(?:https?|mailto):[^>\s]+>)
    |(?P<url>https?://[^\s<>`"\[\]|*]+)
    |(?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)
    """,
    re.VERBOSE,
)
_TARGET = re.compile(r"""\(\s*(?:<([^>]*)>|((?:[^\s()]|\([^\s()]*\))*))(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)""")
_REFERENCE = re.compile(r"\[([^\]]*)\]")


@dataclass(slots=True)
class Span:
    """A run of text in one look. `flags`: BOLD, ITALIC, CODE, STRIKE, IMAGE; `href`: a link's address."""

    text: str
    flags: int = 0
    href: str = ""


@dataclass(slots=True)
class _Mark:
    """A run of emphasis signs, or an open bracket, at a place in the list of spans."""

    sign: str
    count: int
    index: int
    opens: bool = False
    closes: bool = False
    start: int = 0


def is_special(text: str) -> bool:
    """Whether a text holds anything that Markdown gives a meaning to."""
    return _SPECIAL.search(text) is not None


def spans(text: str, definitions: Mapping[str, str] | None = None, *, unfinished: bool = False) -> list[Span]:
    """The runs of a line or paragraph. `definitions`: link references by lower-case name.

    `unfinished`: the text is still growing; what was opened and not closed counts up to its end, so that signs do
    not flash up while their other half is on its way.
    """
    if not _SPECIAL.search(text):
        return [Span(text)]
    return _Inline(text, definitions or {}, unfinished).run()


class _Inline:
    def __init__(self, text: str, definitions: Mapping[str, str], unfinished: bool) -> None:
        self.text = text
        self.definitions = definitions
        self.unfinished = unfinished
        self.out: list[Span] = []
        self.marks: list[_Mark] = []
        self.brackets: list[_Mark] = []

    def run(self) -> list[Span]:
        text, position = self.text, 0
        while position < len(text):
            match = _TOKEN.search(text, position)
            if match is None:
                self.out.append(Span(text[position:]))
                break
            if match.start() > position:
                self.out.append(Span(text[position : match.start()]))
            kind = match.lastgroup
            position = match.end()
            if kind == "escape":
                self.out.append(Span(match[0][1]))
            elif kind == "ticks":
                position = self._code(match)
            elif kind == "stars":
                self._emphasis_mark(match)
            elif kind == "open":
                self.brackets.append(_Mark(match[0], 1, len(self.out), start=position))
                self.out.append(Span(match[0]))
            elif kind == "close":
                position = self._bracket(match)
            elif kind == "angle":
                self.out.append(Span(match[0][1:-1].removeprefix("mailto:"), 0, match[0][1:-1]))
            elif kind == "url":
                url = match[0].rstrip(".,;:!?'")
                if url.endswith(")") and url.count("(") < url.count(")"):
                    url = url[:-1]
                position = match.start() + len(url)
                self.out.append(Span(url, 0, url))
            else:
                self.out.append(Span(html.unescape(match[0])))
        self._pair(0)
        return self._joined()

    def _code(self, match: re.Match[str]) -> int:
        ticks = match[0]
        end = re.compile(rf"(?<!`){ticks}(?!`)").search(self.text, match.end())
        if end is None:
            if self.unfinished and match.end() < len(self.text):
                self.out.append(Span(self.text[match.end() :], CODE))
                return len(self.text)
            if not (self.unfinished and match.end() == len(self.text)):
                self.out.append(Span(ticks))
            return match.end()
        code = self.text[match.end() : end.start()].replace("\n", " ")
        if code.startswith(" ") and code.endswith(" ") and code.strip():
            code = code[1:-1]
        self.out.append(Span(code, CODE))
        return end.end()

    def _emphasis_mark(self, match: re.Match[str]) -> None:
        before = self.text[match.start() - 1] if match.start() else " "
        after = self.text[match.end()] if match.end() < len(self.text) else " "
        sign = match[0][0]
        left = not after.isspace() and (after.isalnum() or before.isspace() or not before.isalnum())
        right = not before.isspace() and (before.isalnum() or after.isspace() or not after.isalnum())
        opens, closes = left, right
        if sign == "_":
            opens, closes = left and not before.isalnum(), right and not after.isalnum()
        mark = _Mark(sign, len(match[0]), len(self.out), opens, closes)
        if self.unfinished and match.end() == len(self.text) and not closes:
            mark.opens = False
            self.out.append(Span(""))
            return
        self.out.append(Span(match[0]))
        self.marks.append(mark)

    def _bracket(self, match: re.Match[str]) -> int:
        if not self.brackets:
            self.out.append(Span("]"))
            return match.end()
        opener = self.brackets.pop()
        label = self.text[opener.start : match.start()]
        href, end = "", match.end()
        if target := _TARGET.match(self.text, end):
            href, end = target[1] or target[2] or "", target.end()
        elif reference := _REFERENCE.match(self.text, end):
            href = self.definitions.get((reference[1] or label).lower(), "")
            end = reference.end() if href else end
        else:
            href = self.definitions.get(label.lower(), "")
        if not href:
            self.out.append(Span("]"))
            return match.end()
        image = opener.sign == "!["
        self.out[opener.index].text = ""
        self._pair(opener.index)
        for span in self.out[opener.index + 1 :]:
            span.href = href
            span.flags |= IMAGE if image else 0
        if image:
            self.out[opener.index] = Span("image: " if label else f"image: {href}", IMAGE, href)
        return end

    def _pair(self, start: int) -> None:
        """Match emphasis signs from a place in the list on; the rest is text (or, unfinished, open to the end)."""
        marks = [mark for mark in self.marks if mark.index >= start]
        self.marks = [mark for mark in self.marks if mark.index < start]
        waiting: list[_Mark] = []
        for mark in marks:
            while mark.closes and mark.count:
                opener = next((one for one in reversed(waiting) if one.sign == mark.sign and one.count), None)
                if opener is None:
                    break
                # CommonMark's "multiple of 3" rule, for signs that could both open and close.
                if (opener.closes or mark.opens) and (opener.count + mark.count) % 3 == 0 and mark.count % 3:
                    break
                used = 2 if opener.count >= 2 and mark.count >= 2 else 1
                self._apply(opener, mark.index, used)
                mark.count -= used
                self.out[mark.index].text = mark.sign * mark.count
                while waiting and waiting[-1] is not opener:
                    waiting.pop()
                if not opener.count:
                    waiting.pop()
            if mark.opens and mark.count:
                waiting.append(mark)
        if self.unfinished and start == 0:
            for mark in waiting:
                if mark.count and mark.index < len(self.out) - 1:
                    self._apply(mark, len(self.out), min(mark.count, 2))

    def _apply(self, opener: _Mark, end: int, used: int) -> None:
        flag = STRIKE if opener.sign == "~" else BOLD if used == 2 else ITALIC
        for span in self.out[opener.index + 1 : end]:
            if not span.flags & CODE or flag == STRIKE:
                span.flags |= flag
        opener.count -= used
        self.out[opener.index].text = opener.sign * opener.count

    def _joined(self) -> list[Span]:
        result: list[Span] = []
        for span in self.out:
            if not span.text:
                continue
            last = result[-1] if result else None
            if last is not None and last.flags == span.flags and last.href == span.href:
                last.text += span.text
            else:
                result.append(span)
        return result


def plain(text: str, definitions: Mapping[str, str] | None = None) -> str:
    """The text without its signs."""
    return "".join(span.text for span in spans(text, definitions))
