"""What a person has written in Compose: a value that becomes a request, and JSON that survives a restart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from playground.core.runs import GenerationRequest, Message
from playground.core.runs.json_text import read
from playground.core.runs.parameters import Api, Parameter, parameter

VERSION = 2
"""Of a draft's JSON. 1 had four settings, each a member of its own."""

ROLES = ("user", "assistant", "system", "developer")
"""The roles that can be chosen; others come in with drafts of other versions and are kept."""

_FORMER = {
    "temperature": "temperature",
    "top_p": "top_p",
    "max_output_tokens": "max_output_tokens",
    "reasoning_effort": "reasoning.effort",
}
"""Members of version 1 → parameters."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The prompt and its settings. A setting that is not among them is unset, so not sent."""

    instructions: str = ""
    messages: tuple[Message, ...] = (Message("user", ""),)
    model: str = ""
    api: Api = "responses"
    settings: Mapping[str, Any] = field(default_factory=dict)
    """A parameter's id → its value, those of the other API included; JSON as the text that was typed."""
    other: str = ""
    """Further fields of the body: a JSON object, as it was typed."""
    taken: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Where schemas of it came from: `format` or `tool/NAME` → `{"schema": id in the library, "sha256": as taken}`."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written: neither instructions nor a message."""
        return not self.instructions.strip() and not any(message.text.strip() for message in self.messages)

    def request(self) -> GenerationRequest:
        """What Run sends. A message without text is not sent: the last one is often still to be written."""
        return GenerationRequest(
            api=self.api,
            model=self.model.strip(),
            instructions=self.instructions,
            messages=tuple(message for message in self.messages if message.text.strip()),
            settings=self.settings,
            extra=(read(self.other)[0] if self.other.strip() else None) or {},
        )

    @classmethod
    def of_request(cls, request: GenerationRequest) -> Draft:
        """What a person would have written to send this request."""
        return cls(
            instructions=request.instructions,
            messages=request.messages or (Message("user", ""),),
            model=request.model,
            api=request.api,
            settings=dict(request.settings),
            other=json.dumps(dict(request.extra), ensure_ascii=False, indent=2) if request.extra else "",
        )

    def emptied(self) -> Draft:
        """A new prompt with the same model and settings."""
        return replace(self, instructions="", messages=(Message("user", ""),))

    def continued(self, answer: str) -> Draft:
        """The conversation with the answer as the assistant's turn, and room for the next."""
        said = tuple(message for message in self.messages if message.text.strip())
        return replace(self, messages=(*said, Message("assistant", answer), Message("user", "")))

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "instructions": self.instructions,
            "messages": [{"role": message.role, "text": message.text} for message in self.messages],
            "model": self.model,
            "api": self.api,
            "settings": dict(self.settings),
            "other": self.other,
            **({"taken": {place: dict(one) for place, one in self.taken.items()}} if self.taken else {}),
        }

    @classmethod
    def from_json(cls, raw: object) -> Draft | None:
        """A draft as it was saved; what does not fit is left out. None where `raw` is no draft at all."""
        if not isinstance(raw, Mapping):
            return None
        api: Api = "chat" if raw.get("api") == "chat" else "responses"
        return cls(
            instructions=_text(raw.get("instructions")),
            messages=_messages(raw.get("messages")),
            model=_text(raw.get("model")),
            api=api,
            settings=_settings(raw),
            other=_text(raw.get("other")),
            taken=_taken(raw.get("taken")),
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _taken(value: object) -> dict[str, dict[str, str]]:
    found = {}
    for place, one in value.items() if isinstance(value, Mapping) else ():
        if isinstance(one, Mapping) and all(isinstance(one.get(name), str) for name in ("schema", "sha256")):
            found[str(place)] = {"schema": one["schema"], "sha256": one["sha256"]}
    return found


def _settings(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that fit their parameters' types."""
    values = raw.get("settings")
    if "version" not in raw:
        values = {name: raw.get(member) for member, name in _FORMER.items()}
    found = {}
    for name, value in values.items() if isinstance(values, Mapping) else ():
        entry = parameter(name)
        if entry is not None and (fit := _fitting(entry, value)) is not None:
            found[name] = fit
    return found


def _fitting(entry: Parameter, value: Any) -> Any:
    """The value where it has the type of the parameter, in range or not; else None."""
    match entry.kind:
        case "number" | "integer":
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            return (
                int(value)
                if fits and entry.kind == "integer" and float(value).is_integer()
                else value
                if fits
                else None
            )
        case "boolean":
            return value if isinstance(value, bool) else None
        case "texts":
            return [text for text in value if isinstance(text, str)] if isinstance(value, list) else None
        case "pairs":
            kind = int if entry.of_integers else str
            return (
                {key: item for key, item in value.items() if isinstance(item, kind)}
                if isinstance(value, dict)
                else None
            )
    return value if isinstance(value, str) and value else None


def _messages(value: object) -> tuple[Message, ...]:
    found = []
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, Mapping) and isinstance(entry.get("role"), str) and isinstance(entry.get("text"), str):
            found.append(Message(entry["role"], entry["text"]))
    return tuple(found) or (Message("user", ""),)
