"""What the text of a generated method says of its request: where each parameter goes, and which headers it sends.

The SDK's methods are generated and alike (openai 3.52 to 3.57): dictionaries of parameters under `body=` and `query=`,
headers in `extra_headers = {…}`, files named by `extract_files`.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

STANDARD = frozenset({"Accept", "Content-Type"})


@dataclass(slots=True)
class Source:
    """Parameters by their place, as {parameter: name on the wire}."""

    body: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    """Headers with a fixed value."""
    multipart: bool = False
    admin: bool = False
    """It is signed with the admin key."""

    def place(self, name: str) -> tuple[str, str]:
        """Where a parameter goes, and its name there."""
        if name in self.query:
            return "query", self.query[name]
        if name in self.headers:
            return "header", self.headers[name]
        if name in self.body:
            return "form" if self.multipart else "body", self.body[name]
        return "", name


def read_source(function: Callable[..., Any]) -> Source:
    """Empty where the text cannot be had."""
    source = Source()
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError, TypeError):
        return source
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "query":
                    _take(keyword.value, source.query)
        elif isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "extra_headers" for target in node.targets
        ):
            _headers(node.value, source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for name, wire in _entries(node).items():
                if name not in source.query and name not in source.headers:
                    source.body.setdefault(name, wire)
        elif isinstance(node, ast.Constant) and node.value == "multipart/form-data":
            source.multipart = True
        elif isinstance(node, ast.Constant) and node.value == "admin_api_key_auth":
            source.admin = True
    return source


def _entries(node: ast.Dict) -> dict[str, str]:
    found = {}
    for key, value in zip(node.keys, node.values, strict=True):
        name = _name(value)
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and name:
            found[name] = key.value
    return found


def _name(value: ast.expr) -> str:
    """The parameter that a value is made of: `x`, `str(x)`, `",".join(str(e) for e in x) if is_given(x) else …`."""
    names = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)} - {"str", "is_given", "not_given"}
    names -= {node.target.id for node in ast.walk(value) if isinstance(node, ast.comprehension)
              and isinstance(node.target, ast.Name)}  # fmt: skip
    return names.pop() if len(names) == 1 else ""


def _take(value: ast.expr, place: dict[str, str]) -> None:
    for node in ast.walk(value):
        if isinstance(node, ast.Dict):
            place.update(_entries(node))


def _headers(value: ast.expr, source: Source) -> None:
    for node in ast.walk(value):
        if not isinstance(node, ast.Dict):
            continue
        for key, held in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                continue
            if isinstance(held, ast.Constant) and isinstance(held.value, str):
                if key.value not in STANDARD:
                    source.sent[key.value] = held.value
            elif name := _name(held):
                source.headers[name] = key.value
