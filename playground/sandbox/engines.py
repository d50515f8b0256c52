"""What answers a request: the engine protocol, the pieces an engine yields, and the list of engines.

The server turns a request of either API (Responses, Chat Completions, legacy Completions) into one
`GenerationTask`, and an engine's pieces back into the objects and events of that API. An engine knows
nothing of either.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from playground.sandbox.faults import NONE, Faults

_log = logging.getLogger(__name__)

ApiName: TypeAlias = Literal["responses", "chat", "completions", "realtime"]
FinishReason: TypeAlias = Literal["stop", "length", "tool_calls"]


@dataclass(frozen=True, slots=True)
class Passage:
    """What a file search found: the part of a file's chunk that answers best."""

    file_id: str
    filename: str
    text: str
    score: float
    """From 0 to 1."""


@dataclass(slots=True)
class GenerationTask:
    """One generation, whatever API asked for it."""

    model: str
    messages: list[dict[str, Any]]
    """Oldest first; each has `role` and `content`, a plain text (parts that are not text are named in brackets).

    Roles are system, developer, user, assistant and tool. An assistant message that called tools also has
    `tool_calls`: a list of `{"id", "name", "arguments"}`; a tool message has `tool_call_id`. The text of
    `instructions` is not repeated here.
    """
    instructions: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    """The most output tokens (None: the engine's own limit)."""
    schema: dict[str, Any] | None = None
    """A JSON Schema that the text must satisfy. `{"type": "object"}` for JSON mode."""
    tools: list[dict[str, Any]] | None = None
    """Tools that can be called, in one shape for both APIs.

    `{"type": "function", "name", "description", "parameters", "strict"}` or
    `{"type": "custom", "name", "description", "format"}`. Hosted tools (web_search, ...) are only in `raw`.
    """
    tool_choice: str | dict[str, Any] | None = None
    """"none", "auto", "required", or `{"type": "function" | "custom", "name"}`."""
    seed: int | None = None
    stop: list[str] | None = None
    """Texts at which the engine ends its output; they are not part of it."""
    raw: dict[str, Any] = field(default_factory=dict)
    """The request's JSON body, as it came."""
    api: ApiName = "responses"
    headers: Mapping[str, str] = field(default_factory=dict)
    """The request's `X-Sandbox-*` headers, their names in lower case."""
    faults: Faults = NONE
    """What is to go wrong with it; see `fault_pieces`."""
    passages: list[Passage] | None = None
    """What a file search found for it, best first. None: nothing was searched."""


@dataclass(frozen=True, slots=True)
class Text:
    """Some more of the answer's text."""

    text: str
    cited: tuple[Passage, ...] = ()
    """The passages that the text up to its end is from."""


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Some more of the reasoning, shown as a summary; it comes before the text."""

    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Some more of the words with which the model refuses; it comes in the text's place."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """Some more of the arguments of one call. A new `index` begins a new call (and ends the one before)."""

    name: str
    arguments_delta: str = ""
    index: int = 0
    kind: Literal["function", "custom"] = "function"


@dataclass(frozen=True, slots=True)
class Finished:
    """The last piece. Token counts that an engine does not know are None; the server counts then."""

    reason: FinishReason = "stop"
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached: int = 0
    """How many of the input tokens came out of a cache."""
    reasoning_tokens: int | None = None
    """How many of the output tokens were reasoning."""


Piece: TypeAlias = Text | Reasoning | Refusal | ToolCall | Finished


class EngineError(Exception):
    """An engine could not answer. Becomes an error of the API: `status` before a stream began, else an event.

    `message` is for a person: what happened, and what to do about it.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 500,
        type: str = "server_error",
        code: str | None = "server_error",
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = type
        self.code = code
        self.param = param


class Engine(Protocol):
    """Something that answers generation tasks."""

    @property
    def model_ids(self) -> tuple[str, ...]:
        """The models it offers at this moment; may change while the server runs. Must be quick."""
        ...

    def generate(self, task: GenerationTask) -> AsyncGenerator[Piece, None]:
        """Yield pieces, `Finished` last. Closing the generator (aclose, or cancelling) stops the work at once.

        Raises EngineError, before the first piece or later.
        """
        ...

    async def aclose(self) -> None:
        """Let go of processes and memory."""
        ...


@runtime_checkable
class ExplainsAbsence(Protocol):
    """An engine that knows models which it cannot offer at this moment, and can say how to get them."""

    def absence(self, model: str) -> str | None:
        """The words of the 404 for `model`; None when it knows nothing of it."""
        ...


@runtime_checkable
class ChecksTasks(Protocol):
    """An engine that can tell early that it cannot do a task.

    `check` is called before anything is sent, so its EngineError becomes an answer with that status.
    """

    def check(self, task: GenerationTask) -> None:
        """Raise EngineError where `generate` would. Must be quick."""
        ...


@runtime_checkable
class TellsOfHostedTools(Protocol):
    """An engine that says in its answer that hosted tools (web_search, ...) were not run.

    For any other engine a request with hosted tools is refused, so that nothing is left out in silence.
    """

    tells_of_hosted_tools: bool


class Engines:
    """The engines of one server, in the order in which their models are listed."""

    def __init__(self, engines: Sequence[Engine]) -> None:
        self._engines = tuple(engines)

    def models(self) -> list[str]:
        """Every model that is offered at this moment."""
        return [model for engine in self._engines for model in engine.model_ids]

    def find(self, model: str) -> Engine | None:
        """The engine that offers `model`."""
        for engine in self._engines:
            if model in engine.model_ids:
                return engine
        return None

    def absence(self, model: str) -> str | None:
        """Why `model` is not offered, in the words of the engine that knows it."""
        for engine in self._engines:
            if isinstance(engine, ExplainsAbsence):
                words = engine.absence(model)
                if words:
                    return words
        return None

    async def aclose(self) -> None:
        """Close all of them; one that fails does not keep the others from being closed."""
        for engine in self._engines:
            try:
                await engine.aclose()
            except Exception:
                _log.exception("an engine did not close cleanly")


def load_engines(state_dir: Path, *, echo_rate: float) -> Engines:
    """The echo engine, and the local model's engine where this installation has it.

    `ModelEngine(state_dir)` gets the sandbox's state folder, in which its weights are looked for. Its module is
    imported only here, so that the server starts without it where a machine lacks what it needs.
    """
    from playground.sandbox.echo import EchoEngine

    engines: list[Engine] = [EchoEngine(rate=echo_rate)]
    try:
        from playground.sandbox.model_engine import ModelEngine

        engines.append(ModelEngine(state_dir))
    except ImportError as error:
        _log.info("the local model's engine is not there: %s", error)
    return Engines(engines)
