"""A generation as asked for: a value that knows what it would send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Api = Literal["responses", "chat"]

_PATHS: dict[Api, str] = {"responses": "/responses", "chat": "/chat/completions"}
_METHODS: dict[Api, str] = {"responses": "responses.create", "chat": "chat.completions.create"}


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation. `role` is user, assistant, system or developer (others are sent as they are)."""

    role: str
    text: str


@dataclass(frozen=True)
class GenerationRequest:
    """One generation by either API. None means unset: it is not sent, and the server's default holds."""

    api: Api = "responses"
    model: str = ""
    instructions: str = ""
    messages: tuple[Message, ...] = ()
    temperature: float | None = None
    top_p: float | None = None
    max_output_tokens: int | None = None
    reasoning_effort: str | None = None
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

    def body(self) -> dict[str, Any]:
        """The JSON body, exactly as it is sent."""
        body = self._chat() if self.api == "chat" else self._responses()
        if self.temperature is not None:
            body["temperature"] = self.temperature
        if self.top_p is not None:
            body["top_p"] = self.top_p
        body.update(self.extra)
        return body

    def _responses(self) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self.model}
        if self.instructions.strip():
            body["instructions"] = self.instructions
        body["input"] = [{"role": message.role, "content": message.text} for message in self.messages]
        if self.max_output_tokens is not None:
            body["max_output_tokens"] = self.max_output_tokens
        if self.reasoning_effort is not None:
            body["reasoning"] = {"effort": self.reasoning_effort}
        body["stream"] = True
        return body

    def _chat(self) -> dict[str, Any]:
        messages = [{"role": message.role, "content": message.text} for message in self.messages]
        if self.instructions.strip():
            # Every server knows `system`; OpenAI's reads it as `developer` where a model asks for that.
            messages.insert(0, {"role": "system", "content": self.instructions})
        body: dict[str, Any] = {"model": self.model, "messages": messages}
        if self.max_output_tokens is not None:
            body["max_completion_tokens"] = self.max_output_tokens
        if self.reasoning_effort is not None:
            body["reasoning_effort"] = self.reasoning_effort
        body["stream"] = True
        body["stream_options"] = {"include_usage": True}
        return body

    def problems(self) -> list[str]:
        """What keeps it from being sent, in words; empty when nothing does."""
        found = []
        if not self.model.strip() and "model" not in self.extra:
            found.append("Choose a model.")
        if not any(message.text.strip() for message in self.messages) and not self.extra.keys() & {"input", "messages"}:
            found.append("Write a message.")
        if self.temperature is not None and not 0 <= self.temperature <= 2:
            found.append("Temperature is between 0 and 2.")
        if self.top_p is not None and not 0 <= self.top_p <= 1:
            found.append("top_p is between 0 and 1.")
        if self.max_output_tokens is not None and self.max_output_tokens < 1:
            found.append("The most output tokens is at least 1.")
        return found
