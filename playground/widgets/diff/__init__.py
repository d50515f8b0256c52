"""Two things side by side, or one below the other, with what differs marked."""

from __future__ import annotations

from playground.widgets.diff.view import DiffView

__all__ = ["DiffView"]
