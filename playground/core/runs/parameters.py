"""The settings of a generation as one table: what each is called, where it stands in the body, what it takes.

The table says which parameter belongs where and how it is called; what the API says of it (type, known values, range,
help) is the SDK's own word, in the dated file `resources/facts/parameters-*.json`. A parameter's `id` is its path in
the body of the Responses API, or in that of Chat Completions where only this has it. Every set of known values is
open: another text can be sent too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, NamedTuple

from playground.core.resources import dated
from playground.core.runs.json_text import read

Api = Literal["responses", "chat"]
Kind = Literal["number", "integer", "boolean", "choice", "text", "long", "texts", "pairs", "json"]
"""`long`: text of several lines. `texts`: some texts. `pairs`: names with a text or an integer each. `json`: an object
or an array, held as the text that a person typed."""

APIS: tuple[Api, Api] = ("responses", "chat")

GROUPS: Mapping[str, str] = {
    "reasoning": "Reasoning",
    "sampling": "Sampling",
    "output": "Output format",
    "limits": "Limits",
    "state": "State and storage",
    "caching": "Caching and tier",
    "metadata": "Metadata",
    "safety": "Safety",
}
"""Group → title, in the order in which they are shown and sent."""


class _Row(NamedTuple):
    """One line of the table. `chat`: the path there; "" where it is the same, None where there is none."""

    id: str
    label: str
    chat: str | None = ""
    responses: bool = True
    kind: Kind | None = None
    help: str = ""
    step: float = 1
    start: float | None = None


_SCHEMA = "response_format.json_schema"
_TABLE: Mapping[str, tuple[_Row, ...]] = {
    "reasoning": (
        _Row("reasoning.effort", "Reasoning effort", "reasoning_effort"),
        _Row("reasoning.summary", "Summary", None),
        _Row("reasoning.mode", "Mode", None),
        _Row("reasoning.context", "Context", None),
        _Row("reasoning.generate_summary", "Generate summary", None),
    ),
    "sampling": (
        _Row("temperature", "Temperature", step=0.1, start=1.0),
        _Row("top_p", "Top p", step=0.05, start=1.0),
        _Row("presence_penalty", "Presence penalty", responses=False, step=0.1, start=0.0),
        _Row("frequency_penalty", "Frequency penalty", responses=False, step=0.1, start=0.0),
        _Row("seed", "Seed", responses=False, start=1),
        _Row("n", "Choices (n)", responses=False, start=2),
        _Row("logprobs", "Logprobs", responses=False),
        _Row("top_logprobs", "Top logprobs", start=5),
        _Row("stop", "Stop", responses=False),
        _Row("logit_bias", "Logit bias", responses=False),
    ),
    "output": (
        _Row("text.format.type", "Format", "response_format.type"),
        _Row("text.format.name", "Schema name", f"{_SCHEMA}.name"),
        _Row("text.format.strict", "Strict", f"{_SCHEMA}.strict"),
        _Row("text.format.description", "Description", f"{_SCHEMA}.description", kind="long"),
        _Row("text.format.schema", "JSON Schema", f"{_SCHEMA}.schema", kind="json"),
        _Row("text.verbosity", "Verbosity", "verbosity"),
        _Row("modalities", "Modalities", responses=False),
        _Row("audio.voice", "Audio voice", responses=False),
        _Row("audio.format", "Audio format", responses=False),
        _Row("prediction.content", "Prediction", responses=False, kind="long"),
        _Row("image.context_compression", "Image compression", None),
        _Row("stream_options.include_obfuscation", "Include obfuscation"),
    ),
    "limits": (
        _Row("max_output_tokens", "Max output tokens", "max_completion_tokens", step=64, start=1024),
        _Row("max_tokens", "Max tokens", responses=False, step=64, start=1024),
        _Row("max_tool_calls", "Max tool calls", None, start=8),
        _Row("parallel_tool_calls", "Parallel tool calls"),
        _Row("truncation", "Truncation", None),
    ),
    "state": (
        _Row("store", "Store"),
        _Row("background", "Background", None),
        _Row("background_options.completion_window", "Completion window", None),
        _Row("background_options.continuation_id", "Continuation ID", None),
        _Row("include", "Include", None),
        _Row("context_management", "Context management", None, kind="json"),
    ),
    "caching": (
        _Row("service_tier", "Service tier"),
        _Row("prompt_cache_key", "Prompt cache key"),
        _Row("prompt_cache_options.mode", "Cache mode"),
        _Row("prompt_cache_options.ttl", "Cache TTL"),
        _Row("prompt_cache_options.prewarm", "Cache prewarm", None),
        _Row("prompt_cache_options.comparison_response_id", "Compare response", None),
        _Row("prompt_cache_retention", "Cache retention"),
    ),
    "metadata": (_Row("metadata", "Metadata"),),
    "safety": (
        _Row("safety_identifier", "Safety identifier"),
        _Row("moderation.model", "Moderation model"),
        _Row("moderation.policy.input.mode", "Moderate input", help="What is done with input that is flagged."),
        _Row("moderation.policy.output.mode", "Moderate output", help="What is done with output that is flagged."),
        _Row("access_programs.cyber", "Cyber access", None),
        _Row("user", "User"),
    ),
}

CONSTANT: Mapping[str, tuple[str, object]] = {"prediction.content": ("prediction.type", "content")}
"""Parameter → the path and value that the API wants beside it."""

ELSEWHERE: Mapping[str, str] = {
    "model": "its own field",
    "input": "the messages",
    "messages": "the messages",
    "instructions": "its own field",
    "stream": "always on: the answer is shown as it comes",
    "stream_options.include_usage": "always on: the line below the answer shows it",
    "prediction.type": "set with the prediction's content",
    "conversation": "conversation state",
    "previous_response_id": "conversation state",
    "prompt": "prompts that the server keeps; they end on 30 Nov 2026",
    "tools": "tools",
    "tool_choice": "tools",
    "functions": "tools",
    "function_call": "tools",
    "web_search_options": "tools",
}
"""What the SDK takes and is no setting here, with the reason; all of it can be sent by “Other fields”."""

ALIASES: Mapping[str, str] = {"max_tokens": "max_output_tokens"}
"""What a server may call a parameter that was sent by another name."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting."""

    id: str
    label: str
    group: str
    kind: Kind
    paths: Mapping[Api, str]
    """API → path in its body; an API that does not have the parameter is missing."""
    choices: Mapping[Api, tuple[str, ...]] = field(default_factory=dict)
    """API → the values that are known there."""
    minimum: float | None = None
    maximum: float | None = None
    step: float = 1
    start: float | None = None
    max_items: int | None = None
    max_key: int | None = None
    max_length: int | None = None
    """Characters of a text, or of a pair's value."""
    pattern: str = ""
    of_integers: bool = False
    """Whether the values of the pairs are integers."""
    needs: tuple[str, str] | None = None
    """The parameter and its value without which this one has no meaning: it is neither shown nor sent."""
    deprecated: bool = False
    doc: str = ""

    @property
    def summary(self) -> str:
        """The first sentence of its help."""
        line = self.doc.partition("\n")[0]
        found = re.match(r".*?[a-z`)][.?!](?= [A-Z`]|$)", line)
        return found[0] if found else line

    def applies(self, api: Api, settings: Mapping[str, Any]) -> bool:
        """Whether it has a meaning in this API, beside these other settings."""
        return api in self.paths and (self.needs is None or settings.get(self.needs[0]) == self.needs[1])

    def problem(self, value: object) -> str:
        """What is wrong with a value, in words that do not name the parameter; "" where nothing is."""
        match self.kind:
            case "number" | "integer":
                return self._number_problem(value)
            case "boolean":
                return "" if isinstance(value, bool) else "Must be true or false"
            case "texts":
                return self._texts_problem(value)
            case "pairs":
                return self._pairs_problem(value)
            case "json":
                return read(value, self.json_kind)[1] if isinstance(value, str) else ""
        if not isinstance(value, str):
            return "Must be text"
        if self.max_length is not None and len(value) > self.max_length:
            return f"Has {len(value):,} characters; {self.max_length:,} are allowed"
        if self.pattern and not re.fullmatch(self.pattern, value):
            return "Only letters, digits, _ and - are allowed"
        return ""

    @property
    def json_kind(self) -> type:
        """What the JSON of a `json` parameter is: dict or list."""
        return list if self.id == "context_management" else dict

    def _number_problem(self, value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, int if self.kind == "integer" else int | float):
            return "Must be a whole number" if self.kind == "integer" else "Must be a number"
        assert isinstance(value, int | float)
        low, high = self.minimum, self.maximum
        if (low is None or value >= low) and (high is None or value <= high):
            return ""
        if low is not None and high is not None:
            return f"Must be between {low} and {high}"
        return f"Must be at least {low}" if low is not None else f"Must be at most {high}"

    def _texts_problem(self, value: object) -> str:
        if not isinstance(value, list | tuple) or not all(isinstance(entry, str) for entry in value):
            return "Must be a list of texts"
        if self.max_items is not None and len(value) > self.max_items:
            return f"Has {len(value)} entries; {self.max_items} are allowed"
        return ""

    def _pairs_problem(self, value: object) -> str:
        if not isinstance(value, Mapping):
            return "Must be names with values"
        if self.max_items is not None and len(value) > self.max_items:
            return f"Has {len(value)} entries; {self.max_items} are allowed"
        for name, entry in value.items():
            if self.max_key is not None and len(name) > self.max_key:
                return f"The name “{name[:20]}…” has {len(name)} characters; {self.max_key} are allowed"
            if words := self._entry_problem(entry):
                return f"“{name}”: {words}"
        return ""

    def _entry_problem(self, entry: object) -> str:
        if not self.of_integers:
            length = len(entry) if isinstance(entry, str) else 0
            too_long = self.max_length is not None and length > self.max_length
            return f"{length:,} characters; {self.max_length} are allowed" if too_long else ""
        if isinstance(entry, bool) or not isinstance(entry, int):
            return "not a whole number"
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and not low <= entry <= high:
            return f"not between {low} and {high}"
        return ""

    def wire(self, value: Any) -> Any:
        """The value as JSON; None where it is text that is no JSON of the right kind, or nothing."""
        if self.kind == "json" and isinstance(value, str):
            return read(value, self.json_kind)[0]
        if self.kind in ("texts", "pairs"):
            return (list(value) if self.kind == "texts" else dict(value)) or None
        return value


