"""A form as data: a tree of places over a JSON Schema, each unset, null or a value. Knows no API and no Qt."""

from __future__ import annotations

from playground.core.forms.check import FormError
from playground.core.forms.model import FormModel
from playground.core.forms.nodes import Node
from playground.core.forms.places import Places
from playground.core.forms.shapes import Kind, Shape, Variant
from playground.core.forms.values import UNSET, Unset, join, split

__all__ = ["UNSET", "FormError", "FormModel", "Kind", "Node", "Places", "Shape", "Unset", "Variant", "join", "split"]
