"""Handlers of commands that differ by one value."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject


class Opener(QObject):
    """Calls a method with a name: a command's handler is a bound method, never a lambda."""

    def __init__(self, owner: QObject, show: Callable[[str], object], name: str) -> None:
        super().__init__(owner)
        self._show, self._name = show, name

    def open(self) -> None:
        self._show(self._name)
