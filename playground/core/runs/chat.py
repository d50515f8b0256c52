"""The chunks of Chat Completions (and of the legacy Completions), made into blocks; also those of other servers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from playground.core.runs.blocks import Accumulator, Live, as_json, read_usage
from playground.core.runs.changes import BlockKind, RunStatus
from playground.core.runs.items import SILENT, text_of

Chunk = Mapping[str, Any]

_CHUNK = frozenset(
    {
        "id",
        "object",
        "created",
        "model",
        "choices",
        "usage",
        "service_tier",
        "system_fingerprint",
        "obfuscation",
        "provider",
        "prompt_filter_results",
        "timings",
        "stats",
        "kv_transfer_params",
        "prompt_logprobs",
        "prompt_token_ids",
    }
)
"""Fields of a chunk that are read, or that say nothing about the answer."""

_CUT_SHORT = frozenset({"length", "content_filter"})


class ChatAccumulator(Accumulator):
    """Blocks out of a chat's chunks, for any number of choices. Nothing is dropped, nothing raises."""

    def __init__(self, *, base_url: str | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(base_url=base_url, clock=clock)
        self._reasons: dict[int, str] = {}
        self._seen: set[int] = set()
        self._fields: dict[str, Callable[[int, Any], None]] = {
            "role": self._on_nothing,
            "content": self._on_content,
            "refusal": self._on_refusal,
            "reasoning_content": self._on_reasoning,
            "reasoning": self._on_reasoning,
            "reasoning_details": self._on_reasoning_details,
            "tool_calls": self._on_tool_calls,
            "function_call": self._on_function_call,
            "audio": self._on_audio,
            "annotations": self._on_annotations,
        }
        self._audio = 0

    @property
    def answered(self) -> bool:
        """Whether every choice was said to be at its end."""
        return bool(self._reasons) and self._seen <= self._reasons.keys()

    def feed(self, chunk: Any) -> None:
        """Take in one chunk. One that is unknown, or not as it should be, becomes a JSON block."""
        try:
            for choice in chunk["choices"]:
                self._choice(choice)
        except (KeyError, TypeError, AttributeError, ValueError, IndexError):
            self._odd(chunk)
            return
        if self.model is None or self.usage is None:
            self._head(chunk)
        if not chunk.keys() <= _CHUNK:
            self._more(chunk)

    def done(self) -> None:
        """The server said that no chunk follows (`[DONE]`)."""
        if self.over:
            return
        cut = [reason for _, reason in sorted(self._reasons.items()) if reason in _CUT_SHORT]
        other = [reason for _, reason in sorted(self._reasons.items())]
        status: RunStatus = "incomplete" if cut else "completed"
        self._status, self._reason = status, next(iter(cut or other), None)

    def feed_document(self, answer: Chunk) -> None:
        """Take in a whole answer, from a server that did not stream."""
        self.feed(answer)
        self.done()

    def _head(self, chunk: Chunk) -> None:
        if self.model is None:
            self.response_id = chunk.get("id") or self.response_id
            self.model = chunk.get("model") or None
            self._began()
        self.service_tier = chunk.get("service_tier") or self.service_tier
        usage = chunk.get("usage")
        if usage:
            self.usage = read_usage(usage)
            self._news = True

    def _odd(self, chunk: Any) -> None:
        self._began()
        if not isinstance(chunk, Mapping):
            self.unknown("", chunk)
            return
        error = chunk.get("error")
        if error:
            self._fail(error if isinstance(error, Mapping) else {"message": text_of(error)})
        elif not chunk.get("choices") and "usage" in chunk:
            self._head(chunk)
        elif text_of(chunk.get("type")) not in SILENT:
            self.unknown(text_of(chunk.get("type") or chunk.get("object")), chunk)

    def _more(self, chunk: Chunk) -> None:
        """Fields of other servers, such as a list of citations: the newest of each is kept."""
        error = chunk.get("error")
        if error:
            self._fail(error if isinstance(error, Mapping) else {"message": text_of(error)})
        for name in chunk.keys() - _CHUNK - {"error"}:
            if chunk[name]:
                live = self._open(f"field/{name}", BlockKind.JSON, name, language="json")
                self._settle(live, as_json(chunk[name], indent=True))
                self._close(live, "done", {name: chunk[name]})

    def _choice(self, choice: Any) -> None:
        index = choice.get("index") or 0
        self._seen.add(index)
        delta = choice.get("delta") or choice.get("message")
        if delta:
            for name, value in delta.items():
                if value is None or value == "" or value == []:
                    continue
                handler = self._fields.get(name)
                if handler is not None:
                    handler(index, value)
                elif name not in ("id", "type", "padding"):
                    self._field(index, name, value)
        text = choice.get("text")
        if text:
            self._on_content(index, text)
        reason = choice.get("finish_reason")
        if reason and index not in self._reasons:
            self._reasons[index] = text_of(reason)
            self._end(index, choice)

    def _end(self, index: int, choice: Chunk) -> None:
        """A choice is at its end: its blocks stay as they are."""
        if choice.get("finish_reason") == "error":
            error = choice.get("error")
            self._fail(error if isinstance(error, Mapping) else {"message": "The server ended the answer: error."})
        prefix = f"c{index}."
        for key, live in list(self._lives.items()):
            if key.startswith(prefix) and live.block.state == "streaming":
                self._close(live, "done", self._last_data(live))

    def _last_data(self, live: Live) -> dict[str, Any] | None:
        """A call's JSON with its arguments, which are only joined at the end."""
        data = live.data
        for name, field in (("function", "arguments"), ("custom", "input")):
            if data is not None and isinstance(data.get(name), Mapping):
                return {**data, name: {**data[name], field: live.text()}}
        return data

    def _block(self, index: int, name: str, kind: BlockKind, title: str = "", language: str | None = None) -> Live:
        key = f"c{index}.{name}"
        live = self._lives.get(key)
        if live is None:
            if index:
                title = f"Choice {index + 1}{': ' if title else ''}{title}"
            live = self._open(key, kind, title, language=language)
        return live

    # ---- the fields of a delta

    def _on_nothing(self, index: int, value: Any) -> None:
        pass

    def _on_content(self, index: int, value: Any) -> None:
        live = self._lives.get(f"c{index}.text") or self._block(index, "text", BlockKind.TEXT)
        if isinstance(value, str):
            self._delta(live, value)
            return
        for part in value:
            # Some servers stream content parts, thinking among them.
            kind = part.get("type")
            if kind in ("text", "output_text"):
                self._delta(live, text_of(part.get("text")))
            elif kind in ("thinking", "reasoning"):
                inner = part.get("thinking") or part.get("text") or ""
                texts = [text_of(p.get("text")) for p in inner] if isinstance(inner, list) else [text_of(inner)]
                self._on_reasoning(index, "".join(texts))
            else:
                self._field(index, text_of(kind) or "content", part)

    def _on_refusal(self, index: int, value: Any) -> None:
        self._delta(self._block(index, "refusal", BlockKind.REFUSAL, "Refusal"), text_of(value))

    def _on_reasoning(self, index: int, value: Any) -> None:
        if not isinstance(value, str):
            value = value.get("content") or value.get("text") or as_json(value)
        self._reasoned_aloud = True
        self._delta(self._block(index, "reasoning", BlockKind.REASONING, "Reasoning"), text_of(value))

    def _on_reasoning_details(self, index: int, value: Any) -> None:
        """OpenRouter's list: its text comes in `reasoning` too, so it is only kept with that block."""
        live = self._block(index, "reasoning", BlockKind.REASONING, "Reasoning")
        kept = (live.data or {}).get("reasoning_details", [])
        live.data = {"reasoning_details": [*kept, *value]}

    def _on_tool_calls(self, index: int, value: Any) -> None:
        for position, call in enumerate(value):
            number = call.get("index")
            number = position if number is None else number
            if call.get("type") not in (None, "function", "custom"):
                self._field(index, f"Unknown call: {text_of(call['type'])}", call)
                continue
            function = call.get("function") or call.get("custom") or {}
            live = self._lives.get(f"c{index}.tool{number}")
            if live is not None and live.data and call.get("id") and live.data.get("id") not in (None, call["id"]):
                # A server that gives every call the same index.
                number = f"{number}.{call['id']}"
                live = self._lives.get(f"c{index}.tool{number}")
            if live is None:
                custom = call.get("type") == "custom" or "custom" in call
                name = text_of(function.get("name")) or "function"
                live = self._block(index, f"tool{number}", BlockKind.TOOL_CALL, name, None if custom else "json")
            live.data = _merged(live.data or {}, call)
            arguments = function.get("arguments", function.get("input"))
            if arguments:
                self._delta(live, arguments if isinstance(arguments, str) else as_json(arguments))

    def _on_function_call(self, index: int, value: Any) -> None:
        name = text_of(value.get("name")) or "function"
        live = self._block(index, "function", BlockKind.TOOL_CALL, name, "json")
        live.data = _merged(live.data or {}, {"type": "function_call", "function": value})
        if value.get("arguments"):
            self._delta(live, text_of(value["arguments"]))

    def _on_audio(self, index: int, value: Any) -> None:
        if value.get("transcript"):
            self._delta(self._block(index, "transcript", BlockKind.TEXT, "Transcript"), text_of(value["transcript"]))
        if value.get("data"):
            self._audio += len(value["data"]) * 3 // 4
            live = self._block(index, "audio", BlockKind.STATUS, "Audio")
            self._settle(live, f"{self._audio / 1000:.0f} kB received")

    def _on_annotations(self, index: int, value: Any) -> None:
        live = self._block(index, "text", BlockKind.TEXT)
        kept = (live.data or {}).get("annotations", [])
        live.data = {**(live.data or {}), "annotations": [*kept, *value]}

    def _field(self, index: int, name: str, value: Any) -> None:
        """A field of a delta that nobody announced: as text where it is one, else one line for each."""
        if isinstance(value, str):
            self._append(self._block(index, f"field.{name}", BlockKind.JSON, name), value)
        else:
            live = self._block(index, f"field.{name}", BlockKind.JSON, name, "json")
            self._append(live, as_json(value) + "\n")


def _merged(before: dict[str, Any], call: Chunk) -> dict[str, Any]:
    """A tool call's JSON out of its pieces, without the arguments."""
    merged = dict(before)
    for name, value in call.items():
        if name in ("function", "custom") and isinstance(value, Mapping):
            inner = dict(merged.get(name) or {})
            inner |= {k: v for k, v in value.items() if v is not None and k not in ("arguments", "input")}
            merged[name] = inner
        elif value is not None:
            merged[name] = value
    return merged
