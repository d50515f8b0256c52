"""The small parts that panels and the window are made of."""

from __future__ import annotations

from playground.widgets.controls.banner import Banner
from playground.widgets.controls.buttons import CommandButton, Disclosure, IconButton, Segmented
from playground.widgets.controls.fold import FoldHeader
from playground.widgets.controls.labels import Chip, EmptyState, HairLine, IdLabel, SectionLabel
from playground.widgets.controls.optional import OptionalField, OptionalNumber, OptionalText
from playground.widgets.controls.optional_choice import OptionalChoice, OptionalFlag
from playground.widgets.themed import Label

__all__ = [
    "Banner",
    "Chip",
    "CommandButton",
    "Disclosure",
    "EmptyState",
    "FoldHeader",
    "HairLine",
    "IconButton",
    "IdLabel",
    "Label",
    "OptionalChoice",
    "OptionalField",
    "OptionalFlag",
    "OptionalNumber",
    "OptionalText",
    "SectionLabel",
    "Segmented",
]
