"""A realtime session: its settings, its conversation, and what each client event does. Sound is not heard.

What comes is checked as the API checks it, and what is wrong is answered with an `error` event: the connection stays.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from playground.sandbox import checks
from playground.sandbox.channels import BadMessage, Channel
from playground.sandbox.checks import Json
from playground.sandbox.engines import Engine, GenerationTask
from playground.sandbox.errors import ApiError, bad_value, missing, one_of
from playground.sandbox.faults import Faults
from playground.sandbox.ids import new_id, now
from playground.sandbox.ratelimit import RateLimits
from playground.sandbox.realtime_response import RealtimeResponse

LASTS = 3600
"""Seconds of a session, as it says."""
_MOST_AUDIO = 15 * 1024 * 1024
_BETA_NAMES = (
    ("response.output_text.", "response.text."),
    ("response.output_audio_transcript.", "response.audio_transcript."),
    ("response.output_audio.", "response.audio."),
)
"""Events as `OpenAI-Beta: realtime=v1` calls them."""
_ROLES = {"user": ("input_text", "input_audio", "input_image"), "system": ("input_text",),
          "assistant": ("output_text", "output_audio", "text", "audio")}  # fmt: skip


def new_session(model: str, given: Json | None = None) -> Json:
    """The session object, with what the client set of it."""
    pcm = {"type": "audio/pcm", "rate": 24_000}
    session: Json = {
        "type": "realtime",
        "object": "realtime.session",
        "id": new_id("sess"),
        "model": model,
        "output_modalities": ["text"],
        "instructions": "",
        "tools": [],
        "tool_choice": "auto",
        "max_output_tokens": "inf",
        "tracing": None,
        "prompt": None,
        "expires_at": now() + LASTS,
        "audio": {
            "input": {"format": pcm, "turn_detection": None},
            "output": {"format": pcm, "voice": "alloy", "speed": 1.0},
        },
    }
    return merged(session, given or {}, model)


def merged(session: Json, given: Json, model: str) -> Json:
    """A session with other settings. No turns are detected here, and another model does not come in."""
    for name, value in given.items():
        old = session.get(name)
        session[name] = merged(dict(old), value, model) if isinstance(old, dict) and isinstance(value, dict) else value
    if "turn_detection" in session:
        session["turn_detection"] = None
    if "model" in session:
        session["model"] = model
    return session


class RealtimeSession:
    """One connection's session. `run` serves it to its end."""

    def __init__(
        self,
        channel: Channel,
        engine: Engine,
        session: Json,
        limits: RateLimits,
        *,
        beta: bool,
        headers: dict[str, str],
        faults: Faults,
    ) -> None:
        self._channel, self._engine, self._limits, self._beta = channel, engine, limits, beta
        self._headers, self._faults = headers, faults
        self.session = session
        self._conversation = new_id("conv")
        self._items: list[Json] = []
        self._audio = 0
        """Bytes in the input buffer."""
        self._response: RealtimeResponse | None = None
        self._work: asyncio.Task[None] | None = None
        self._does: dict[str, Callable[[Json], Awaitable[None]]] = {
            "session.update": self._update,
            "conversation.item.create": self._create_item,
            "conversation.item.retrieve": self._retrieve_item,
            "conversation.item.delete": self._delete_item,
            "conversation.item.truncate": self._truncate_item,
            "input_audio_buffer.append": self._append_audio,
            "input_audio_buffer.commit": self._commit_audio,
            "input_audio_buffer.clear": self._clear_audio,
            "response.create": self._create_response,
            "response.cancel": self._cancel_response,
        }

    async def run(self) -> None:
        """Serve until the client goes."""
        await self.send({"type": "session.created", "session": self.session})
        try:
            async for event in self._channel.events():
                if isinstance(event, BadMessage):
                    await self.send(error_event(ApiError(400, str(event), code="invalid_json"), event))
                    continue
                try:
                    await self._do(event)
                except ApiError as error:
                    await self.send(error_event(error, event))
        finally:
            if self._work is not None:
                self._work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await self._work

    async def send(self, event: Json) -> None:
        """Send a server event: with an ID, and by the name under which this client knows it."""
        if self._beta:
            kind = event["type"]
            if kind == "conversation.item.done":
                return
            kind = "conversation.item.created" if kind == "conversation.item.added" else kind
            for new, old in _BETA_NAMES:
                kind = kind.replace(new, old)
            event = {**event, "type": kind}
        await self._channel.send({"event_id": new_id("event"), **event})

    async def _do(self, event: Json) -> None:
        does = self._does.get(event["type"])
        if does is None:
            raise bad_value("type", f"Invalid value: '{event['type']}'. Supported values are: {one_of([*self._does])}.")
        await does(event)

    async def _update(self, event: Json) -> None:
        checks.require(event, "session")
        checks.mapping(event["session"], "session")
        given = {name: value for name, value in event["session"].items() if name not in ("id", "object", "expires_at")}
        if "modalities" in given:  # the beta's name
            given["output_modalities"] = ["audio"] if "audio" in given.pop("modalities") else ["text"]
        self._check_modalities(given.get("output_modalities"), "session.output_modalities")
        self.session = merged(self.session, given, self.session["model"])
        await self.send({"type": "session.updated", "session": self.session})

    def _check_modalities(self, value: Any, param: str) -> None:
        if value not in (None, ["text"], ["audio"]):
            raise bad_value(param, f"Invalid modalities: {value}. Supported combinations are: ['text'] and ['audio'].")

    # the conversation

    async def _create_item(self, event: Json) -> None:
        checks.require(event, "item")
        item = _read_item(event["item"])
        if any(item["id"] == known["id"] for known in self._items):
            raise bad_value("item.id", f"An item with id '{item['id']}' is already in the conversation.")
        place = len(self._items)
        before = event.get("previous_item_id")
        if before == "root":
            place = 0
        elif before is not None:
            place = self._index(before, "previous_item_id") + 1
        await self._insert(item, place)

    async def _insert(self, item: Json, place: int) -> None:
        previous = self._items[place - 1]["id"] if place else None
        self._items.insert(place, item)
        for kind in ("added", "done"):
            await self.send({"type": f"conversation.item.{kind}", "previous_item_id": previous, "item": item})

    def _index(self, identifier: Any, param: str = "item_id") -> int:
        for index, item in enumerate(self._items):
            if item["id"] == identifier:
                return index
        raise ApiError(
            400, f"Item with id '{identifier}' is not in the conversation.", param=param, code="item_not_found"
        )

    async def _retrieve_item(self, event: Json) -> None:
        checks.require(event, "item_id")
        item = self._items[self._index(event["item_id"])]
        await self.send({"type": "conversation.item.retrieved", "item": item})

    async def _delete_item(self, event: Json) -> None:
        checks.require(event, "item_id")
        del self._items[self._index(event["item_id"])]
        await self.send({"type": "conversation.item.deleted", "item_id": event["item_id"]})

    async def _truncate_item(self, event: Json) -> None:
        checks.require(event, "item_id", "content_index", "audio_end_ms")
        if self._items[self._index(event["item_id"])].get("role") != "assistant":
            raise bad_value("item_id", "Only an assistant message's audio can be truncated.")
        named = {name: event[name] for name in ("item_id", "content_index", "audio_end_ms")}
        await self.send({"type": "conversation.item.truncated", **named})

    # sound

    async def _append_audio(self, event: Json) -> None:
        size = audio_size(event)
        if self._audio + size > _MOST_AUDIO:
            raise bad_value("audio", f"The buffer holds at most {_MOST_AUDIO} bytes: commit or clear it.")
        self._audio += size

    async def _commit_audio(self, event: Json) -> None:
        if not self._audio:
            raise ApiError(
                400,
                "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer "
                "only has 0.00ms of audio.",
                code="input_audio_buffer_commit_empty",
            )
        milliseconds, self._audio = self._audio / 48, 0
        item = {"id": new_id("item"), "object": "realtime.item", "type": "message", "status": "completed",
                "role": "user", "content": [{"type": "input_audio", "transcript": _unheard(milliseconds)}]}  # fmt: skip
        previous = self._items[-1]["id"] if self._items else None
        committed = {"type": "input_audio_buffer.committed", "previous_item_id": previous, "item_id": item["id"]}
        await self.send(committed)
        await self._insert(item, len(self._items))

    async def _clear_audio(self, event: Json) -> None:
        self._audio = 0
        await self.send({"type": "input_audio_buffer.cleared"})

    # responses

    async def _create_response(self, event: Json) -> None:
        if self._work is not None and not self._work.done():
            raise ApiError(
                400,
                "Conversation already has an active response. Wait until it is done, or cancel it, before creating a "
                "new one.",
                code="conversation_already_has_active_response",
            )
        asked = event.get("response") or {}
        checks.mapping(asked, "response")
        self._check_modalities(asked.get("output_modalities"), "response.output_modalities")
        apart = asked.get("conversation") == "none"
        if asked.get("input") is not None:
            checks.array(asked["input"], "response.input")
            items = [_read_item(entry, self._items) for entry in asked["input"]]
        else:
            items = list(self._items)
        settings = {
            "conversation_id": None if apart else self._conversation,
            "output_modalities": asked.get("output_modalities") or self.session["output_modalities"],
            "max_output_tokens": asked.get("max_output_tokens") or self.session["max_output_tokens"],
            "metadata": asked.get("metadata"),
            "audio": {"output": {"format": {"type": "audio/pcm", "rate": 24_000}, "voice": "alloy"}},
        }
        task = self._task(asked, items, settings["max_output_tokens"])
        self._response = RealtimeResponse(self._engine, task, settings, self.send)
        self._work = asyncio.create_task(self._respond(self._response, apart))

    def _task(self, asked: Json, items: list[Json], most: Any) -> GenerationTask:
        tools = [tool for tool in asked.get("tools") or self.session["tools"] if tool.get("type") == "function"]
        known = [{"parameters": {"type": "object", "properties": {}}, **tool} for tool in tools]
        return GenerationTask(
            model=self.session["model"],
            messages=[message for item in items if (message := _message(item))],
            instructions=asked.get("instructions") or self.session["instructions"] or None,
            max_tokens=most if isinstance(most, int) else None,
            tools=known or None,
            tool_choice=asked.get("tool_choice") or self.session["tool_choice"],
            raw={"stream": True},
            api="realtime",
            headers=self._headers,
            faults=self._faults,
        )

    async def _respond(self, response: RealtimeResponse, apart: bool) -> None:
        try:
            await response.run()
        except asyncio.CancelledError:
            await response.end("cancelled", {"type": "cancelled", "reason": "client_cancelled"})
        if not apart:
            self._items += response.items
        await self.send({"type": "rate_limits.updated", "rate_limits": self._limits.told()})

    async def _cancel_response(self, event: Json) -> None:
        working = self._work is not None and not self._work.done()
        wanted = event.get("response_id")
        if not working or self._response is None or wanted not in (None, self._response.body["id"]):
            raise ApiError(400, "Cancellation failed: no active response found.", code="response_cancel_not_active")
        assert self._work is not None
        self._work.cancel()


