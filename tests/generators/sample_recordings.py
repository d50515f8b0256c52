"""`python -m tests.generators.sample_recordings`: writes the recordings that come with the program.

Their texts are written by hand; events, headers and pace are those of real streams.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from playground.core.exchanges.records import RunSummary
from playground.core.recordings import SUFFIX, RecordedRun, save
from playground.core.redact import Redactor
from playground.core.runs import Message
from playground.core.runs.events import EventLog
from playground.core.runs.history import rebuild
from playground.core.runs.kept import pack
from playground.panels.compose.draft import Draft
from tests.helpers.needs import ROOT

FOLDER = ROOT / "resources" / "recordings"
MODEL = "gpt-5-mini"
BEGAN = 1_795_255_200.0
"""21 November 2026, 10:00 UTC."""

REASONING = (
    "**Choosing what to show**\n\nThe person asks why a retry should wait longer each time, and wants it in Python. "
    "A paragraph on the thundering herd, then the smallest function that does it right: exponential, capped, "
    "with jitter.",
    "**Checking the details**\n\nFull jitter draws from zero up to the cap, so two clients that failed together do not "
    "come back together. `Retry-After` wins where the server sends it. A table can compare the three ways.",
)
ANSWER = """When a server is overloaded, every client that fails at the same moment and retries after the same pause \
comes back at the same moment. **Exponential backoff** makes the pauses longer, and **jitter** spreads them out, so \
that the server gets room to recover.

```python
import random
import time


def pauses(first=0.5, most=30.0):
    \"\"\"Seconds to wait before each retry, without end.\"\"\"
    pause = first
    while True:
        yield random.uniform(0, pause)  # full jitter
        pause = min(most, pause * 2)


def call(send, retries=5):
    for pause, _ in zip(pauses(), range(retries)):
        answer = send()
        if answer.status not in (429, 500, 503):
            return answer
        time.sleep(float(answer.headers.get("retry-after", pause)))
    raise TimeoutError("the server stayed busy")
```

| Strategy | Load after a failure | Typical use |
|---|---|---|
| Fixed pause | arrives in waves | never on a shared service |
| Exponential | waves, further apart | a single client |
| Exponential with jitter | even | everything else |

Two things are easily forgotten:

1. Honour `Retry-After`: the server knows best.
2. Never repeat a request that may have been carried out, unless it is idempotent.
"""
SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "temperature_c": {"type": "number"},
        "umbrella": {"type": "boolean"},
        "advice": {"type": "string"},
    },
    "required": ["city", "temperature_c", "umbrella", "advice"],
    "additionalProperties": False,
}
STORY = """The signal box at Harrow Junction had been closed for eleven years when its lamp came on.

Nobody noticed at first. The night train went by at its usual speed, the driver looked at his instruments, and the \
passengers slept. Only Imre, who had swept the platform every evening since the station lost its last clerk, put down \
his broom and counted: three short, one long, three short.

