"""An output is judged: read as JSON, and validated by a validator that knows nothing of the server that made it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from playground.core.schemas.proof.agreement import fields_of
from playground.core.schemas.proof.model import SHOWN, Outcome, Verdict, Wrong

if TYPE_CHECKING:
    from playground.core.runs import RunSnapshot

MOST_WRONG = 50
"""Things that are told of one output."""
LONGEST = 20_000_000
"""Characters of an output that is read."""
_LIMITS = ("max_output_tokens", "length", "max_tokens")


class NotJson(ValueError):
    """Why an output is no JSON, as a clause; `at`: the character where it stops being so."""

    def __init__(self, words: str, at: int) -> None:
        super().__init__(words)
        self.at = at


def read(text: str) -> Any:
    """The value of an output. Raises NotJson."""
    if len(text) > LONGEST:
        raise NotJson(f"has {len(text):,} characters, and more than {LONGEST:,} are not read", 0)
    try:
        return json.loads(text, parse_constant=_constant)
    except json.JSONDecodeError as error:
        words = "is empty" if not text.strip() else f"is no JSON: {error.msg}, at character {error.pos:,}"
        raise NotJson(words, error.pos) from None
    except RecursionError:
        raise NotJson("is nested too deeply to be read", 0) from None
    except ValueError as error:
        raise NotJson(f"cannot be read: {str(error)[:200]}", 0) from None


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


class Judge:
    """A schema that several outputs are checked against, and one that says more. In one thread at a time."""

    def __init__(self, schema: Any, client: Any = None) -> None:
        """`client`: what only it says is marked. Raises UnusableSchema."""
        from playground.core.schemas.validate import Validator

        self._validator = Validator(schema)
        self._client = Validator(client) if client is not None and client != schema else None

    def wrongs(self, value: Any) -> tuple[Wrong, ...]:
        """What is wrong with a value. It may take as long as the validator lets a `pattern` take: not for the GUI
        thread. Raises UnusableSchema."""
        found = [Wrong(one.path, one.words) for one in self._validator.violations(value, most=MOST_WRONG)]
        if self._client is not None:
            known = {(one.path, one.words) for one in found}
            more = [Wrong(one.path, one.words, True) for one in self._client.violations(value, most=MOST_WRONG)]
            found += [one for one in more if (one.path, one.words) not in known]
        return tuple(found[:MOST_WRONG])


def judge(
    number: int, run: int, text: str | None, refusal: str, snapshot: RunSnapshot, schema: Any, client: Any = None
) -> Outcome:
    """What came of a run. `text` None: the tool was not called. Never raises; see `Judge.wrongs` for how long it
    takes."""
    verdict, words, wrong, fields = _judged(text, refusal, snapshot, schema, client)
    usage = snapshot.usage
    return Outcome(
        number,
        run,
        verdict,
        (refusal or text or "")[:SHOWN],
        wrong,
        words,
        fields,
        usage.input if usage is not None else None,
        usage.output if usage is not None else None,
        snapshot.cost,
        snapshot.duration,
        snapshot.request_id,
        snapshot.exchange_id,
        snapshot.problem,
    )


_Judged = tuple[Verdict, str, tuple[Wrong, ...], dict[str, str]]


def _judged(text: str | None, refusal: str, snapshot: RunSnapshot, schema: Any, client: Any) -> _Judged:
    if snapshot.status == "failed":
        problem = snapshot.problem
        return "failed", problem.line() if problem is not None else "There was no answer.", (), {}
    if snapshot.status in ("incomplete", "cut", "cancelled"):
        return "cut", _cut_words(snapshot), (), {}
    if refusal:
        return "refused", "The model refused.", (), {}
    if text is None:
        return "invalid", "The tool was not called.", (Wrong("", "is no call of the tool"),), {}
    try:
        value = read(text)
    except NotJson as error:
        found = Wrong("", str(error))
        return "invalid", f"{found.line()}.", (found,), {}
    from playground.core.schemas.validate import UnusableSchema

    try:
        wrong = Judge(schema, client).wrongs(value)
    except UnusableSchema as error:
        return "failed", f"It could not be checked. {error}", (), fields_of(value)
    if not wrong:
        return "valid", "It fits the schema.", (), fields_of(value)
    more = "" if len(wrong) == 1 else f" (and {len(wrong) - 1} more)"
    return "invalid", f"{wrong[0].line()}{more}", wrong, fields_of(value)


def _cut_words(snapshot: RunSnapshot) -> str:
    """Where and why it ended, no more than is known."""
    if snapshot.status == "cancelled":
        return "It was stopped."
    if snapshot.status == "cut":
        return "The connection was closed before the end."
    if snapshot.reason in _LIMITS:
        made = snapshot.usage.output if snapshot.usage is not None else None
        return f"Cut at {made:,} tokens." if made is not None else "Cut at the limit of output tokens."
    if snapshot.reason == "content_filter":
        return "A content filter cut it."
    return f"It is incomplete: {snapshot.reason or 'the server does not say why'}."