def audio_size(event: Json) -> int:
    """How many bytes of sound an event brings. Raises ApiError (400)."""
    checks.require(event, "audio")
    checks.text(minimum=1)(event["audio"], "audio")
    try:
        return len(base64.b64decode(event["audio"], validate=True))
    except (binascii.Error, ValueError):
        raise bad_value("audio", "Invalid 'audio'. Expected base64-encoded audio bytes.") from None


def error_event(error: ApiError, event: Json | BadMessage) -> Json:
    """What is answered to a client event that is wrong."""
    told = event.get("event_id") if isinstance(event, dict) else None
    return {"type": "error", "error": {**error.body()["error"], "event_id": told}}


def _read_item(item: Any, known: list[Json] | None = None) -> Json:
    """An item as it stands in the conversation. Raises ApiError (400)."""
    checks.mapping(item, "item")
    kind = item.get("type")
    if kind == "item_reference" and known is not None:
        found = next((entry for entry in known if entry["id"] == item.get("id")), None)
        if found is None:
            raise bad_value("item.id", f"Item with id '{item.get('id')}' is not in the conversation.", "item_not_found")
        return found
    base = {"id": item.get("id") or new_id("item"), "object": "realtime.item", "type": kind, "status": "completed"}
    if kind in ("function_call", "function_call_output"):
        wanted = ("name", "arguments") if kind == "function_call" else ("call_id", "output")
        for name in wanted:
            if not isinstance(item.get(name), str):
                raise missing(f"item.{name}")
        return {**item, **base}
    if kind != "message":
        raise bad_value(
            "item.type",
            f"Invalid value: '{kind}'. Supported values are: 'message', 'function_call', and 'function_call_output'.",
        )
    checks.choice(*_ROLES)(item.get("role"), "item.role")
    content = item.get("content")
    checks.array(content, "item.content")
    shown = []
    for index, part in enumerate(content):
        checks.mapping(part, f"item.content[{index}]")
        checks.choice(*_ROLES[item["role"]])(part.get("type"), f"item.content[{index}].type")
        shown.append({name: value for name, value in part.items() if name != "audio"})
    return {**base, "role": item["role"], "content": shown}


def _message(item: Json) -> Json | None:
    """An item as engines read it."""
    if item["type"] == "function_call":
        call = {"id": item.get("call_id", ""), "name": item["name"], "arguments": item["arguments"]}
        return {"role": "assistant", "content": "", "tool_calls": [call]}
    if item["type"] == "function_call_output":
        return {"role": "tool", "content": item["output"], "tool_call_id": item["call_id"]}
    texts = [part.get("text") or part.get("transcript") or f"[{part['type']}]" for part in item["content"]]
    return {"role": item["role"], "content": "\n".join(texts)}


def _unheard(milliseconds: float) -> str:
    return f"[{milliseconds / 1000:.1f} s of audio, which the sandbox did not transcribe]"
