"""The parts of the proxy's page: its state, what is chosen for it, its counts, and the lines to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from playground.core.proxy.lines import LANGUAGES, lines
from playground.core.proxy.names import PREFIX
from playground.core.proxy.state import ProxyState
from playground.panels.inspector.proxy_recent import RecentCalls
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import Chip, CommandButton, SectionLabel, Segmented
from playground.widgets.fields import VeiledField
from playground.widgets.plain import ReadOnlyText
from playground.widgets.style_parts import rounded
from playground.widgets.surface import Text

if TYPE_CHECKING:
    from playground.core.errors import Problem
    from playground.core.profiles import Profile
    from playground.core.settings import Settings

WHAT_FOR = (
    "See what another program sends to the API, and what it gets: its calls stand in Requests, with the same detail as "
    "your own. Answers pass through byte for byte while they come. Nothing runs until you start it."
)
RECORDS = (
    "All that goes through is recorded, texts and files included. Keys pass through and are never stored. "
    "Calls under way break off when you stop it or close the window."
)
MOST = 860
"""Pixels across which lines to copy stand: on a wide screen their button is not far from them."""
ACTIVE, OTHER = "profile", "other"


class StateHead(QWidget):
    """Whether it runs, in large letters, and what that means."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Text("Recording proxy", "text", size=18, weight=600)
        self.chip = Chip("Off", "muted", dot="muted")
        self.words = Text(WHAT_FOR, "muted", wrap=True)
        self.notice = Notice(RECORDS)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(self.chip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(row)
        column.addWidget(self.words)
        column.addWidget(self.notice)

    def show_state(self, state: ProxyState, busy: bool) -> None:
        word = "Working…" if busy else "Running" if state.running else "Off"
        self.chip.set_text(word)
        self.chip.set_role(*("warning", "warning") if state.running else ("muted", "muted"))
        self.words.setVisible(not state.running)
        self.notice.setVisible(state.running)


class Notice(QWidget):
    """A sentence in a box that asks to be noticed."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector.proxy.notice")
        self.text = Text(words, "text", size=12, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(self.text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        rounded(QPainter(self), self.rect(), "warning_soft", "warning", 6)


class ProxyForm(QWidget):
    """Where requests go on to, the port, and whose key."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        url = str(settings.get("proxy.upstream"))
        self.place = Segmented([(ACTIVE, "Active profile"), (OTHER, "Another server")], name="Where requests go on to")
        for pill in self.place.findChildren(QAbstractButton):
            pill.setObjectName(f"inspector.proxy.place.{pill.text().split()[0].lower()}")
        self.place.set_value(OTHER if url else ACTIVE)
        self.field = VeiledField(private=True)
        self.field.setObjectName("inspector.proxy.upstream")
        self.field.setAccessibleName("Base URL of the server")
        self.field.setPlaceholderText("https://api.example.com/v1")
        self.field.setText(url)
        self.server = Text("", "muted", size=12, elide=True)
        self.server.setObjectName("inspector.proxy.server")
        self.warning = Text("", "warning", size=12, wrap=True)
        self.warning.setObjectName("inspector.proxy.warning")
        self.field.textChanged.connect(self._judge)
        self.number = QSpinBox()
        self.number.setObjectName("inspector.proxy.port")
        self.number.setAccessibleName("Port on this computer; 0 takes any that is free")
        self.number.setRange(0, 65535)
        self.number.setSpecialValueText("any free")
        self.number.setValue(int(settings.get("proxy.port")))
        self.number.setFixedWidth(110)
        self.number.lineEdit().setTextMargins(5, 0, 0, 0)
        self.tick = QCheckBox("Put in the profile's key")
        self.tick.setObjectName("inspector.proxy.add_key")
        self.tick.setAccessibleName("Put in the profile's key")
        self.tick_words = Text(
            "Programs then show a throw-away token instead of a key, and the proxy replaces it.", "muted", size=12,
            wrap=True,
        )  # fmt: skip
        self.tick.setAccessibleDescription(self.tick_words.full_text())
        self._build()
        self.place.changed.connect(self._chosen)
        self.number.valueChanged.connect(self._number_changed)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(SectionLabel("Requests go on to"))
        column.addWidget(self.place)
        column.addWidget(self.field)
        column.addWidget(self.warning)
        column.addWidget(self.server)
        column.addSpacing(4)
        column.addWidget(SectionLabel("Port"))
        column.addWidget(self.number)
        column.addSpacing(4)
        column.addWidget(self.tick)
        column.addWidget(self.tick_words)

    def _chosen(self, _value: str) -> None:
        self._arrange()
        if self.place.value() == OTHER:
            self.field.setFocus()

    def _number_changed(self, _value: int) -> None:
        self.changed.emit()

    def _judge(self, _text: str) -> None:
        """Say what may not be meant, while it is typed: that keys would go unencrypted, that there is no /v1."""
        from playground.core.profiles import check_base_url

        text = self.url()
        self.warning.set_text((check_base_url(text).warning if text else None) or "")
        self.warning.setVisible(bool(self.warning.full_text()))

    def _arrange(self) -> None:
        other = self.place.value() == OTHER
        self.field.setVisible(other)
        self._judge("")
        self.server.setVisible(not other)
        self.tick.setVisible(not other)
        self.tick_words.setVisible(not other)

    def url(self) -> str:
        """What was entered; empty where it is the active profile's server."""
        return self.field.text().strip() if self.place.value() == OTHER else ""

    def port(self) -> int:
        return self.number.value()

    def add_key(self) -> bool:
        return self.tick.isChecked() and self.place.value() == ACTIVE

    def problem(self) -> Problem | None:
        """Why it cannot be started so."""
        from playground.core.proxy.control import ProxyError, upstream_at

        if self.place.value() == OTHER:
            try:
                upstream_at(self.field.text())
            except ProxyError as error:
                return error.problem
        return None

    def keep(self) -> None:
        """Have what is chosen be there at the next start."""
        self._settings.set("proxy.port", self.port())
        self._settings.set("proxy.upstream", self.url())

    def show_state(self, state: ProxyState, profile: Profile) -> None:
        """What runs is not changed; it says where it sends."""
        from playground.core.profiles import OPENAI_BASE_URL

        for widget in (self.place, self.field, self.number, self.tick):
            widget.setEnabled(not state.running)
        if state.running:
            self.server.set_text(
                f"{state.name} · {state.upstream}" if state.name not in state.upstream else state.upstream
            )
        else:
            where = "the sandbox of this program" if profile.is_sandbox else profile.base_url or OPENAI_BASE_URL
            self.server.set_text(f"{profile.name} · {where}")
        self._arrange()


class Counts(QWidget):
    """Numbers with a word below each."""

    NAMES = (("open", "under way"), ("finished", "finished"), ("failed", "failed"), ("refused", "refused"),
             ("programs", "connections"))  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        self.numbers: dict[str, Text] = {}
        for column, (name, words) in enumerate(self.NAMES):
            number = Text("0", "text", size=18, weight=600)
            number.setObjectName(f"inspector.proxy.{name}")
            self.numbers[name] = number
            grid.addWidget(number, 0, column)
            grid.addWidget(Text(words, "muted", size=12), 1, column)
        grid.setColumnStretch(len(self.NAMES), 1)

    def show_state(self, state: ProxyState) -> None:
        for name, label in self.numbers.items():
            value: int = getattr(state, name)
            label.set_text(f"{value:,}")
            role = "text" if state.finished or state.open or state.refused else "muted"
            label.set_role(
                "error" if name == "failed" and value else "warning" if name == "refused" and value else role
            )


class ProxyLines(QWidget):
    """The address, and what to enter where."""

    def __init__(self, commands: CommandRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands = commands
        self._base_url = self._token = ""
        self.address = Text("", "text", size=16, weight=600, mono=True)
        self.address.setObjectName("inspector.proxy.address")
        self.address.setAccessibleName("Address of the proxy")
        self.token_words = Text("", "muted", size=12, wrap=True)
        self.languages = Segmented(LANGUAGES, name="Where to enter it")
        for pill in self.languages.findChildren(QAbstractButton):
            pill.setObjectName(f"inspector.proxy.lines.{pill.value}")  # type: ignore[attr-defined]
        self.languages.changed.connect(self._say)
        self.code = CodeBox()
        self.foot = Text(
            "It listens on 127.0.0.1 alone, so no other computer reaches it, and refuses what a web page sends. Errors "
            "of its own say so, in the API's shape and with the header x-playground-proxy.",
            "muted", size=12, wrap=True,
        )  # fmt: skip
        self.recent = RecentCalls()
        self._build()

    def _add(self, name: str, title: str, run: Any) -> CommandButton:
        command = self._commands.add(
            f"inspector.proxy_copy_{name}", title, run, group="Requests", icon="copy", scope=self
        )
        return CommandButton(command, "plain", text="Copy", shortcut=False)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.address)
        top.addWidget(self._add("address", "Copy the Proxy's Address", self.copy_address))
        top.addStretch(1)
        copy = QHBoxLayout()
        copy.addWidget(self._add("lines", "Copy the Lines for the Proxy", self.copy_lines))
        copy.addStretch(1)
        inner = QWidget()
        inner.setMaximumWidth(MOST)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 20, 24, 20)
        row.addWidget(inner, 1)
        row.addStretch(0)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(SectionLabel("Point a program at it"))
        column.addLayout(top)
        column.addWidget(self.token_words)
        column.addSpacing(4)
        column.addWidget(self.languages)
        column.addWidget(self.code)
        column.addLayout(copy)
        column.addWidget(self.foot)
        column.addWidget(self.recent, 1)
        column.addStretch(0)

    def show_state(self, state: ProxyState, token: str) -> None:
        """`token`: what programs must show for a key; empty where they keep their own."""
        port = str(state.port) if state.port else "PORT"
        self._base_url = state.base_url or f"http://127.0.0.1:{port}{PREFIX}"
        self._token = token
        self.address.set_text(self._base_url)
        self.address.set_role("text" if state.running else "faint")
        if not state.running:
            words = "Once it runs, this is the base URL of programs. Their keys stay as they are."
        elif state.token:
            words = "Programs must show the token below instead of a key. It is good until the proxy is stopped."
        elif token:
            words = "The sandbox wants its own key, which is no secret."
        else:
            words = "Programs keep their own key: it passes through to the server and is never stored."
        self.token_words.set_text(words)
        self.recent.setVisible(state.running or self.recent.any())
        self._say("")

    def _say(self, _language: str) -> None:
        self.code.show_text(lines(self.languages.value(), self._base_url, self._token))

    def copy_address(self) -> None:
        QGuiApplication.clipboard().setText(self._base_url)

    def copy_lines(self) -> None:
        QGuiApplication.clipboard().setText(self.code.text())


class CodeBox(ReadOnlyText):
    """A few lines in a box as high as they are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("inspector.proxy.lines")
        self.setAccessibleName("Lines to copy")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLineWrapMode(ReadOnlyText.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)

    def sizeHint(self) -> QSize:
        rows = 4  # of the longest: the height stays when another is chosen
        return QSize(400, rows * self.fontMetrics().lineSpacing() + 34)
