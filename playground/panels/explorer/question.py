"""Asks, below the form, before something is ended, removed or exposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from playground.widgets.question import QuestionBar

if TYPE_CHECKING:
    from playground.core.catalog import MethodEntry
    from playground.core.profiles import Profile
    from playground.widgets.commands import Command


def act_words(entry: MethodEntry, arguments: Mapping[str, Any]) -> str:
    """What will be done, naming the object: `Delete file file-1`."""
    named = [
        f"{(parameter.id_kind or parameter.name).replace('_', ' ')} {arguments[parameter.name]}"
        for parameter in reversed(entry.parameters)
        if parameter.place == "path" and arguments.get(parameter.name)
    ]
    *_, family, last = f".{entry.name}".split(".")
    act = {"DELETE": "Delete"}.get(entry.verb) or last.replace("_", " ").capitalize()
    return f"{act} {' of '.join(named) or family.replace('_', ' ').rstrip('s')}"


def question_words(entry: MethodEntry, arguments: Mapping[str, Any], profile: Profile) -> str:
    """What is asked."""
    where = "the sandbox" if profile.is_sandbox else f"“{profile.name}”"
    path = entry.path
    for name in entry.path_parameters:
        path = path.replace(f"{{{name}}}", str(arguments.get(name, f"{{{name}}}")))
    return f"{act_words(entry, arguments)} on {where}? {entry.verb} {path} cannot be undone from here."


class Question(QuestionBar):
    """Hidden until it asks."""

    def __init__(self, yes: Command, no: Command, parent: QWidget | None = None) -> None:
        super().__init__("explorer.question", no, yes, parent=parent)
        self._yes = yes

    def ask_about(self, entry: MethodEntry, arguments: Mapping[str, Any], profile: Profile) -> None:
        self._yes.setText(act_words(entry, arguments))
        self.ask(question_words(entry, arguments, profile))
