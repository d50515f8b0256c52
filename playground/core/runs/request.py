"""A generation as asked for: a value that knows what it would send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from playground.core.runs.parameters import (
    ALIASES,
    CONSTANT,
    Api,
    Parameter,
    parameter,
    parameters,
)

_PATHS: dict[Api, str] = {"responses": "/responses", "chat": "/chat/completions"}
_METHODS: dict[Api, str] = {"responses": "responses.create", "chat": "chat.completions.create"}
_MESSAGE = re.compile(r"(?:input|messages)(?:[\[.](\d+)\]?)?(?:[.\[]|$)")

NO_MODEL = "Choose a model."
NO_MESSAGE = "Write a message."


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation. `role` is user, assistant, system or developer (others are sent as they are)."""

    role: str
    text: str


class Place(NamedTuple):
    """What in a request a server's `param` is about."""

    kind: Literal["model", "instructions", "message", "setting", "extra"]
    setting: str = ""
    """The parameter's id, of a setting."""
    message: int = 0
    """Its place among the request's messages, of a message."""


@dataclass(frozen=True)
class GenerationRequest:
    """One generation by either API. What is not among the settings is not sent, and the server's default holds."""

    api: Api = "responses"
    model: str = ""
    instructions: str = ""
    messages: tuple[Message, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    """A parameter's id (`playground.core.runs.parameters`) → its value. What this API does not have is not sent."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Further fields of the body, which win over all others."""

    @property
    def path(self) -> str:
        """Below the base URL: `/responses` or `/chat/completions`."""
        return _PATHS[self.api]

    @property
    def method(self) -> str:
        """The SDK's name of the call: `responses.create` or `chat.completions.create`."""
        return _METHODS[self.api]

    def sent(self) -> dict[str, Any]:
        """The settings that are sent in this API, in the order in which they are, as JSON."""
        found = {}
        for entry in parameters():
            value = self.settings.get(entry.id)
            if value is None or not entry.applies(self.api, self.settings):
                continue
            if (wire := entry.wire(value)) is not None:
                found[entry.id] = wire
        return found

    def body(self) -> dict[str, Any]:
        """The JSON body, exactly as it is sent: prompt, settings in the order of their table, stream, other fields."""
        body = self._chat() if self.api == "chat" else self._responses()
        for identifier, value in self.sent().items():
            entry = parameter(identifier)
            assert entry is not None
            if identifier in CONSTANT:
                _put(body, *CONSTANT[identifier])
            _put(body, entry.paths[self.api], value)
        options = body.pop("stream_options", {})
        body["stream"] = True
        if self.api == "chat":
            options = {"include_usage": True, **options}
        if options:
            body["stream_options"] = options
        body.update(self.extra)
        return body

    def _responses(self) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self.model}
        if self.instructions.strip():
            body["instructions"] = self.instructions
        body["input"] = [{"role": message.role, "content": message.text} for message in self.messages]
        return body

    def _chat(self) -> dict[str, Any]:
        messages = [{"role": message.role, "content": message.text} for message in self.messages]
        if self.instructions.strip():
            # Every server knows `system`; OpenAI's reads it as `developer` where a model asks for that.
            messages.insert(0, {"role": "system", "content": self.instructions})
        return {"model": self.model, "messages": messages}

    def problems(self) -> list[str]:
        """What keeps it from being sent, in words; empty when nothing does."""
        found = []
        if not self.model.strip() and "model" not in self.extra:
            found.append(NO_MODEL)
        if not any(message.text.strip() for message in self.messages) and not self.extra.keys() & {"input", "messages"}:
            found.append(NO_MESSAGE)
        for entry in parameters():
            value = self.settings.get(entry.id)
            if value is None:
                words = self._missing(entry)
            else:
                words = entry.problem(value) if entry.applies(self.api, self.settings) else ""
            if words:
                found.append(f"{entry.label}: {words}.")
        return found

    def _missing(self, entry: Parameter) -> str:
        """A JSON Schema has a name and a text, or the server would refuse all of it."""
        needed = entry.id in ("text.format.name", "text.format.schema") and entry.applies(self.api, self.settings)
        return "Needed for the format json_schema" if needed else ""

    def place(self, param: str | None) -> Place | None:
        """What a server's `param` is about, such as `reasoning.effort` or `messages[0].content`; None where nothing
        here is known by that name."""
        if not param:
            return None
        if re.split(r"[.\[]", param, maxsplit=1)[0] in self.extra:
            return Place("extra")
        if param in ("model", "instructions"):
            return Place("model" if param == "model" else "instructions")
        if (found := _MESSAGE.match(param)) is not None:
            return self._message(int(found[1]) if found[1] else None)
        entry = self._parameter(param)
        return Place("setting", entry.id) if entry is not None else None

    def _message(self, index: int | None) -> Place | None:
        if index is None:
            return Place("message", message=len(self.messages) - 1) if self.messages else None
        if self.api == "chat" and self.instructions.strip():
            if index == 0:
                return Place("instructions")
            index -= 1
        return Place("message", message=index) if index < len(self.messages) else None

    def _parameter(self, param: str) -> Parameter | None:
        """By the path in this API or the other one: itself, else what holds it, else a part of it, a sent one first."""
        ranked: list[tuple[int, bool, bool, int, Parameter]] = []
        for entry in parameters():
            is_sent = self.settings.get(entry.id) is not None and entry.applies(self.api, self.settings)
            for api, path in entry.paths.items():
                if (nearness := _nearness(param, path)) is not None:
                    ranked.append((nearness, is_sent, api == self.api, -len(ranked), entry))
            if entry.id == ALIASES.get(param) and is_sent:
                ranked.append((2 * len(param), True, False, -len(ranked), entry))
        return max(ranked, key=_rank)[-1] if ranked else None


def _rank(candidate: tuple[int, bool, bool, int, Parameter]) -> tuple[bool, int, bool, int]:
    nearness, is_sent, own, order, _entry = candidate
    return is_sent, nearness, own, order


def _nearness(param: str, path: str) -> int | None:
    """How well a path fits a `param`; None where it does not."""
    if param == path:
        return 2 * len(path) + 1
    if param.startswith((f"{path}.", f"{path}[")):
        return len(path)
    return 0 if path.startswith(f"{param}.") else None


def _put(body: dict[str, Any], path: str, value: object) -> None:
    """Set a member of a member."""
    *outer, name = path.split(".")
    for step in outer:
        body = body.setdefault(step, {})
    body[name] = value
