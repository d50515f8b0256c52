"""How large a dialog is at first: it goes with the type, and stays within its window."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from playground.widgets.theme import scaled

_AROUND = 60
"""Pixels of the window that are still seen beside it."""


def fit(dialog: QDialog, width: int, height: int) -> None:
    """`width`, `height`: in pixels, before the type's scale."""
    wide, high = scaled(width), scaled(height)
    parent = dialog.parentWidget()
    if parent is not None:
        room = parent.window().size()
        wide = max(min(wide, room.width() - _AROUND), dialog.minimumWidth())
        high = max(min(high, room.height() - _AROUND), dialog.minimumHeight())
    dialog.resize(wide, high)
