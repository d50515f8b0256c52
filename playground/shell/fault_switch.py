"""The sandbox's faults in the window: which one is on, and the commands that change it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.sandbox.faults import Fault, Kind
    from playground.widgets.commands import Command, CommandRegistry

SetFaults = Callable[[Sequence[str]], Awaitable[None]]
GROUP = "Sandbox Faults"


class _Change:
    """For `Bridge.call`."""

    def __init__(self, set_faults: SetFaults, faults: Sequence[str]) -> None:
        self._set_faults, self._faults = set_faults, faults

    async def __call__(self) -> None:
        await self._set_faults(self._faults)


class FaultSwitch(QObject):
    """One fault at most is on. It is not remembered: nobody is to meet it again the day after."""

    changed = Signal()
    failed = Signal(object)
    """The sandbox did not take it: a Problem."""

    def __init__(self, bridge: Bridge, set_faults: SetFaults, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._set_faults = bridge, set_faults
        self.fault: Fault | None = None
        """What is on in the sandbox."""
        self._wanted: Fault | None = None
        self._changing: Operation[Any] | None = None

    @property
    def settled(self) -> bool:
        return self._changing is None

    def turn_on(self, fault: Fault) -> None:
        """This one, in place of any other."""
        self._want(fault)

    def turn_off(self) -> None:
        self._want(None)

    def _want(self, fault: Fault | None) -> None:
        self._wanted = fault
        if self._changing is None and fault != self.fault:
            self._change()

    def _change(self) -> None:
        self._asked = self._wanted
        texts = [str(self._asked)] if self._asked is not None else []
        self._changing = self._bridge.call(
            _Change(self._set_faults, texts), label="Changing the sandbox's fault", owner=self
        )
        self._changing.finished.connect(self._ended)

    def _ended(self) -> None:
        operation, self._changing = self._changing, None
        if operation is None:
            return
        if operation.error is not None:
            from playground.core.errors import explain

            self._wanted = self.fault
            self.failed.emit(explain(operation.error))
        else:
            self.fault = self._asked
        self.changed.emit()
        if self._wanted != self.fault:
            self._change()


class FaultChoice:
    """Turns one fault on, with its default; its bound method is the command's handler."""

    def __init__(self, switch: FaultSwitch, kind: Kind) -> None:
        self._switch, self._kind = switch, kind

    def turn_on(self) -> None:
        from playground.sandbox.faults import Fault

        self._switch.turn_on(Fault(self._kind, self._kind.default))


class FaultCommands(QObject):
    """`sandbox.fault.off`, and `sandbox.fault.<name>` for every fault; checked is the one that is on."""

    def __init__(self, switch: FaultSwitch, commands: CommandRegistry, parent: QObject | None = None) -> None:
        super().__init__(parent)
        from playground.sandbox.faults import KINDS

        self._switch = switch
        self.off = commands.add(
            "sandbox.fault.off",
            "Sandbox: No Fault",
            switch.turn_off,
            group=GROUP,
            keywords=("failure", "practise", "error"),
            icon="circle-check",
            enabled=False,
        )
        self._made: dict[str, tuple[Command, FaultChoice]] = {}
        for kind in KINDS:
            choice = FaultChoice(switch, kind)
            command = commands.add(
                f"sandbox.fault.{kind.name}",
                f"Sandbox Fault: {kind.title}",
                choice.turn_on,
                group=GROUP,
                keywords=(kind.name, "failure", "practise"),
                icon="bug",
            )
            command.setToolTip(kind.described())
            command.setCheckable(True)
            self._made[kind.name] = command, choice
        switch.changed.connect(self._show)

    def _show(self) -> None:
        fault = self._switch.fault
        self.off.setEnabled(fault is not None)
        for name, (command, _choice) in self._made.items():
            command.setChecked(fault is not None and fault.kind.name == name)
