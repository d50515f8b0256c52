"""What a person has written in Compose: a value that becomes a request, and JSON that survives a restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from playground.core.runs import GenerationRequest, Message

Api = Literal["responses", "chat"]

ROLES = ("user", "assistant", "system", "developer")
"""The roles that can be chosen; others come in with drafts of other versions and are kept."""

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")
"""Reasoning efforts that models know, as offered; any other text can be typed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The prompt and its settings. None: unset, so not sent."""

    instructions: str = ""
    messages: tuple[Message, ...] = (Message("user", ""),)
    model: str = ""
    api: Api = "responses"
    temperature: float | None = None
    top_p: float | None = None
    max_output_tokens: int | None = None
    reasoning_effort: str | None = None

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
            temperature=self.temperature,
            top_p=self.top_p,
            max_output_tokens=self.max_output_tokens,
            reasoning_effort=self.reasoning_effort,
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
            "instructions": self.instructions,
            "messages": [{"role": message.role, "text": message.text} for message in self.messages],
            "model": self.model,
            "api": self.api,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "max_output_tokens": self.max_output_tokens,
            "reasoning_effort": self.reasoning_effort,
        }

    @classmethod
    def from_json(cls, raw: object) -> Draft | None:
        """A draft as it was saved; what does not fit is left out. None where `raw` is no draft at all."""
        if not isinstance(raw, Mapping):
            return None
        api: Api = "chat" if raw.get("api") == "chat" else "responses"
        tokens = _number(raw.get("max_output_tokens"))
        return cls(
            instructions=_text(raw.get("instructions")),
            messages=_messages(raw.get("messages")),
            model=_text(raw.get("model")),
            api=api,
            temperature=_number(raw.get("temperature")),
            top_p=_number(raw.get("top_p")),
            max_output_tokens=int(tokens) if tokens is not None else None,
            reasoning_effort=_text(raw.get("reasoning_effort")) or None,
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _messages(value: object) -> tuple[Message, ...]:
    found = []
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, Mapping) and isinstance(entry.get("role"), str) and isinstance(entry.get("text"), str):
            found.append(Message(entry["role"], entry["text"]))
    return tuple(found) or (Message("user", ""),)
