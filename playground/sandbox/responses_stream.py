"""An engine's pieces as a response and its events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from playground.sandbox import tokens
from playground.sandbox.checks import Json
from playground.sandbox.engines import Finished, GenerationTask, Passage, Piece, Reasoning, Refusal, Text, ToolCall
from playground.sandbox.ids import new_id, now

_GIVEN, _CLOSE = 2, 0.8


def given(passages: list[Passage]) -> list[Passage]:
    """Those of the passages that were found which a model is given to read: few, since its reading is slow."""
    return [passage for passage in passages[:_GIVEN] if passage.score >= passages[0].score * _CLOSE]


class ResponseBuilder:
    """Builds one response: each call returns the events that it causes, numbered from 0 on.

    The order is the API's (recorded 2026): created, queued (background only), in_progress; for each item
    output_item.added, its parts and deltas, output_item.done; last completed, incomplete or failed.
    """

    def __init__(self, response: Json, task: GenerationTask) -> None:
        self.response = response
        self._task = task
        self._sequence = 0
        self._item: Json | None = None
        self._item_key: object = None
        self._texts: list[str] = []
        self._annotations: list[Json] = []
        self._written = 0
        self._reasoned = 0

    @property
    def output(self) -> list[Json]:
        output: list[Json] = self.response["output"]
        return output

    def begin(self) -> list[Json]:
        """`created`; a background response is queued at first, any other in progress."""
        if self.response["status"] == "queued":
            return [self._lifecycle("response.created"), self._lifecycle("response.queued")]
        return [self._lifecycle("response.created"), self.work()[0]]

    def work(self) -> list[Json]:
        """`in_progress`."""
        self.response["status"] = "in_progress"
        return [self._lifecycle("response.in_progress")]

    def feed(self, piece: Piece) -> list[Json]:
        """The events of one piece; `Finished` ends the response."""
        match piece:
            case Text(text, cited):
                return [*self._text(text), *self._cite(cited)]
            case Reasoning(text):
                return self._reasoning(text)
            case Refusal(text):
                return self._refusal(text)
            case ToolCall():
                return self._tool_call(piece)
            case Finished():
                return self.finish(piece)

    def finish(self, finished: Finished) -> list[Json]:
        """Close what is open; then `completed`, or `incomplete` where the tokens were used up."""
        cut = finished.reason == "length"
        events = self._cite_given()
        events += self._close("incomplete" if cut else "completed")
        response = self.response
        response["usage"] = self._usage(finished)
        if cut:
            response["status"] = "incomplete"
            response["incomplete_details"] = {"reason": "max_output_tokens"}
            return [*events, self._lifecycle("response.incomplete")]
        response["status"] = "completed"
        response["completed_at"] = now()
        return [*events, self._lifecycle("response.completed")]

    def fail(self, code: str, message: str) -> list[Json]:
        """`failed`. What came before stays in the output; that it is closed is said nowhere else."""
        unsent = self._close("incomplete")
        self._sequence -= len(unsent)
        self.response["status"] = "failed"
        self.response["error"] = {"code": code, "message": message}
        return [self._lifecycle("response.failed")]

    def cancel(self) -> None:
        """Cancelled: the API has no event for it, the stream just ends."""
        self._close("incomplete")
        self.response["status"] = "cancelled"

    def begin_search(self) -> list[Json]:
        """A file search is under way."""
        item: Json = {
            "id": new_id("fs"),
            "type": "file_search_call",
            "status": "in_progress",
            "queries": [],
            "results": None,
        }
        events = self._open(item, "search")
        return [
            *events,
            *(self._at_item(f"response.file_search_call.{step}", {}) for step in ("in_progress", "searching")),
        ]

    def end_search(self, queries: list[str], results: list[Json] | None) -> list[Json]:
        """It is done. `results` only where the request asked for them."""
        assert self._item is not None
        self._item |= {"queries": queries, "results": results}
        return [self._at_item("response.file_search_call.completed", {}), *self._close("completed")]

    # items

    def _cite(self, passages: Iterable[Passage]) -> list[Json]:
        """Citations at the end of the text so far."""
        events = []
        for passage in passages:
            place = {"index": len("".join(self._texts)), "file_id": passage.file_id, "filename": passage.filename}
            annotation = {"type": "file_citation", **place}
            more = {"annotation_index": len(self._annotations), "annotation": annotation}
            self._annotations.append(annotation)
            events.append(self._at_content("response.output_text.annotation.added", more))
        return events

    def _cite_given(self) -> list[Json]:
        """An engine that cites nothing by itself wrote from what it was given first."""
        passages = self._task.passages
        if not passages or self._annotations or self._item_key != "text":
            return []
        first: dict[str, Passage] = {}
        for passage in given(passages):
            first.setdefault(passage.file_id, passage)
        return self._cite(first.values())

    def _text(self, text: str) -> list[Json]:
        events: list[Json] = []
        if self._item_key != "text":
            events += self._close("completed")
            item = {"id": new_id("msg"), "type": "message", "status": "in_progress", "content": [], "role": "assistant"}
            events += self._open(item, "text")
            events.append(
                self._at_content("response.content_part.added", {"part": _text_part("")})
            )  # fmt: skip
        self._texts.append(text)
        self._written += tokens.count(text)
        events.append(self._at_content("response.output_text.delta", {"delta": text, "logprobs": []}))
        return events

    def _reasoning(self, text: str) -> list[Json]:
        events: list[Json] = []
        if self._item_key != "reasoning":
            events += self._close("completed")
            events += self._open({"id": new_id("rs"), "type": "reasoning", "summary": []}, "reasoning")
            part = {"type": "summary_text", "text": ""}
            events.append(self._at_summary("response.reasoning_summary_part.added", {"part": part}))
        self._texts.append(text)
        self._reasoned += tokens.count(text)
        events.append(self._at_summary("response.reasoning_summary_text.delta", {"delta": text}))
        return events

    def _refusal(self, text: str) -> list[Json]:
        events: list[Json] = []
        if self._item_key != "refusal":
            events += self._close("completed")
            item = {"id": new_id("msg"), "type": "message", "status": "in_progress", "content": [], "role": "assistant"}
            events += self._open(item, "refusal")
            events.append(self._at_content("response.content_part.added", {"part": _refusal_part("")}))
        self._texts.append(text)
        self._written += tokens.count(text)
        events.append(self._at_content("response.refusal.delta", {"delta": text}))
        return events

    def _tool_call(self, piece: ToolCall) -> list[Json]:
        events: list[Json] = []
        key = ("call", piece.index)
        if self._item_key != key:
            events += self._close("completed")
            if piece.kind == "function":
                item = {"id": new_id("fc"), "type": "function_call", "status": "in_progress", "arguments": ""}
            else:
                item = {"id": new_id("ctc"), "type": "custom_tool_call", "status": "in_progress", "input": ""}
            item |= {"call_id": new_id("call"), "name": piece.name}
            events += self._open(item, key)
        if piece.arguments_delta:
            self._texts.append(piece.arguments_delta)
            self._written += tokens.count(piece.arguments_delta)
            name = "function_call_arguments" if piece.kind == "function" else "custom_tool_call_input"
            events.append(self._at_item(f"response.{name}.delta", {"delta": piece.arguments_delta}))
        return events

    def _open(self, item: Json, key: object) -> list[Json]:
        self._item, self._item_key, self._texts, self._annotations = item, key, [], []
        self.output.append(item)
        event = {"type": "response.output_item.added", "output_index": len(self.output) - 1, "item": dict(item)}
        return [self._numbered(event)]

    def _close(self, status: str) -> list[Json]:
        item = self._item
        if item is None:
            return []
        whole = "".join(self._texts)
        events: list[Json] = []
        match item["type"]:
            case "message" if self._item_key == "refusal":
                events.append(self._at_content("response.refusal.done", {"refusal": whole}))
                events.append(self._at_content("response.content_part.done", {"part": _refusal_part(whole)}))
                item["content"] = [_refusal_part(whole)]
            case "message":
                events.append(self._at_content("response.output_text.done", {"text": whole, "logprobs": []}))
                part = _text_part(whole, self._annotations)
                events.append(self._at_content("response.content_part.done", {"part": part}))
                item["content"] = [part]
            case "file_search_call":
                pass
            case "reasoning":
                part = {"type": "summary_text", "text": whole}
                events.append(self._at_summary("response.reasoning_summary_text.done", {"text": whole}))
                events.append(self._at_summary("response.reasoning_summary_part.done", {"part": part}))
                item["summary"] = [part]
            case "function_call":
                item["arguments"] = whole
                done = {"name": item["name"], "arguments": whole}
                events.append(self._at_item("response.function_call_arguments.done", done))
            case _:
                item["input"] = whole
                events.append(self._at_item("response.custom_tool_call_input.done", {"input": whole}))
        if "status" in item or status == "incomplete":
            item["status"] = status
        event = {"type": "response.output_item.done", "output_index": len(self.output) - 1, "item": dict(item)}
        events.append(self._numbered(event))
        self._item = self._item_key = None
        return events

    # events

    def _at_content(self, kind: str, more: Json) -> Json:
        return self._at_item(kind, {"content_index": 0, **more})

    def _at_summary(self, kind: str, more: Json) -> Json:
        return self._at_item(kind, {"summary_index": 0, **more})

    def _at_item(self, kind: str, more: Json) -> Json:
        assert self._item is not None
        return self._numbered(
            {"type": kind, "item_id": self._item["id"], "output_index": len(self.output) - 1, **more}
        )  # fmt: skip

    def _lifecycle(self, kind: str) -> Json:
        return self._numbered({"type": kind, "response": {**self.response, "output": list(self.output)}})

    def _numbered(self, event: Json) -> Json:
        event["sequence_number"] = self._sequence
        self._sequence += 1
        return event

    def _usage(self, finished: Finished) -> dict[str, Any]:
        task = self._task
        given = finished.input_tokens
        if given is None:
            given = tokens.count_input(task.instructions, task.messages, task.tools)
        made = finished.output_tokens
        if made is None:
            made = self._written + self._reasoned
        reasoned = self._reasoned if finished.reasoning_tokens is None else finished.reasoning_tokens
        return {
            "input_tokens": given,
            "input_tokens_details": {"cached_tokens": finished.cached, "cache_write_tokens": 0},
            "output_tokens": made,
            "output_tokens_details": {"reasoning_tokens": reasoned},
            "total_tokens": given + made,
        }


def _refusal_part(text: str) -> Json:
    return {"type": "refusal", "refusal": text}


def _text_part(text: str, annotations: Sequence[Json] = ()) -> Json:
    return {"type": "output_text", "annotations": list(annotations), "logprobs": [], "text": text}
