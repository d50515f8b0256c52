"""The bar at the window's foot: what the program is doing, and what the server last said about its limits."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from playground.shell.surface import Dot, Surface, Text

STATUS_HEIGHT = 26


class StatusBar(Surface):
    """A dot and a word for the state, a sentence, and the rate limits of the last exchange."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", "t", parent, height=STATUS_HEIGHT)
        self.setObjectName("status")
        self.setAccessibleName("Status")
        self._dot = Dot("muted")
        self._word = Text("starting", "muted", size=12)
        self._sentence = Text("", "muted", size=12, elide=True)
        self._limits = Text("", "muted", size=12)
        self._word.setObjectName("status.state")
        self._sentence.setObjectName("status.sentence")
        self._limits.setObjectName("status.limits")
        self._limits.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 12, 0)
        row.setSpacing(0)
        row.addWidget(self._dot)
        row.addSpacing(6)
        row.addWidget(self._word)
        row.addSpacing(16)
        row.addWidget(self._sentence, 1)
        row.addSpacing(16)
        row.addWidget(self._limits)

    def show_state(self, word: str, role: str, sentence: str = "") -> None:
        """`role` colours dot and word: good, accent (at work), warning, error, muted."""
        self._dot.set_role(role)
        self._word.set_role(role)
        self._word.set_text(word)
        self._sentence.set_text(sentence)

    def show_limits(self, text: str) -> None:
        self._limits.set_text(text)

    def state(self) -> str:
        return self._word.full_text()

    def sentence(self) -> str:
        return self._sentence.full_text()

    def limits(self) -> str:
        return self._limits.full_text()


def limits_line(headers: Mapping[str, str]) -> str:
    """The `x-ratelimit-*` headers in one line; empty where the server sent none.

    Source: OpenAI's rate-limit headers, `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`; resets are
    durations such as `6m0s` or `120ms`.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    parts = []
    for kind in ("requests", "tokens"):
        limit, remaining = lower.get(f"x-ratelimit-limit-{kind}"), lower.get(f"x-ratelimit-remaining-{kind}")
        if limit and remaining:
            parts.append(f"{kind} {short_number(remaining)} / {short_number(limit)}")
    reset = lower.get("x-ratelimit-reset-requests") or lower.get("x-ratelimit-reset-tokens")
    if parts and reset:
        parts.append(f"resets in {spaced_duration(reset)}")
    return " · ".join(parts)


def short_number(text: str) -> str:
    """`198000` → `198k`; what is no number stays as it is."""
    try:
        number = int(text)
    except ValueError:
        return text
    if number < 10_000:
        return str(number)
    if number < 1_000_000:
        return f"{number / 1000:.3g}k" if number < 999_500 else "1M"
    return f"{number / 1_000_000:.3g}M"


def spaced_duration(text: str) -> str:
    """`120ms` → `120 ms`, `6m0s` → `6 m 0 s`."""
    shown, previous = "", ""
    for letter in text:
        if (previous and previous.isdigit() and letter.isalpha()) or (
            previous and previous.isalpha() and letter.isdigit()
        ):
            shown += " "
        shown += letter
        previous = letter
    return shown
