"""The events of the Responses API, made into blocks. Dispatched on the event's `type`, never on a class."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from playground.core.runs.blocks import Accumulator, Live, as_json, read_usage
from playground.core.runs.changes import BlockKind
from playground.core.runs.items import (
    ENDS,
    PARTS,
    SILENT,
    STATES,
    STREAMED,
    Shape,
    extras,
    failed,
    output_text,
    shape,
    status_words,
    text_of,
)

Event = Mapping[str, Any]


class _Item:
    """One output item: its index, what it is, and the blocks that show it."""

    __slots__ = ("claimed", "id", "index", "key", "main", "shape", "type")

    def __init__(self, index: int, key: str, type_: str, id_: str | None) -> None:
        self.index = index
        self.key = key
        self.type = type_
        self.id = id_
        self.main: Live | None = None
        self.shape: Shape | None = None
        self.claimed: str | None = None
        """Of a reasoning: whether its own block shows the summary or the text."""


class ResponsesAccumulator(Accumulator):
    """Blocks out of a response's events. Nothing is dropped, nothing raises."""

    def __init__(self, *, base_url: str | None = None, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(base_url=base_url, clock=clock)
        self._items: dict[int, _Item] = {}
        self._keys: set[str] = set()
        self._texts: dict[tuple[int, int], Live] = {}
        self._annotations: dict[str, list[Any]] = {}
        self._audio = 0
        self._handlers: dict[str, Callable[[Any], None]] = {
            "response.output_text.delta": self._on_text_delta,
            "response.output_text.done": self._on_text_done,
            "response.refusal.delta": self._on_refusal_delta,
            "response.refusal.done": self._on_refusal_done,
            "response.reasoning_text.delta": self._on_reasoning_text,
            "response.reasoning_text.done": self._on_reasoning_text,
            "response.reasoning_summary_text.delta": self._on_summary_text,
            "response.reasoning_summary_text.done": self._on_summary_text,
            "response.reasoning_summary_part.added": self._on_summary_part,
            "response.reasoning_summary_part.done": self._on_summary_part,
            "response.content_part.added": self._on_part,
            "response.content_part.done": self._on_part,
            "response.output_text.annotation.added": self._on_annotation,
            "response.output_item.added": self._on_item_added,
            "response.output_item.done": self._on_item_done,
            "response.shell_call_command.added": self._on_command,
            "response.shell_call_command.delta": self._on_command,
            "response.shell_call_command.done": self._on_command,
            "response.shell_call_output_content.delta": self._on_shell_output,
            "response.shell_call_output_content.done": self._on_shell_output,
            "response.image_generation_call.partial_image": self._on_partial_image,
            "response.audio.delta": self._on_audio,
            "response.audio.transcript.delta": self._on_transcript,
            "response.audio.transcript.done": self._on_transcript_done,
            "error": self._on_error,
        }
        for name in ("created", "queued", "in_progress", "completed", "incomplete", "failed", "cancelled"):
            self._handlers[f"response.{name}"] = self._on_response
        for name, field, item in STREAMED:
            self._handlers[f"response.{name}.delta"] = self._code_handler(item, "delta", more=True)
            self._handlers[f"response.{name}.done"] = self._code_handler(item, field, more=False)
        for item, states in STATES:
            for state in states.split():
                self._handlers[f"response.{item}.{state}"] = self._state_handler(item, state)

    def feed(self, event: Any) -> None:
        """Take in one event. An event that is unknown, or not as it should be, becomes a JSON block."""
        try:
            handler = self._handlers.get(event["type"])
            if handler is not None:
                handler(event)
                return
        except (KeyError, TypeError, AttributeError, ValueError, IndexError):
            pass
        self._odd(event)

    def feed_document(self, response: Event) -> None:
        """Take in a whole response, from a server that did not stream."""
        self.feed({"type": f"response.{response.get('status') or 'completed'}", "response": response})

    def _odd(self, event: Any) -> None:
        self._began()
        if not isinstance(event, Mapping):
            self.unknown("", event)
            return
        error = event.get("error")
        if error and "type" not in event:
            self._fail(error if isinstance(error, Mapping) else {"message": text_of(error)})
        elif text_of(event.get("type")) not in SILENT:
            self.unknown(text_of(event.get("type")), event)

    # ---- texts

    def _on_text_delta(self, event: Event) -> None:
        try:
            live = self._texts[event["output_index"], event["content_index"]]
        except KeyError:
            live = self._text_block(event, BlockKind.TEXT)
        self._delta(live, event["delta"])

    def _on_text_done(self, event: Event) -> None:
        self._settle(self._text_block(event, BlockKind.TEXT), event["text"])

    def _on_refusal_delta(self, event: Event) -> None:
        self._delta(self._text_block(event, BlockKind.REFUSAL), event["delta"])

    def _on_refusal_done(self, event: Event) -> None:
        self._settle(self._text_block(event, BlockKind.REFUSAL), event["refusal"])

    def _text_block(self, event: Event, kind: BlockKind) -> Live:
        item = self._item(event, "message")
        part = int(event.get("content_index") or 0)
        if kind is BlockKind.REASONING:
            return self._reasoning_block(item, "text")
        key = f"{item.key}.{part}"
        live = self._lives.get(key)
        if live is not None and live.block.kind is not kind:
            key = f"{key}.{kind}"
        title = "Refusal" if kind is BlockKind.REFUSAL else ""
        live = self._open(key, kind, title)
        if kind is BlockKind.TEXT:
            self._texts[item.index, part] = live
        return live

    def _on_part(self, event: Event) -> None:
        self._part(self._item(event, "message"), event, event["part"], done=event["type"].endswith("done"))

    def _part(self, item: _Item, event: Event, part: Any, *, done: bool) -> None:
        """A part of a message or of a reasoning: opened, or as it stays."""
        known = PARTS.get(part["type"])
        number = int(event.get("content_index") or 0)
        if known is None:
            live = self._open(f"{item.key}.{number}", BlockKind.JSON, text_of(part["type"]), language="json")
            self._settle(live, as_json(part, indent=True))
        else:
            kind, field = known
            live = self._text_block(event, kind)
            if part.get(field):
                self._settle(live, part[field], number if kind is BlockKind.REASONING else 0)
            if kind is BlockKind.REASONING:
                return
        data = dict(part)
        cited = self._annotations.get(live.block.key)
        if cited and not data.get("annotations"):
            data["annotations"] = cited
        if done:
            self._close(live, "done", data)
        else:
            live.data = data

    def _on_annotation(self, event: Event) -> None:
        live = self._text_block(event, BlockKind.TEXT)
        self._annotations.setdefault(live.block.key, []).append(event["annotation"])
        live.data = {**(live.data or {}), "annotations": self._annotations[live.block.key]}

    # ---- reasoning

    def _on_reasoning_text(self, event: Event) -> None:
        self._think(event, "text", event.get("content_index"))

    def _on_summary_text(self, event: Event) -> None:
        self._think(event, "summary", event.get("summary_index"))

    def _think(self, event: Event, which: str, number: object) -> None:
        live = self._reasoning_block(self._item(event, "reasoning"), which)
        index = number if isinstance(number, int) else 0
        if event["type"].endswith("delta"):
            self._reasoned_aloud = True
            self._delta(live, event["delta"], index)
        else:
            self._settle(live, event["text"], index)

    def _on_summary_part(self, event: Event) -> None:
        live = self._reasoning_block(self._item(event, "reasoning"), "summary")
        text = event["part"].get("text")
        if text:
            self._settle(live, text, int(event.get("summary_index") or 0))

    def _reasoning_block(self, item: _Item, which: str) -> Live:
        """The item's own block shows whichever comes first; the other one gets a block of its own."""
        if item.claimed is None:
            item.claimed = which
        if item.claimed == which:
            return self._main(item)
        title = "Reasoning (summary)" if which == "summary" else "Reasoning (text)"
        return self._open(f"{item.key}.{which}", BlockKind.REASONING, title)

    # ---- items

    def _item(self, event: Event, implied: str) -> _Item:
        """The item an event belongs to; made up where a server never announced it."""
        index, item_id = event.get("output_index"), event.get("item_id")
        item = self._items.get(index) if isinstance(index, int) else None
        if item is None and not isinstance(index, int):
            item = next((i for i in self._items.values() if item_id and i.id == item_id), None)
            if item is None and not item_id:
                item = next((i for i in reversed(self._items.values()) if i.type == implied), None)
        if item is None:
            number = index if isinstance(index, int) else max(self._items, default=-1) + 1
            item = self._add(number, {"type": implied, "id": item_id})
        return item

    def _add(self, index: int, data: Event) -> _Item:
        self._began()
        key = str(index)
        while key in self._keys:
            # Another response in the same stream, or a server that counts in its own way.
            key += "'"
        self._keys.add(key)
        item = self._items[index] = _Item(index, key, text_of(data.get("type")), data.get("id"))
        if item.type != "message":
            item.shape = shape(data)
        return item

    def _main(self, item: _Item) -> Live:
        """The item's own block."""
        if item.main is None:
            look = item.shape or Shape(BlockKind.JSON, item.type, language="json")
            item.main = self._open(item.key, look.kind, look.title, language=look.language, separator=look.separator)
        return item.main

    def _on_item_added(self, event: Event) -> None:
        index, data = event["output_index"], event["item"]
        known = self._items.get(index)
        item = known if known and known.type == data["type"] else self._add(index, data)
        item.id = data.get("id") or item.id
        if item.shape is not None:
            live = self._main(item)
            live.data = dict(data)
            if item.shape.text and item.shape.kind is not BlockKind.JSON:
                self._settle(live, item.shape.text)

    def _on_item_done(self, event: Event) -> None:
        self._item_done(event["output_index"], event["item"])

    def _item_done(self, index: int, data: Any) -> None:
        """An item as it stays, whether or not its beginnings were seen."""
        item = self._items.get(index)
        if item is None or item.type != data["type"]:
            item = self._add(index, data)
        if data["type"] == "message":
            for number, part in enumerate(data.get("content") or ()):
                self._part(item, {"output_index": index, "content_index": number}, part, done=True)
            return
        live = self._main(item)
        if data["type"] == "reasoning":
            self._reasoning_done(item, data)
        else:
            look = shape(data)
            live.block.title = look.title
            if len(live.segments) < 2:
                self._settle(live, look.text)
        self._close(live, "failed" if failed(data) else "done", dict(data))
        for extra in extras(data):
            more = self._open(f"{item.key}.{extra.suffix}", extra.kind, extra.title, language=extra.language)
            self._settle(more, extra.text)
            self._close(more, "failed" if extra.suffix == "error" else "done", None)

    def _reasoning_done(self, item: _Item, data: Event) -> None:
        for which, field in (("summary", "summary"), ("text", "content")):
            for number, part in enumerate(data.get(field) or ()):
                live = self._reasoning_block(item, which)
                if part.get("text"):
                    self._settle(live, part["text"], number)
                if live is not item.main:
                    self._close(live, "done", None)

    # ---- calls

    def _code_handler(self, type_: str, field: str, *, more: bool) -> Callable[[Any], None]:
        def handle(event: Event) -> None:
            live = self._main(self._item(event, type_))
            if more:
                self._delta(live, event[field])
            else:
                self._settle(live, event[field])

        return handle

    def _on_command(self, event: Event) -> None:
        live = self._main(self._item(event, "shell_call"))
        index = int(event.get("command_index") or 0)
        if event["type"].endswith("delta"):
            self._delta(live, event["delta"], index)
        elif event["command"]:
            self._settle(live, event["command"], index)

    def _on_shell_output(self, event: Event) -> None:
        live = self._main(self._item(event, "shell_call_output"))
        if event["type"].endswith("delta"):
            delta = event["delta"]
            texts = (
                [text_of(delta.get(name)) for name in ("stdout", "stderr")] if isinstance(delta, Mapping) else [delta]
            )
            self._append(live, "".join(texts))
        else:
            self._settle(live, output_text(event["output"]))

    def _state_handler(self, type_: str, state: str) -> Callable[[Any], None]:
        def handle(event: Event) -> None:
            live = self._main(self._item(event, type_))
            live.data = {**(live.data or {}), "status": state}
            if live.block.kind is BlockKind.STATUS and live.block.state == "streaming":
                self._settle(live, shape(live.data).text if "type" in live.data else status_words(state))

        return handle

    def _on_partial_image(self, event: Event) -> None:
        live = self._main(self._item(event, "image_generation_call"))
        number = int(event.get("partial_image_index") or 0) + 1
        live.data = {**(live.data or {}), **{k: v for k, v in event.items() if k not in ("type", "sequence_number")}}
        self._settle(live, f"partial image {number}")

    # ---- audio

    def _on_audio(self, event: Event) -> None:
        self._began()
        live = self._open("audio", BlockKind.STATUS, "Audio")
        self._audio += len(event["delta"]) * 3 // 4
        self._settle(live, f"{self._audio / 1000:.0f} kB received")

    def _on_transcript(self, event: Event) -> None:
        self._began()
        self._delta(self._open("transcript", BlockKind.TEXT, "Transcript"), event["delta"])

    def _on_transcript_done(self, event: Event) -> None:
        if "transcript" in self._lives:
            self._close(self._lives["transcript"], "done", None)

    # ---- the response itself

    def _on_response(self, event: Event) -> None:
        response = event["response"]
        self._began()
        if self.response_id and response.get("id", self.response_id) != self.response_id:
            self._items, self._texts, self._status = {}, {}, "streaming"
        self.response_id = response.get("id") or self.response_id
        self.model = response.get("model") or self.model
        self.service_tier = response.get("service_tier") or self.service_tier
        self.usage = read_usage(response.get("usage")) or self.usage
        self._news = True
        name = event["type"].rpartition(".")[2]
        end = ENDS.get(response.get("status") or name) or ENDS.get(name)
        if end is None:
            return
        self._output(response.get("output") or ())
        details = response.get("incomplete_details")
        if isinstance(details, Mapping):
            self._reason = text_of(details.get("reason")) or None
        if end == "failed" or response.get("error"):
            self._fail(response.get("error") or {"message": "The response failed; the server gave no reason."})
        elif self._status != "failed":
            self._status = end

    def _output(self, output: Any) -> None:
        """The final list of items: what was not streamed, or not to the end, is made good."""
        for position, data in enumerate(output):
            if not isinstance(data, Mapping):
                self.unknown("output", data)
                continue
            item = self._items.get(position)
            if item is None or item.type != data.get("type"):
                same = [i for i in self._items.values() if i.id and i.id == data.get("id")]
                index = same[0].index if same else position if item is None else max(self._items) + 1
            else:
                index = position
            try:
                self._item_done(index, data)
            except (KeyError, TypeError, AttributeError, ValueError):
                self.unknown(text_of(data.get("type")), data)

    def _on_error(self, event: Event) -> None:
        self._began()
        error = event.get("error")
        self._fail(error if isinstance(error, Mapping) else {k: v for k, v in event.items() if k != "type"})
