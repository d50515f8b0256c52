"""The fields of a profile, and the way between them and a `Profile`."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QLineEdit, QSpinBox, QWidget

from playground.core.profiles import OPENAI_BASE_URL, KeySource, Profile, Retries, Timeouts, check_base_url
from playground.shell.surface import Text
from playground.widgets.controls import SectionLabel
from playground.widgets.fields import VeiledField

KEY_WORDS = {
    KeySource.KEYRING: "In the system's keyring",
    KeySource.ENVIRONMENT: "From OPENAI_API_KEY",
    KeySource.MEMORY: "In memory, for this run only",
    KeySource.NONE: "No key",
}
LABEL_WIDTH = 146


class ProfileForm(QWidget):
    """`changed` fires with every edit by the person; `set_profile` does not."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filling = False
        self.limits = QWidget()
        """Time-outs and retries; the page puts them below the key."""
        self._grid = self._new_grid(self)
        self.name = self._line("profiles.name", "Name", "A name for the switcher")
        self.base_url = self._line("profiles.base-url", "Base URL", OPENAI_BASE_URL)
        self._url_words = Text("", "muted", size=12, wrap=True)
        self._url_words.setObjectName("profiles.base-url.words")
        self._grid.addWidget(self._url_words, self._grid.rowCount(), 1)
        self.organization = self._line("profiles.organization", "Organisation", "not sent", private=True)
        self.project = self._line("profiles.project", "Project", "not sent", private=True)
        self.default_model = self._line("profiles.default-model", "Default model", "the server's first")
        self.key_source = QComboBox()
        self.key_source.setPlaceholderText("none is needed")
        for source, words in KEY_WORDS.items():
            self.key_source.addItem(words, source)
        self._add("profiles.key-source", "Key", self.key_source)
        self.key_source.currentIndexChanged.connect(self._edited)
        self._grid = self._new_grid(self.limits)
        self._grid.addWidget(SectionLabel("Time-outs and retries"), 0, 0, 1, 3)
        self._grid.setColumnStretch(1, 0)
        self._grid.setColumnStretch(2, 1)
        self._add_limits()
        self.base_url.textChanged.connect(self._judge_url)

    @staticmethod
    def _new_grid(owner: QWidget) -> QGridLayout:
        grid = QGridLayout(owner)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        return grid

    def _add_limits(self) -> None:
        self.connect_time = self._seconds(
            "profiles.timeout.connect", "Connect", "Seconds until a connection must stand"
        )
        self.read_time = self._seconds("profiles.timeout.read", "First answer", "Seconds a server may take to answer")
        self.stall_time = self._seconds(
            "profiles.timeout.stall", "Stalled stream", "Seconds of silence in a stream before it is announced"
        )
        self.read_retries = self._count("profiles.retries.reads", "Retries of reads", "How often a GET is sent again")
        self.generation_retries = self._count(
            "profiles.retries.generations",
            "Retries of generations",
            "How often a generation, or whatever else changes something, is sent again; each may be billed",
        )
        self.retry_words = Text("", "muted", size=12, wrap=True)
        self.retry_words.setObjectName("profiles.retries.words")
        self._grid.addWidget(self.retry_words, self._grid.rowCount(), 1, 1, 2)
        for field in (self.read_retries, self.generation_retries):
            field.valueChanged.connect(self._say_retries)
        self._say_retries()

    def _say_retries(self, *_value: int) -> None:
        """The rule in words, as it is now."""
        generations = self.generation_retries.value()
        self.retry_words.set_text(retry_words(self.read_retries.value(), generations))
        self.retry_words.set_role("warning" if generations else "muted")

    # Making the fields ------------------------------------------------------------------------------------------

    def _add(self, name: str, label: str, field: QWidget, tip: str = "") -> None:
        field.setObjectName(name)
        field.setAccessibleName(label)
        field.setToolTip(tip)
        row = self._grid.rowCount()
        caption = Text(label, "text")
        caption.setBuddy(field)
        self._grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignVCenter)
        if isinstance(field, QSpinBox | QDoubleSpinBox):
            field.setFixedWidth(120)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(field, row, 1)

    def _line(self, name: str, label: str, placeholder: str, *, private: bool = False) -> QLineEdit:
        field = VeiledField(private=private)
        field.setPlaceholderText(placeholder)
        field.textChanged.connect(self._edited)
        self._add(name, label, field)
        return field

    def _seconds(self, name: str, label: str, tip: str) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setRange(0.1, 86400)
        field.setDecimals(1)
        field.setSuffix(" s")
        field.valueChanged.connect(self._edited)
        self._add(name, label, field, tip)
        return field

    def _count(self, name: str, label: str, tip: str) -> QSpinBox:
        field = QSpinBox()
        field.setRange(0, 20)
        field.setSpecialValueText("never")
        field.valueChanged.connect(self._edited)
        self._add(name, label, field, tip)
        return field

    # The way in and out -----------------------------------------------------------------------------------------

    def set_profile(self, profile: Profile) -> None:
        """Fill the fields. The sandbox and the environment's profile are shown and cannot be changed."""
        self._filling = True
        try:
            self.name.setText(profile.name)
            self.base_url.setText(profile.base_url or "")
            here = "on this machine; the port is another one at each start"
            self.base_url.setPlaceholderText(here if profile.is_sandbox else OPENAI_BASE_URL)
            self.organization.setText(profile.organization or "")
            self.project.setText(profile.project or "")
            self.default_model.setText(profile.default_model or "")
            self.connect_time.setValue(profile.timeouts.connect)
            self.read_time.setValue(profile.timeouts.read)
            self.stall_time.setValue(profile.timeouts.stall)
            self.read_retries.setValue(profile.retries.reads)
            self.generation_retries.setValue(profile.retries.generations)
            self.key_source.setCurrentIndex(-1 if profile.is_sandbox else max(0, self.key_source.findData(profile.key)))
        finally:
            self._filling = False
        for field in self.fields():
            field.setEnabled(profile.is_stored)
        self._judge_url(self.base_url.text())

    def profile(self, base: Profile) -> Profile:
        """What the fields say, over the profile they were filled from."""
        return replace(
            base,
            name=self.name.text().strip(),
            base_url=self.base_url.text().strip() or None,
            organization=self.organization.text().strip() or None,
            project=self.project.text().strip() or None,
            default_model=self.default_model.text().strip() or None,
            key=KeySource(self.key_source.currentData()),
            timeouts=Timeouts(self.connect_time.value(), self.read_time.value(), self.stall_time.value()),
            retries=Retries(self.read_retries.value(), self.generation_retries.value()),
        )

    def fields(self) -> tuple[QWidget, ...]:
        return (
            self.name,
            self.base_url,
            self.organization,
            self.project,
            self.default_model,
            self.connect_time,
            self.read_time,
            self.stall_time,
            self.read_retries,
            self.generation_retries,
            self.key_source,
        )

    def _edited(self) -> None:
        if not self._filling:
            self.changed.emit()

    def _judge_url(self, text: str) -> None:
        check = check_base_url(text.strip()) if text.strip() else None
        words = (check.error or check.warning or "") if check is not None else ""
        self._url_words.set_role("error" if check is not None and check.error else "warning")
        self._url_words.set_text(words)
        self._url_words.setVisible(bool(words))


def retry_words(reads: int, generations: int) -> str:
    """What these numbers of retries come to, in sentences."""
    after = "after a limit, an overload or a broken connection"
    read = (
        f"Reads are sent again up to {_times(reads)} {after}." if reads else "Reads are not sent again by themselves."
    )
    made = "Generations are sent again by hand only."
    if generations:
        made = f"Generations are sent again up to {_times(generations)}, and each may be billed."
    return f"{read} {made} Without credit, nothing ever is: it would fail again."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