@cache
def _facts() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(dated("parameters").read_text("utf-8"))
    return document


def sdk_version() -> str:
    """The SDK that the facts were read from."""
    return str(_facts()["sdk"])


@cache
def parameters() -> tuple[Parameter, ...]:
    """All of them, group by group."""
    return tuple(_made(group, row) for group, rows in _TABLE.items() for row in rows)


@cache
def _by_id() -> dict[str, Parameter]:
    return {parameter.id: parameter for parameter in parameters()}


def parameter(identifier: str) -> Parameter | None:
    """By its id; None where there is none."""
    return _by_id().get(identifier)


def _made(group: str, row: _Row) -> Parameter:
    paths: dict[Api, str] = {"responses": row.id} if row.responses else {}
    if row.chat is not None:
        paths["chat"] = row.chat or row.id
    entries = {api: _facts()[api][path] for api, path in paths.items()}
    fact = next(iter(entries.values()))
    of = fact.get("items", {}) if fact["type"] == "array" else fact
    when = next(iter(fact.get("when", {}).items()), None)
    return Parameter(
        row.id,
        row.label,
        group,
        row.kind or _kind(fact),
        paths,
        {api: tuple(_choices(entry)) for api, entry in entries.items()},
        of.get("minimum"),
        of.get("maximum"),
        row.step,
        row.start,
        fact.get("max_items"),
        fact.get("max_key"),
        fact.get("max_length"),
        fact.get("pattern", ""),
        fact["type"] == "map" and fact["items"] == "integer",
        when,
        any(entry.get("deprecated") for entry in entries.values()),
        fact["doc"] or row.help,
    )


def _choices(fact: Mapping[str, Any]) -> Iterable[str]:
    of = fact["items"] if fact["type"] == "array" else fact
    choices: Iterable[str] = of.get("choices", ())
    return choices


def _kind(fact: Mapping[str, Any]) -> Kind:
    if fact["type"] == "string":
        return "choice" if "choices" in fact else "text"
    kinds: Mapping[str, Kind] = {
        "number": "number",
        "integer": "integer",
        "boolean": "boolean",
        "array": "texts",
        "map": "pairs",
    }
    return kinds[fact["type"]]