He knew the code. Everyone of his age knew it, because it had only ever been used"""


class Stream:
    """Events of the Responses API, and when each comes."""

    def __init__(self, response_id: str, seed: int) -> None:
        self.id = response_id
        self.at = 0.0
        self.reads: list[tuple[float, bytes]] = []
        self._number = 0
        self._chance = random.Random(seed)
        self.items: list[dict[str, Any]] = []

    def wait(self, seconds: float) -> None:
        self.at += seconds

    def say(self, kind: str, **more: Any) -> None:
        event = {"type": kind, "sequence_number": self._number, **more}
        self._number += 1
        data = f"event: {kind}\ndata: {json.dumps(event, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
        if self.reads and self.at - self.reads[-1][0] < 0.002:
            self.reads[-1] = (self.reads[-1][0], self.reads[-1][1] + data)
        else:
            self.reads.append((round(self.at, 4), data))

    def response(self, status: str, **more: Any) -> dict[str, Any]:
        about = {"id": self.id, "object": "response", "created_at": int(BEGAN), "model": f"{MODEL}-2026-08-07"}
        output = self.items if status != "in_progress" else []
        return {**about, "status": status, "output": output, "usage": None, **more}

    def begin(self, after: float) -> None:
        self.wait(after)
        self.say("response.created", response=self.response("in_progress"))
        self.say("response.in_progress", response=self.response("in_progress"))

    def deltas(self, kind: str, text: str, pace: float, **place: Any) -> None:
        for word in re.findall(r"\s*\S+|\s+\Z", text):
            self.wait(max(0.001, self._chance.gauss(pace, pace / 3)))
            self.say(kind, delta=word, **place)

    def reasoning(self, parts: tuple[str, ...], pace: float) -> None:
        index = len(self.items)
        item: dict[str, Any] = {"id": f"rs_{self.id[5:]}", "type": "reasoning", "summary": []}
        self.say("response.output_item.added", output_index=index, item=item)
        for number, part in enumerate(parts):
            place = {"item_id": item["id"], "output_index": index, "summary_index": number}
            self.say("response.reasoning_summary_part.added", **place, part={"type": "summary_text", "text": ""})
            self.deltas("response.reasoning_summary_text.delta", part, pace, **place)
            self.say("response.reasoning_summary_text.done", **place, text=part)
            whole = {"type": "summary_text", "text": part}
            self.say("response.reasoning_summary_part.done", **place, part=whole)
            item["summary"].append(whole)
        self.items.append(item)
        self.say("response.output_item.done", output_index=index, item=item)

    def message(self, text: str, pace: float, *, whole: bool = True) -> None:
        index = len(self.items)
        base = {"id": f"msg_{self.id[5:]}", "type": "message", "role": "assistant"}
        self.say(
            "response.output_item.added", output_index=index, item={**base, "status": "in_progress", "content": []}
        )
        place = {"item_id": base["id"], "output_index": index, "content_index": 0}
        part: dict[str, Any] = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
        self.say("response.content_part.added", **place, part=part)
        self.deltas("response.output_text.delta", text, pace, **place, logprobs=[])
        if whole:
            part = {**part, "text": text}
            self.say("response.output_text.done", **place, text=text, logprobs=[])
            self.say("response.content_part.done", **place, part=part)
            self.items.append({**base, "status": "completed", "content": [part]})
            self.say("response.output_item.done", output_index=index, item=self.items[-1])

    def call(self, name: str, arguments: str, pace: float) -> None:
        index = len(self.items)
        item = {"id": f"fc_{self.id[5:]}", "type": "function_call", "call_id": f"call_{self.id[9:25]}", "name": name}
        begun = {**item, "status": "in_progress", "arguments": ""}
        self.say("response.output_item.added", output_index=index, item=begun)
        place = {"item_id": item["id"], "output_index": index}
        for piece in re.findall(r".{1,4}", arguments):
            self.wait(pace)
            self.say("response.function_call_arguments.delta", delta=piece, **place)
        self.say("response.function_call_arguments.done", arguments=arguments, **place)
        self.items.append({**item, "status": "completed", "arguments": arguments})
        self.say("response.output_item.done", output_index=index, item=self.items[-1])

    def end(self, sent: int, got: int, reasoned: int = 0) -> None:
        usage = {
            "input_tokens": sent,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": got,
            "output_tokens_details": {"reasoning_tokens": reasoned},
            "total_tokens": sent + got,
        }
        self.say("response.completed", response=self.response("completed", usage=usage))


def recorded(name: str, draft: Draft, stream: Stream, began: float) -> RecordedRun:
    """A run out of its stream, its numbers made by the program itself."""
    request_id = f"req_{random.Random(name).getrandbits(128):032x}"
    log = EventLog("text/event-stream; charset=utf-8")
    for at, data in stream.reads:
        log.add(at, data)
    found = rebuild("responses", draft.to_json(), log, None, base_url="https://api.openai.com/v1").snapshot
    snapshot = replace(found, request_id=request_id, duration=round(log.last + 0.004, 4))
    summary = RunSummary(
        id="", started_at=began, name=name, starred=False, title="", api="responses", model=MODEL, profile="",
        base_url="https://api.openai.com/v1", simulated=False, status=snapshot.status, input_tokens=None,
        output_tokens=None, cost=None, duration=None, request_id=None,
    )  # fmt: skip
    return RecordedRun(
        summary,
        draft.to_json(),
        log,
        pack(snapshot, log.chunks().__next__()[0]),
        "POST",
        "https://api.openai.com/v1/responses",
        (("content-type", "application/json"), ("accept", "application/json")),
        json.dumps(draft.request().body()).encode(),
        200,
        (
            ("content-type", log.content_type),
            ("x-request-id", request_id),
            ("openai-processing-ms", "212"),
            ("openai-version", "2020-10-01"),
        ),
    )


def draft(text: str, instructions: str = "") -> Draft:
    return replace(Draft(), instructions=instructions, messages=(Message("user", text),), model=MODEL)


def reasoning() -> Iterator[RecordedRun]:
    stream = Stream("resp_068f1a2b3c4d5e6f708192a3b4c5d6e7", 1)
    stream.begin(0.384)
    stream.reasoning(REASONING, 0.016)
    stream.wait(0.21)
    stream.message(ANSWER, 0.021)
    stream.end(61, 741, 256)
    asked = draft("Why should retries back off with jitter? Show it in Python, and compare the ways in a table.",
                  "Answer in Markdown. One short paragraph, then code.")  # fmt: skip
    asked = replace(asked, settings={"reasoning.effort": "low", "reasoning.summary": "auto"})
    yield recorded("Reasoning, Markdown and code", asked, stream, BEGAN)


def tools() -> Iterator[RecordedRun]:
    tool = {
        "type": "function",
        "name": "get_weather",
        "description": "Today's weather in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
        "strict": True,
    }
    question = "Shall I take an umbrella in Lisbon today?"
    first = Stream("resp_071a2b3c4d5e6f708192a3b4c5d6e7f8", 2)
    first.begin(0.411)
    first.message("I will look up today's weather in Lisbon.", 0.024)
    first.call("get_weather", '{"city":"Lisbon"}', 0.017)
    first.end(84, 38)
    asked = replace(draft(question), other=json.dumps({"tools": [tool]}, indent=2))
    yield recorded("A tool call", asked, first, BEGAN + 60)

    answer = {
        "city": "Lisbon",
        "temperature_c": 17.5,
        "umbrella": True,
        "advice": "Showers until four; then it clears up.",
    }
    second = Stream("resp_072b3c4d5e6f708192a3b4c5d6e7f809", 3)
    second.begin(0.297)
    second.message(json.dumps(answer, indent=2), 0.028)
    second.end(146, 52)
    found = '{"temperature_c": 17.5, "rain": "showers until 16:00"}'
    asked = replace(
        draft(f"{question}\n\nThe weather service says: {found}"),
        instructions="Answer with the schema “umbrella_advice”.",
    )
    form = {"type": "json_schema", "name": "umbrella_advice", "strict": True, "schema": json.dumps(SCHEMA, indent=2)}
    asked = replace(asked, settings={f"text.format.{name}": value for name, value in form.items()})
    yield recorded("A structured answer", asked, second, BEGAN + 75)


def failure() -> Iterator[RecordedRun]:
    stream = Stream("resp_083c4d5e6f708192a3b4c5d6e7f8091a", 4)
    stream.begin(0.502)
    stream.message(STORY, 0.027, whole=False)
    stream.wait(3.1)
    words = "The server had an error processing your request. Sorry about that! You can retry your request."
    error = {"code": "server_error", "message": words}
    stream.say("response.failed", response=stream.response("failed", error=error))
    yield recorded("A stream that fails half-way", draft("Begin a story about a signal box."), stream, BEGAN + 120)


def main(folder: Path = FOLDER) -> None:
    folder.mkdir(exist_ok=True)
    for make in (reasoning, tools, failure):
        file = folder / f"{make.__name__}{SUFFIX}"
        save(file, make(), Redactor())
        print(f"{file.name}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
