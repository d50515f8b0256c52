"""Where the columns of a form are for a width: labels, fields, help."""

from __future__ import annotations

from dataclasses import dataclass

from playground.widgets.theme import scaled

MARGIN = 16
INDENT = 16
FIELD = 26
"""Pixels of a field's height, of 13-pixel type."""
_WIDE = 600
"""Pixels from which long fields stand beside their names."""
_HELP = 700
"""Pixels from which there is a column for help."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The columns of one row, in pixels from its left."""

    label: int
    label_width: int
    field: int
    field_width: int
    help: int
    """0: help stands below the field."""
    help_width: int
    wide: bool

    @property
    def right(self) -> int:
        """Behind the field."""
        return self.field + self.field_width


def frame(width: int, depth: int) -> Frame:
    """The columns for a form's width and a row's depth in it."""
    label = MARGIN + depth * INDENT
    wide = width >= scaled(_WIDE)
    column = scaled(200) if wide else min(scaled(180), max(scaled(116), width * 38 // 100))
    field = max(MARGIN + column, label + scaled(96))
    room = max(80, width - field - MARGIN)
    if width < scaled(_HELP):
        return Frame(label, field - label - 8, field, room, 0, 0, wide)
    taken = min(room, max(scaled(250), (width - field) * 55 // 100))
    at = field + taken + 20
    return Frame(label, field - label - 8, field, taken, at, min(scaled(520), max(60, width - at - MARGIN)), wide)
