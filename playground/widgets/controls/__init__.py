"""The small parts that panels and the window are made of. Each module is imported when one of its parts is first asked
for: the window is painted before the fields of a panel are needed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.widgets.controls.banner import Banner
    from playground.widgets.controls.buttons import CommandButton, Disclosure, IconButton, Segmented
    from playground.widgets.controls.fold import FoldHeader
    from playground.widgets.controls.labels import Chip, EmptyState, HairLine, IdLabel, SectionLabel
    from playground.widgets.controls.link import LinkButton
    from playground.widgets.controls.optional import OptionalField, OptionalNumber, OptionalText
    from playground.widgets.controls.optional_choice import OptionalChoice, OptionalFlag
    from playground.widgets.controls.tabs import TabButton, TabStrip
    from playground.widgets.themed import Label

_HERE = "playground.widgets.controls"
_MODULES = {
    "Banner": f"{_HERE}.banner",
    "Chip": f"{_HERE}.labels",
    "CommandButton": f"{_HERE}.buttons",
    "Disclosure": f"{_HERE}.buttons",
    "EmptyState": f"{_HERE}.labels",
    "FoldHeader": f"{_HERE}.fold",
    "HairLine": f"{_HERE}.labels",
    "IconButton": f"{_HERE}.buttons",
    "IdLabel": f"{_HERE}.labels",
    "Label": "playground.widgets.themed",
    "LinkButton": f"{_HERE}.link",
    "OptionalChoice": f"{_HERE}.optional_choice",
    "OptionalField": f"{_HERE}.optional",
    "OptionalFlag": f"{_HERE}.optional_choice",
    "OptionalNumber": f"{_HERE}.optional",
    "OptionalText": f"{_HERE}.optional",
    "SectionLabel": f"{_HERE}.labels",
    "Segmented": f"{_HERE}.buttons",
    "TabButton": f"{_HERE}.tabs",
    "TabStrip": f"{_HERE}.tabs",
}

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
    "LinkButton",
    "OptionalChoice",
    "OptionalField",
    "OptionalFlag",
    "OptionalNumber",
    "OptionalText",
    "SectionLabel",
    "Segmented",
    "TabButton",
    "TabStrip",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
