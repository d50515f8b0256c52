"""The text that the events of a stream come to, whatever API they are of."""

from __future__ import annotations

from typing import Any

TEXTS = ("text", "transcript", "refusal", "summary", "arguments", "code", "input")
"""Words in the type of an event whose `delta` is text to read. That of sound is Base64, and is left out."""


class JoinedText:
    """Collects the deltas of one stream. Text of another kind than the one before begins a paragraph of its own."""

    def __init__(self) -> None:
        self._kind = ""
        self.size = 0
        """Characters so far."""

    def add(self, event: Any) -> str:
        """What an event adds; empty for most."""
        kind, text = _delta(event)
        if not text:
            return ""
        before = "\n\n" if self.size and kind != self._kind else ""
        self._kind = kind
        self.size += len(before) + len(text)
        return before + text


def _delta(event: Any) -> tuple[str, str]:
    """The kind of text and the text: of `….delta` events, of the chunks of a chat, of completions, of messages."""
    if not isinstance(event, dict):
        return "", ""
    if isinstance(event.get("data"), dict) and isinstance(event.get("event"), str):
        return _named(event["event"], event["data"])
    kind, delta = event.get("type"), event.get("delta")
    if isinstance(kind, str) and isinstance(delta, str) and kind.endswith("delta"):
        return (f"{kind} {event.get('item_id', '')}", delta) if any(word in kind for word in TEXTS) else ("", "")
    choices = event.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if not isinstance(choice, dict) or choice.get("index") not in (None, 0):
            continue
        inner = choice.get("delta")
        for name in ("reasoning_content", "content", "refusal"):
            if isinstance(inner, dict) and isinstance(inner.get(name), str) and inner[name]:
                return name, inner[name]
        if isinstance(choice.get("text"), str):
            return "text", choice["text"]
    return "", ""


def _named(name: str, data: dict[str, Any]) -> tuple[str, str]:
    """Events that the stream names, as the Assistants' `thread.message.delta`."""
    delta = data.get("delta")
    content = delta.get("content") if isinstance(delta, dict) else None
    if not name.endswith("delta") or not isinstance(content, list):
        return "", ""
    parts = [part.get("text") for part in content if isinstance(part, dict)]
    texts = [part["value"] for part in parts if isinstance(part, dict) and isinstance(part.get("value"), str)]
    return name, "".join(texts)
