"""An event in a few words: its kind, and what is new in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

LENGTH = 200
"""Characters of a preview."""

_PLAIN = frozenset({"type", "sequence_number", "item_id", "output_index", "content_index", "summary_index", "logprobs"})
"""Fields that are the same in every event, or say nothing by themselves."""
_TEXTS = ("delta", "text", "refusal", "arguments", "input", "code", "transcript", "partial_image_b64", "message")


def kind_of(name: str, value: Any) -> str:
    """The type of an event: as its data says, as the stream names it, or made from the fields of a chat's chunk."""
    if isinstance(value, dict):
        kind = value.get("type")
        if type(kind) is str and kind:
            return kind
        if "choices" in value:
            return _chunk_kind(value)
        if value.get("error"):
            return "error"
    return name or "event"


def _chunk_kind(chunk: dict[str, Any]) -> str:
    parts: list[str] = []
    for choice in chunk["choices"] or ():
        if not isinstance(choice, dict):
            continue
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            parts += [name for name, field in delta.items() if field not in (None, "", [])]
        if choice.get("text"):
            parts.append("text")
        if choice.get("finish_reason"):
            parts.append("finish_reason")
    if len(parts) > 1 and "role" in parts:
        parts.remove("role")
    if chunk.get("usage"):
        parts.append("usage")
    if chunk.get("error"):
        parts.append("error")
    return "chunk" + (f" · {' + '.join(dict.fromkeys(parts))}" if parts else "")


def preview_of(value: Any) -> str:
    """What is new in an event, on one line; texts in quotes."""
    if not isinstance(value, dict):
        return _short(value)
    if isinstance(value.get("choices"), list):
        return _chunk(value)
    for name in _TEXTS:
        if isinstance(value.get(name), str):
            return _quoted(value[name])
    if isinstance(value.get("delta"), Mapping):
        return _short(value["delta"])
    response = value.get("response")
    if isinstance(response, Mapping):
        return _words(response.get("status"), response.get("id"), response.get("model"))
    for name in ("item", "part", "annotation"):
        inner = value.get(name)
        if isinstance(inner, Mapping):
            return _words(inner.get("type"), inner.get("name"), inner.get("status"), inner.get("id")) or _short(inner)
    if isinstance(value.get("error"), Mapping):
        return _quoted(str(value["error"].get("message") or value["error"].get("code") or ""))
    rest = {name: field for name, field in value.items() if name not in _PLAIN}
    return _short(rest) if rest else _words(value.get("item_id"))


def _chunk(chunk: dict[str, Any]) -> str:
    parts = []
    for choice in chunk["choices"]:
        if not isinstance(choice, dict):
            continue
        prefix = f"{choice['index']}: " if choice.get("index") else ""
        delta = choice.get("delta") or choice.get("message")
        delta = delta if isinstance(delta, dict) else {}
        fields = {name: field for name, field in delta.items() if field not in (None, "", [])}
        for name, field in fields.items():
            if name == "role" and len(fields) > 1:
                continue
            parts.append(prefix + (_quoted(field) if isinstance(field, str) and name != "role" else _short(field)))
        if isinstance(choice.get("text"), str) and choice["text"]:
            parts.append(prefix + _quoted(choice["text"]))
        if choice.get("finish_reason"):
            parts.append(f"{prefix}{choice['finish_reason']}")
    if isinstance(chunk.get("usage"), Mapping):
        parts.append(_short({k: v for k, v in chunk["usage"].items() if isinstance(v, int)}))
    if isinstance(chunk.get("error"), Mapping):
        parts.append(_quoted(str(chunk["error"].get("message") or "")))
    if parts:
        return _cut("  ".join(parts))
    rest = {name: field for name, field in chunk.items() if field not in (None, "", [], 0) and name != "object"}
    return _words(chunk.get("id"), chunk.get("model")) or (_short(rest) if rest else "")


def _words(*parts: object) -> str:
    return _cut(" · ".join(str(part) for part in parts if part))


def _quoted(text: str) -> str:
    return f"“{_cut(text, LENGTH - 2)}”"


def _short(value: Any) -> str:
    try:
        return _cut(orjson.dumps(value).decode())
    except (TypeError, ValueError):
        return _cut(repr(value))


def _cut(text: str, length: int = LENGTH) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
