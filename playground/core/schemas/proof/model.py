"""What a proof is about: inputs, what is asked of a model, and what came of each run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from playground.core.runs import GenerationRequest, Message
from playground.core.runs.parameters import Api

if TYPE_CHECKING:
    from decimal import Decimal

    from playground.core.errors import Problem

Verdict = Literal["valid", "invalid", "cut", "refused", "failed"]
"""`valid`: the independent validator finds nothing. `invalid`: it does, or it is no JSON. `cut`: the output ended
before its end. `refused`: the model said no. `failed`: there was no answer."""
VERDICTS: tuple[Verdict, ...] = ("valid", "invalid", "cut", "refused", "failed")
MOST_RUNS = 100
"""Of one input."""
MOST_INPUTS = 2_000
LONGEST_INPUT = 1_000_000
"""Characters."""
SHOWN = 200_000
"""Characters of an output that are kept to be shown; the request log has all of it."""


@dataclass(frozen=True, slots=True)
class ProofInput:
    """A text, or a list of messages as JSON has them."""

    text: str = ""
    messages: tuple[Mapping[str, Any], ...] = ()
    failed: bool = False
    """Whether it is in the regression set: one of its outputs was wrong once."""

    @property
    def is_blank(self) -> bool:
        return not self.text.strip() and not self.messages

    @property
    def key(self) -> str:
        """What it is known by: two inputs that say the same are one."""
        return json.dumps(list(self.messages), ensure_ascii=False, sort_keys=True) if self.messages else self.text

    def line(self) -> str:
        """It in one line, for a list."""
        if not self.messages:
            return " ".join(self.text[:500].split())
        words = [f"{one.get('role', '?')}: {_words(one.get('content'))}" for one in self.messages[-3:]]
        return " · ".join(" ".join(word[:200].split()) for word in words)


def _words(content: object) -> str:
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)[:500]


@dataclass(frozen=True)
class Plan:
    """What is run: every input so many times."""

    schema: Any = field(repr=False)
    """As it is sent."""
    inputs: tuple[ProofInput, ...]
    name: str = "result"
    model: str = ""
    runs: int = 5
    instructions: str = ""
    max_tokens: int | None = None
    """The most output tokens of one run; None: the server's own limit."""
    strict: bool = True
    tool: bool = False
    """Whether it is a function tool's parameters: the model is made to call it, and the arguments are the output."""
    description: str = ""
    """Of the tool."""
    api: Api = "responses"
    client: Any = field(default=None, repr=False)
    """A schema that says more than the one that is sent: it is checked here. None: there is none."""
    parallel: int = 4
    """Runs under way at once, at most."""

    @property
    def total(self) -> int:
        return len(self.inputs) * self.runs

    def request(self, number: int, api: Api | None = None) -> GenerationRequest:
        """The request of an input."""
        one, api = self.inputs[number], api or self.api
        settings: dict[str, Any] = {} if self.max_tokens is None else {"max_output_tokens": self.max_tokens}
        extra = self._tool(api) if self.tool else self._format(api)
        messages: tuple[Message, ...] = (Message("user", one.text),)
        if one.messages:
            plain = all(isinstance(message.get("content"), str) for message in one.messages)
            messages = ()
            if plain:
                messages = tuple(Message(str(each.get("role", "user")), each["content"]) for each in one.messages)
            else:
                extra["messages" if api == "chat" else "input"] = self._items(one, api)
        return GenerationRequest(api, self.model, self.instructions, messages, settings, extra)

    def _format(self, api: Api) -> dict[str, Any]:
        form = {"name": self.name, "schema": self.schema, "strict": self.strict}
        if api == "chat":
            return {"response_format": {"type": "json_schema", "json_schema": form}}
        return {"text": {"format": {"type": "json_schema", **form}}}

    def _tool(self, api: Api) -> dict[str, Any]:
        tool: dict[str, Any] = {"name": self.name, "parameters": self.schema, "strict": self.strict}
        if self.description:
            tool["description"] = self.description
        name = {"name": self.name}
        if api == "chat":
            chosen: dict[str, Any] = {"type": "function", "function": name}
            return {"tools": [{"type": "function", "function": tool}], "tool_choice": chosen}
        return {"tools": [{"type": "function", **tool}], "tool_choice": {"type": "function", **name}}

    def _items(self, one: ProofInput, api: Api) -> list[Any]:
        items: list[Any] = list(one.messages)
        if api == "chat" and self.instructions.strip():
            items.insert(0, {"role": "system", "content": self.instructions})
        return items


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong in an output."""

    path: str
    """JSON pointer into the output."""
    words: str
    """A clause without its subject: “is 9, greater than 4”."""
    client: bool = False
    """Whether only the schema of the client's side says so."""

    def line(self) -> str:
        """In a sentence."""
        return f"{self.path or 'The output'} {self.words}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one run."""

    input: int
    """From 0, in the plan."""
    run: int
    """From 0."""
    verdict: Verdict
    text: str = field(default="", repr=False)
    """The output as it came, or the refusal's words; the first `SHOWN` characters."""
    wrong: tuple[Wrong, ...] = ()
    words: str = ""
    """What there is to say, in a sentence."""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Of a JSON output: pointer → the value there as canonical JSON (or its digest), for comparing."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: Decimal | None = None
    seconds: float | None = None
    request_id: str | None = None
    exchange_id: str | None = None
    problem: Problem | None = None

    @property
    def is_good(self) -> bool:
        return self.verdict == "valid"


@dataclass(frozen=True, slots=True)
class Field:
    """How far the runs of the same input agree in one place, on average over the inputs."""

    pointer: str
    share: float
    """0…1: the share of runs that give the most frequent value."""
    runs: int
    """Outputs that were compared."""
    length: float | None = None
    """Of a list: the same share for its length."""


@dataclass(frozen=True)
class Totals:
    """How a proof stands."""

    total: int = 0
    done: int = 0
    counts: Mapping[Verdict, int] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    """In the order in which the output has them; empty until an input has two outputs."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal | None = None
    """USD of the runs whose price is known; None where none is."""
    unpriced: int = 0
    """Runs that used tokens at an unknown price."""
    failed_inputs: frozenset[int] = frozenset()

    def count(self, verdict: Verdict) -> int:
        return self.counts.get(verdict, 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """A run has ended, and how the proof stands with it."""

    outcome: Outcome
    totals: Totals
