"""The bar at the window's foot: what the program is doing, and what the server last said about its limits."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from playground.shell.surface import Dot, Surface, Text
from playground.widgets.controls import LinkButton

STATUS_HEIGHT = 26


class LimitsButton(LinkButton):
    """Has a name also while it is empty, and hidden."""

    def _say(self) -> None:
        super()._say()
        self.setAccessibleName(f"Rate limits: {self.words()}" if self.words() else "Rate limits")


class StatusBar(Surface):
    """A dot and a word for the state, a sentence, and the rate limits that were told last."""

    limits_wanted = Signal()
    """The limits were clicked."""
    proxy_wanted = Signal()
    """The note that the recording proxy runs was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", "t", parent, height=STATUS_HEIGHT)
        self.setObjectName("status")
        self.setAccessibleName("Status")
        self._dot = Dot("muted")
        self._word = Text("starting", "muted", size=12)
        self._sentence = Text("", "muted", size=12, elide=True)
        self._limits = LimitsButton("", quiet=True, size=12)
        self._word.setObjectName("status.state")
        self._sentence.setObjectName("status.sentence")
        self._limits.setObjectName("status.limits")
        self._limits.clicked.connect(self.limits_wanted)
        self._limits.hide()
        self._proxy = LinkButton("Proxy is recording", quiet=True, size=12)
        self._proxy.set_role("warning")
        self._proxy.setObjectName("status.proxy")
        self._proxy.setToolTip("Other programs' calls go through the recording proxy. Click to see or stop it.")
        self._proxy.clicked.connect(self.proxy_wanted)
        self._proxy.hide()
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
        row.addWidget(self._proxy)
        row.addSpacing(16)
        row.addWidget(self._limits)

    def show_state(self, word: str, role: str, sentence: str = "") -> None:
        """`role` colours dot and word: good, accent (at work), warning, error, muted."""
        self._dot.set_role(role)
        self._word.set_role(role)
        self._word.set_text(word)
        self._sentence.set_text(sentence)

    def show_limits(self, text: str, short: bool = False, tip: str = "") -> None:
        """Empty: nothing is known, and nothing is there. `short`: little is left."""
        self._limits.set_words(text)
        self._limits.set_role("warning" if short else "muted")
        self._limits.setToolTip(tip)
        self._limits.setVisible(bool(text))

    def show_proxy(self, running: bool) -> None:
        """Whether the recording proxy runs."""
        self._proxy.setVisible(running)

    def state(self) -> str:
        return self._word.full_text()

    def sentence(self) -> str:
        return self._sentence.full_text()

    def limits(self) -> str:
        return self._limits.words()
