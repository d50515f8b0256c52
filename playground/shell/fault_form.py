"""The sandbox's faults in the settings: which one, its value, and what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from playground.sandbox.faults import BY_NAME, HEADER, KINDS, Fault, Kind
from playground.shell.pages import command_button
from playground.shell.surface import Text
from playground.widgets.controls import SectionLabel

if TYPE_CHECKING:
    from playground.shell.fault_switch import FaultSwitch
    from playground.widgets.commands import CommandRegistry

ABOUT = (
    "Make the sandbox fail on purpose, to see what the program says then or to show it to others. A fault stays "
    "on until it is taken off, or the program ends; the profile's chip says so meanwhile."
)
NO_FAULT = "The sandbox answers as well as it can."


def _elsewhere(fault: Fault) -> str:
    """How another program has the same."""
    command = f"playground sandbox --fault {fault}"
    return f"{HEADER}: {fault}\n{command}" if fault.kind.by_header else command


class FaultForm(QWidget):
    """Follows the switch, and changes it at once; there is no OK."""

    def __init__(self, switch: FaultSwitch, commands: CommandRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._switch = switch
        self._showing = False
        self.choice = QComboBox()
        self.choice.setObjectName("sandbox.fault")
        self.choice.setAccessibleName("Fault")
        self.choice.setMinimumWidth(260)
        self.choice.setMaxVisibleItems(26)
        self.choice.addItem("No fault", "")
        for kind in KINDS:
            self.choice.addItem(kind.title, kind.name)
        self.value = QDoubleSpinBox()
        self.value.setObjectName("sandbox.fault.value")
        self.value.setAccessibleName("Value of the fault")
        self.value.setMinimumWidth(140)
        self.value.setFixedHeight(self.choice.sizeHint().height())
        self.value.setKeyboardTracking(False)
        self.words = Text("", "muted", size=12, wrap=True)
        self.words.setObjectName("sandbox.fault.words")
        self.elsewhere = Text("", "muted", size=12, mono=True, wrap=True)
        self.elsewhere.setObjectName("sandbox.fault.elsewhere")
        self._lay_out(commands)
        self.choice.currentIndexChanged.connect(self._chosen)
        self.value.valueChanged.connect(self._valued)
        switch.changed.connect(self.show_fault)
        self.show_fault()

    def _lay_out(self, commands: CommandRegistry) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(SectionLabel("Faults to practise with"))
        column.addWidget(Text(ABOUT, "text", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.choice)
        row.addWidget(self.value)
        off = commands.get("sandbox.fault.off")
        if off is not None:
            row.addWidget(command_button(off))
        row.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, 130)
        grid.setColumnStretch(1, 1)
        label = Text("Fault")
        label.setBuddy(self.choice)
        grid.addWidget(label, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addLayout(row, 0, 1)
        grid.addWidget(self.words, 1, 1)
        grid.addWidget(self.elsewhere, 2, 1)
        column.addLayout(grid)

    def _kind(self) -> Kind | None:
        return BY_NAME.get(self.choice.currentData() or "")

    def show_fault(self) -> None:
        """Show what is on."""
        fault = self._switch.fault
        self._showing = True
        try:
            self.choice.setCurrentIndex(self.choice.findData(fault.kind.name if fault is not None else ""))
            self._show_kind(self._kind(), fault.value if fault is not None else 0)
        finally:
            self._showing = False

    def _show_kind(self, kind: Kind | None, value: float) -> None:
        fault = Fault(kind, value) if kind is not None else None
        self.words.set_text(fault.words() if fault is not None else NO_FAULT)
        self.elsewhere.set_text(_elsewhere(fault) if fault is not None else "")
        valued = kind is not None and bool(kind.unit)
        self.value.setVisible(valued)
        if kind is not None and valued:
            self.value.setDecimals(0 if kind.whole else 1)
            self.value.setRange(kind.least, kind.most)
            self.value.setSuffix(f" {kind.unit}")
            self.value.setValue(value)

    def _chosen(self, _index: int) -> None:
        if self._showing:
            return
        kind = self._kind()
        if kind is None:
            self._switch.turn_off()
        else:
            self._switch.turn_on(Fault(kind, kind.default))

    def _valued(self, value: float) -> None:
        kind = self._kind()
        if not self._showing and kind is not None:
            self._switch.turn_on(Fault(kind, value))
