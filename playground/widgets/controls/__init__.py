"""The small parts that panels and the window are made of."""

from __future__ import annotations

from playground.widgets.controls.banner import Banner
from playground.widgets.controls.buttons import CommandButton, Disclosure, IconButton, Segmented
from playground.widgets.controls.labels import Chip, EmptyState, HairLine, IdLabel, SectionLabel
from playground.widgets.controls.optional import OptionalChoice, OptionalField, OptionalNumber
from playground.widgets.themed import Label

__all__ = [
    "Banner",
    "Chip",
    "CommandButton",
    "Disclosure",
    "EmptyState",
    "HairLine",
    "IconButton",
    "IdLabel",
    "Label",
    "OptionalChoice",
    "OptionalField",
    "OptionalNumber",
    "SectionLabel",
    "Segmented",
]
