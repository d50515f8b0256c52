"""A function tool on the bench: arguments that fit it, a mock of its answer, and the conversation that both make."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.core.runs import GenerationRequest
from playground.core.runs.parameters import Api
from playground.core.schemas.proof.model import LONGEST_INPUT
from playground.core.schemas.use import Held, held, put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.core.errors import Problem
    from playground.core.session import Session, SessionManager

MOCKS: tuple[tuple[str, str, str], ...] = (
    ("done", "It worked", '{"ok": true}'),
    ("empty", "Nothing found", '{"results": []}'),
    ("error", "It failed", '{"error": {"code": "not_found", "message": "There is no such thing."}}'),
    ("slow", "It took too long", '{"error": {"code": "timeout", "message": "No answer within 30 seconds."}}'),
    ("text", "Plain text", "Three results, the newest from yesterday."),
)
"""Answers to choose from: key, words, text. A tool's answer has no schema: any text may be one."""
CALL_ID = "call_bench"
"""The id of the simulated call."""
MOST_MARKS = 50


@dataclass(frozen=True, slots=True)
class Checked:
    """Arguments against the tool's parameters. `marks`: first character, character behind the last, words."""

    words: str
    fits: bool
    marks: tuple[tuple[int, int, str], ...] = ()
    more: str = ""
    """All that is wrong, a line each."""


def arguments(document: Any, seed: int = 0) -> str:
    """Arguments that fit, laid out; 0: the plainest ones, always the same for the same seed. Raises ValueError where
    none are found (`NoExample`, `UnusableSchema`). In the pool."""
    from playground.core.schemas.example import NoExample, example, generate

    schema = held(document).schema
    if seed == 0:
        return _laid_out(example(schema))
    for made in generate(schema, seed, count=1):
        return _laid_out(made)
    raise NoExample("No arguments that fit this schema were found.")


def _laid_out(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def check_arguments(document: Any, text: str) -> Checked:
    """Whether a text is arguments that fit, and what is wrong where. In the pool; never raises."""
    from playground.core.schemas.document import Document, SchemaTextError
    from playground.core.schemas.proof.judging import Judge
    from playground.core.schemas.validate import UnusableSchema

    one = held(document)
    if not text.strip():
        return Checked("There are no arguments yet.", False)
    try:
        read = Document.parse(text)
    except SchemaTextError as error:
        return Checked(str(error), False, ((error.offset, error.offset + 1, error.words),))
    try:
        wrong = Judge(one.schema).wrongs(read.value)
    except UnusableSchema as error:
        return Checked(f"They cannot be checked. {error}", False)
    if not wrong:
        return Checked(f"They fit {one.name or 'the tool'}.", True)
    marks = []
    for found in wrong[:MOST_MARKS]:
        start, end = read.place(found.path)
        # A whole object underlined says nothing.
        marks.append((start, start + 1 if text[start : start + 1] in ("{", "[") else end, found.line()))
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    lines = "\n".join(found.line() for found in wrong)
    return Checked(f"{_said(wrong[0].path, wrong[0].words)}{more}.", False, tuple(marks), lines)


def _said(path: str, words: str) -> str:
    return f"{path or 'The whole'} {words}"


def conversation(document: Any, said: str, given: str, answer: str, api: Api = "responses") -> list[dict[str, Any]]:
    """The turns up to the tool's answer, as the API takes them: what was said, the call, and what the tool gave."""
    name = held(document).name or "tool"
    turns: list[dict[str, Any]] = [{"role": "user", "content": said}] if said.strip() else []
    given = _short(given)
    if api == "chat":
        call = {"id": CALL_ID, "type": "function", "function": {"name": name, "arguments": given}}
        turns.append({"role": "assistant", "content": None, "tool_calls": [call]})
        turns.append({"role": "tool", "tool_call_id": CALL_ID, "content": answer})
        return turns
    turns.append({"type": "function_call", "call_id": CALL_ID, "name": name, "arguments": given})
    turns.append({"type": "function_call_output", "call_id": CALL_ID, "output": answer})
    return turns


def _short(text: str) -> str:
    """As models write arguments: on one line."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


@dataclass(frozen=True)
class Turn:
    """What is sent back to the model: the conversation with the tool's answer in it."""

    document: Any = field(repr=False)
    model: str
    said: str = ""
    given: str = ""
    answer: str = ""
    instructions: str = ""
    max_tokens: int | None = None

    def request(self, api: Api = "responses") -> GenerationRequest:
        """The request; the tool may be called again, or not."""
        turns: list[Any] = conversation(self.document, self.said, self.given, self.answer, api)
        if api == "chat" and self.instructions.strip():
            turns.insert(0, {"role": "system", "content": self.instructions})
        one: Held = held(self.document)
        extra = {"messages" if api == "chat" else "input": turns, "tools": [put(one, "function", api)]}
        settings = {} if self.max_tokens is None else {"max_output_tokens": self.max_tokens}
        return GenerationRequest(api, self.model, self.instructions, (), settings, extra)


@dataclass(frozen=True, slots=True)
class Said:
    """What the model made of the tool's answer."""

    text: str
    call: str | None = None
    """The arguments, where it called again."""
    words: str = ""
    """What there is to say of it, where it is no whole answer."""
    problem: Problem | None = None
    request_id: str | None = None
    exchange_id: str | None = None


async def say_on(session: Session, turn: Turn) -> Said:
    """Send the tool's answer; where the server has no Responses, by Chat Completions."""
    said = await _ask(session, turn, "responses")
    if _is_unserved(said):
        other = await _ask(session, turn, "chat")
        return said if _is_unserved(other) else other
    return said


def _is_unserved(said: Said) -> bool:
    problem = said.problem
    return problem is not None and problem.status in (404, 405, 501) and problem.code != "model_not_found"


async def _ask(session: Session, turn: Turn, api: Api) -> Said:
    from playground.core.runs.run import run_generation
    from playground.core.schemas.proof.running import ORIGIN, Output

    output = Output()
    snapshot = await run_generation(session, turn.request(api), output.push, origin=ORIGIN)
    words = ""
    if snapshot.problem is not None:
        words = snapshot.problem.line()
    elif output.refusal():
        words = "The model refused."
    elif snapshot.status != "completed":
        words = f"The answer is not whole: {snapshot.reason or snapshot.status}."
    text = output.text() or output.refusal()
    return Said(text, output.call(), words, snapshot.problem, snapshot.request_id, snapshot.exchange_id)


class SayingOn:
    """Sends it in the asyncio thread, by the active profile. Raises ProblemError where no session can be had."""

    def __init__(self, sessions: SessionManager, turn: Turn) -> None:
        self._sessions, self._turn = sessions, turn

    async def __call__(self) -> Said:
        from playground.core.errors import ProblemError, explain

        profile = self._sessions.current
        try:
            session = await self._sessions.session_of(profile)
        except Exception as error:
            raise ProblemError(explain(error, base_url=profile.base_url or "", profile=profile.name)) from error
        return await say_on(session, self._turn)


def with_answer(turns: Sequence[Any], said: Said) -> list[Any]:
    """The conversation with what the model made of it."""
    made = list(turns)
    if said.text:
        made.append({"role": "assistant", "content": said.text[:LONGEST_INPUT]})
    if said.call is not None:
        made.append({"type": "function_call", "arguments": said.call[:LONGEST_INPUT]})
    return made
