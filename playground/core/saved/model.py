"""One saved request, and its file."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.core.saved import yaml
from playground.core.saved.files import Stamp
from playground.core.saved.problems import SavedProblem as SavedProblem
from playground.core.saved.problems import broken
from playground.core.saved.secrets import find_secret

_NAMES = ("title", "method", "description", "stream", "all_pages", "arguments")
"""What a file may hold, in the order in which it is written."""
_HIDDEN_KEY = "There is what looks like a key in it: files of a collection are shared, and keys are not."
_TAKE_IT_OUT = "Take it out, and revoke it if the file was shared. The profile's key is sent by itself."


@dataclass(frozen=True, slots=True)
class SavedRequest:
    """A call of a method, by name. `arguments` as `playground call` has them, with `{{variables}}` in their texts."""

    title: str
    method: str
    arguments: dict[str, Any] = field(default_factory=dict, repr=False)
    stream: bool = False
    all_pages: bool = False
    description: str = ""
    path: Path | None = None
    """Its file; None before it is saved."""
    stamp: Stamp | None = None
    """How the file was when it was read."""

    def document(self) -> dict[str, Any]:
        """What its file holds; nothing that is as it is by itself."""
        values = {name: getattr(self, name) for name in _NAMES}
        return {name: value for name, value in values.items() if value or name in ("title", "method")}


def read_request(path: Path) -> SavedRequest:
    """Raises OSError, and SavedProblem that names the line and the reason."""
    stamp = Stamp.of(path)
    document = yaml.read(path)
    if not isinstance(document, dict):
        raise broken(path, 1, "It is no saved request: names and values are missing.", "It begins with “method: …”.")
    for name in document:
        if name not in _NAMES:
            close = difflib.get_close_matches(str(name), _NAMES, n=1)
            hint = f"Is “{close[0]}” meant?" if close else f"A request has {', '.join(_NAMES)}."
            raise broken(path, yaml.line_of(document, name), f"A saved request has no “{name}”.", hint)
    plain: dict[str, Any] = yaml.Plain(path).value(document)
    refuse_secrets(path, document)
    for name, kind, words in (
        ("title", str, "a text"),
        ("method", str, "the name of a method, such as responses.create"),
        ("description", str, "a text"),
        ("stream", bool, "true or false"),
        ("all_pages", bool, "true or false"),
        ("arguments", dict, "names and values"),
    ):
        if plain.get(name) is None:
            plain.pop(name, None)
        elif not isinstance(plain[name], kind):
            raise broken(path, yaml.line_of(document, name), f"“{name}” is {words}, and here it is something else.")
    if not plain.get("method"):
        raise broken(path, None, "It names no method.", "Add a line such as “method: responses.create”.")
    plain.setdefault("title", path.stem)
    return SavedRequest(**plain, path=path, stamp=stamp)


def refuse_secrets(path: Path, document: Any) -> None:
    """Raises SavedProblem for a document with a key in it."""
    way = find_secret(document)
    if way is None:
        return
    place, line = document, yaml.line_of(document)
    for step in way:
        line = yaml.line_of(place, step) or line
        place = place[step]
    raise broken(path, line, _HIDDEN_KEY, _TAKE_IT_OUT)
