"""Classes that are named as texts, imported when they are needed."""

from __future__ import annotations

import importlib
from typing import Any


def named(place: str) -> Any:
    """`package.module:Class`. Raises ImportError, AttributeError."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
