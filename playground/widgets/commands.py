"""The one registry of commands. A menu, the palette, a shortcut and a button show the same QAction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcutEvent
from PySide6.QtWidgets import QApplication, QWidget


class Command(QAction):
    """An action with an id (`compose.run`), a group for the palette, and words to find it by."""

    def __init__(
        self, command_id: str, title: str, group: str, handler: Callable[..., object], parent: QObject
    ) -> None:
        super().__init__(title, parent)
        self.setObjectName(command_id)
        self.id = command_id
        self.group = group
        self.keywords: tuple[str, ...] = ()
        self.icon_name = ""
        self.listed = True
        """Whether people are offered it."""
        self._handler = handler
        self.triggered.connect(self._run)

    def _run(self, _checked: bool = False) -> None:
        self._handler()

    def event(self, event: QEvent) -> bool:
        """Where several commands have the key, as a panel's Find and a JSON tree's in it, the innermost is meant; Qt
        would run none."""
        if isinstance(event, QShortcutEvent) and event.isAmbiguous():
            self._innermost(event.key()).trigger()
            return True
        return super().event(event)

    def _innermost(self, key: QKeySequence) -> QAction:
        """The command with this key, perhaps its second one, that is nearest to the widget with the focus."""
        widget = QApplication.focusWidget()
        while widget is not None:
            for action in widget.actions():
                if isinstance(action, Command) and action.isEnabled() and key in action.shortcuts():
                    return action
            widget = widget.parentWidget() if not widget.isWindow() else None
        return self

    def run(self, *args: Any) -> None:
        """Run it with arguments, e.g. `requests.show` with an exchange's id. Disabled: does nothing."""
        if self.isEnabled():
            self._handler(*args)


class CommandRegistry(QObject):
    """All commands of the window, in the order they were added."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands: dict[str, Command] = {}

    def add(
        self,
        command_id: str,
        title: str,
        handler: Callable[..., object],
        *,
        group: str,
        shortcut: str | QKeySequence.StandardKey | None = None,
        keywords: tuple[str, ...] = (),
        icon: str = "",
        scope: QWidget | None = None,
        enabled: bool = True,
        listed: bool = True,
    ) -> Command:
        """Register a command. `scope`: the shortcut works only while this widget or a child has focus,
        and the command goes away with the widget; without it, in the whole window. `handler` is a bound method.
        `listed`: False for what panels tell each other by, which nobody is offered.

        Raises ValueError where the id is taken.
        """
        if command_id in self._commands:
            raise ValueError(f"command {command_id} is registered twice")
        command = Command(command_id, title, group, handler, scope or self)
        command.keywords = keywords
        command.icon_name = icon
        command.setEnabled(enabled)
        command.listed = listed
        if shortcut is not None:
            command.setShortcut(QKeySequence(shortcut))
            command.setToolTip(f"{title} ({command.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        if scope is not None and listed:
            command.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            scope.addAction(command)
        command.destroyed.connect(self._prune)
        self._commands[command_id] = command
        self.changed.emit()
        return command

    def _prune(self) -> None:
        from shiboken6 import isValid

        self._commands = {key: command for key, command in self._commands.items() if isValid(command)}
        self.changed.emit()

    def remove(self, command_id: str) -> None:
        """Take a command away; unknown ids are ignored."""
        command = self._commands.pop(command_id, None)
        if command is not None:
            command.deleteLater()
            self.changed.emit()

    def get(self, command_id: str) -> Command | None:
        return self._commands.get(command_id)

    def run(self, command_id: str, *args: Any) -> bool:
        """Run a command by id; False where there is none."""
        command = self._commands.get(command_id)
        if command is None:
            return False
        command.run(*args)
        return True

    def __iter__(self) -> Iterator[Command]:
        return iter(tuple(self._commands.values()))
