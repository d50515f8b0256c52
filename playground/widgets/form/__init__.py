"""A form over any JSON Schema, and the same beside its JSON. Knows no API."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.widgets.form.form import SchemaForm
    from playground.widgets.form.pair import FormAndJson

_MODULES = {"SchemaForm": "playground.widgets.form.form", "FormAndJson": "playground.widgets.form.pair"}

__all__ = ["FormAndJson", "SchemaForm"]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
