"""One response of a realtime session: an engine's pieces as the API's events, with text, sound or a function call."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from playground.sandbox import fault_pieces, tones
from playground.sandbox.checks import Json
from playground.sandbox.engines import Engine, EngineError, Finished, GenerationTask, ToolCall
from playground.sandbox.ids import new_id

Send = Callable[[Json], Awaitable[None]]


class RealtimeResponse:
    """Makes one response. `body` is the API's response object, as far as it has come."""

    def __init__(self, engine: Engine, task: GenerationTask, settings: Json, send: Send) -> None:
        """`settings` has `conversation_id`, `output_modalities`, `max_output_tokens`, `metadata` and `audio`."""
        self._engine, self._task, self._send = engine, task, send
        self.audio = settings["output_modalities"] == ["audio"]
        self.body: Json = {
            "object": "realtime.response",
            "id": new_id("resp"),
            "status": "in_progress",
            "status_details": None,
            "output": [],
            **settings,
            "usage": None,
        }
        self.items: list[Json] = []
        """The items that it has begun: they belong to the conversation."""
        self._text = ""
        self._finished = Finished()
        if task.max_tokens is not None:
            self.body["max_output_tokens"] = task.max_tokens

    async def run(self) -> None:
        """From `response.created` up to `response.done`; the latter also when it is cancelled, or fails."""
        await self._send({"type": "response.created", "response": self._shown()})
        try:
            async with aclosing(fault_pieces.pieces(self._engine, self._task)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Finished):
                        self._finished = piece
                    elif isinstance(piece, ToolCall):
                        await self._arguments(piece)
                    else:
                        await self._more(piece.text)
        except EngineError as error:
            details = {"type": "failed", "error": {"type": error.type, "code": error.code or "server_error"}}
            await self.end("failed", details)
            return
        if self._finished.reason == "length":
            await self.end("incomplete", {"type": "incomplete", "reason": "max_output_tokens"})
        else:
            await self.end("completed", {"type": "completed"})

    async def end(self, status: str, details: Json) -> None:
        """Close what is open, and send `response.done`. `details` as in the API's `status_details`."""
        if self.body["status"] != "in_progress":
            return
        self.body["status"] = status
        self.body["status_details"] = details
        for index, item in enumerate(self.items):
            item["status"] = "completed" if status == "completed" else "incomplete"
            await self._close(index, item)
        made = self._finished.output_tokens or 0
        given = self._finished.input_tokens or 0
        self.body["usage"] = {
            "total_tokens": given + made,
            "input_tokens": given,
            "output_tokens": made,
            "input_token_details": {"cached_tokens": 0, "text_tokens": given, "audio_tokens": 0, "image_tokens": 0},
            "output_token_details": {
                "text_tokens": 0 if self.audio else made,
                "audio_tokens": made if self.audio else 0,
            },
        }
        self.body["output"] = self.items
        await self._send({"type": "response.done", "response": self._shown()})

    def _shown(self) -> Json:
        """What is null is left out: the document has these members as objects."""
        return {name: value for name, value in self.body.items() if value is not None}

    def _at(self, index: int, *, part: bool = True) -> Json:
        place = {"response_id": self.body["id"], "item_id": self.items[index]["id"], "output_index": index}
        return {**place, "content_index": 0} if part else place

    async def _begin(self, item: Json) -> int:
        index = len(self.items)
        self.items.append(item)
        shown = {**item}
        place = {"response_id": self.body["id"], "output_index": index}
        await self._send({"type": "response.output_item.added", **place, "item": shown})
        await self._send({"type": "conversation.item.added", "previous_item_id": None, "item": shown})
        return index

    async def _more(self, text: str) -> None:
        """Text of the answer; with sound, the transcript and a beep for each piece."""
        if not self.items:
            index = await self._begin(_message())
            part = {"type": "audio", "transcript": ""} if self.audio else {"type": "text", "text": ""}
            await self._send({"type": "response.content_part.added", **self._at(index), "part": part})
        self._text += text
        kind = "response.output_audio_transcript.delta" if self.audio else "response.output_text.delta"
        await self._send({"type": kind, **self._at(0), "delta": text})
        if self.audio:
            sound = base64.b64encode(tones.pcm(1, 2.0)).decode()
            await self._send({"type": "response.output_audio.delta", **self._at(0), "delta": sound})

    async def _arguments(self, piece: ToolCall) -> None:
        while len(self.items) <= piece.index:
            call = {"id": new_id("item"), "object": "realtime.item", "type": "function_call", "status": "in_progress",
                    "call_id": new_id("call"), "name": piece.name, "arguments": ""}  # fmt: skip
            await self._begin(call)
        item = self.items[piece.index]
        item["arguments"] += piece.arguments_delta
        if piece.arguments_delta:
            event = {"type": "response.function_call_arguments.delta", **self._at(piece.index, part=False)}
            await self._send({**event, "call_id": item["call_id"], "delta": piece.arguments_delta})

    async def _close(self, index: int, item: Json) -> None:
        if item["type"] == "function_call":
            event = {"type": "response.function_call_arguments.done", **self._at(index, part=False)}
            named = {name: item[name] for name in ("call_id", "name", "arguments")}
            await self._send({**event, **named})
        else:
            await self._close_message(index, item)
        place = {"response_id": self.body["id"], "output_index": index}
        await self._send({"type": "response.output_item.done", **place, "item": item})
        await self._send({"type": "conversation.item.done", "previous_item_id": None, "item": item})

    async def _close_message(self, index: int, item: Json) -> None:
        at = self._at(index)
        if self.audio:
            item["content"] = [{"type": "output_audio", "transcript": self._text}]
            part = {"type": "audio", "transcript": self._text}
            await self._send({"type": "response.output_audio.done", **at})
            await self._send({"type": "response.output_audio_transcript.done", **at, "transcript": self._text})
        else:
            item["content"] = [{"type": "output_text", "text": self._text}]
            part = {"type": "text", "text": self._text}
            await self._send({"type": "response.output_text.done", **at, "text": self._text})
        await self._send({"type": "response.content_part.done", **at, "part": part})


def _message() -> Json:
    return {"id": new_id("item"), "object": "realtime.item", "type": "message", "status": "in_progress",
            "role": "assistant", "content": []}  # fmt: skip
