"""What Compose says about a run: the line under the answer, the words beside Run, the boxes for what went wrong."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple, Protocol

from playground.core.errors import Problem
from playground.core.runs import GenerationRequest, RunSnapshot, Usage

NOT_FETCHED = "The local model's weights are not on this machine yet (112 MB, fetched once)."


class Fact(NamedTuple):
    """One part of the line under the answer: `strong` stands out, `rest` explains it. `role`: a colour."""

    strong: str
    rest: str = ""
    role: str = "muted"

    def text(self) -> str:
        return f"{self.strong} {self.rest}".strip()


def seconds(value: float) -> str:
    """A duration as it is read: 412 ms, 3.1 s, 2 min 05 s."""
    if value < 0.9995:
        return f"{round(value * 1000)} ms"
    if value < 59.95:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest:02d} s"


def dollars(cost: Decimal) -> str:
    """A price with as many digits as it needs: $0.0023, $1.25, under $0.0001."""
    if cost == 0:
        return "$0"
    if cost < Decimal("0.0001"):
        return "under $0.0001"
    return f"${cost:.2f}" if cost >= 1 else f"${cost:.4f}"


def tokens(usage: Usage) -> str:
    """`418 in · 0 cached · 146 reasoning · 187 out`, of what the server counted."""
    parts = (
        (usage.input, "in"),
        (usage.cached, "cached"),
        (usage.reasoning, "reasoning"),
        (usage.output, "out"),
    )
    return " · ".join(f"{count:,} {what}" for count, what in parts if count is not None)


def stats(snapshot: RunSnapshot, waited: float | None = None) -> list[Fact]:
    """The line under the answer. `waited`: seconds since Run, while nothing came."""
    facts: list[Fact] = []
    if state := _state(snapshot, waited):
        facts.append(state)
    if snapshot.first_token is not None:
        number, unit = seconds(snapshot.first_token).rsplit(" ", 1)
        facts.append(Fact(number, f"{unit} to first token"))
    if snapshot.tokens_per_second is not None:
        speed = snapshot.tokens_per_second
        facts.append(Fact(f"{speed:,.0f}" if speed >= 10 else f"{speed:.1f}", "tok/s"))
    if snapshot.usage is not None and (counted := tokens(snapshot.usage)):
        facts.append(Fact("", counted))
        facts.append(Fact("", dollars(snapshot.cost) if snapshot.cost is not None else "cost unknown"))
    return facts


def _state(snapshot: RunSnapshot, waited: float | None) -> Fact | None:
    if snapshot.reason == "stalled" and snapshot.status in ("waiting", "streaming"):
        return Fact("silent", "the server sends nothing; Stop keeps what came", "warning")
    if snapshot.status == "waiting":
        return Fact("waiting", f"{waited:.0f} s" if waited is not None and waited >= 1 else "")
    words = {
        "cancelled": Fact("stopped", "", "warning"),
        "incomplete": Fact("incomplete", "", "warning"),
        "cut": Fact("cut off", "", "warning"),
        "failed": Fact("failed", "", "error"),
    }
    return words.get(snapshot.status)


def status(snapshot: RunSnapshot | None, running: bool, model: str) -> str:
    """The words beside Run."""
    if snapshot is None:
        return ""
    if running:
        verb = {"waiting": "Waiting for", "streaming": "Streaming from"}.get(snapshot.status, "Ending")
        return f"{verb} {model}" if verb != "Ending" else "Ending"
    took = f" in {seconds(snapshot.duration)}" if snapshot.duration is not None else ""
    return {
        "completed": f"Done{took}",
        "incomplete": f"Incomplete{took}",
        "cancelled": "Stopped. What came is kept.",
        "cut": "Cut off. What came is kept.",
        "failed": "Failed",
    }.get(snapshot.status, "")


class Came(Protocol):
    """What came of a run."""

    blocks: int
    refused: bool


def trouble(
    snapshot: RunSnapshot, request: GenerationRequest | None, came: Came | None = None
) -> tuple[Problem, str] | None:
    """The box for what went wrong, and its role (error or warning); None where nothing did."""
    kept = came is not None and came.blocks > 0
    if snapshot.status == "failed":
        return _keeping(snapshot.problem or _unknown(snapshot), kept), "error"
    if snapshot.status == "cut":
        return _keeping(snapshot.problem or _cut(snapshot), kept), "error"
    if snapshot.status == "incomplete":
        return snapshot.problem or _incomplete(snapshot, request), "warning"
    if snapshot.unreadable and snapshot.status == "completed":
        return _unreadable(snapshot.unreadable), "warning"
    if came is not None and came.refused and snapshot.status == "completed":
        return REFUSED, "warning"
    return None


def _keeping(problem: Problem, kept: bool) -> Problem:
    """Says that what came is kept, where something did and nobody says so yet."""
    if not kept or "kept" in problem.remedy:
        return problem
    return replace(problem, remedy=f"What came is kept. {problem.remedy}")


def _unreadable(number: int) -> Problem:
    """Without the request ID: it is in the line below."""
    what = "One event of the stream was" if number == 1 else f"{number:,} events of the stream were"
    shown = "It is shown as it came" if number == 1 else "They are shown as they came"
    return Problem(
        "Part of the stream could not be read",
        f"{what} not what the API promises: broken JSON, other bytes than UTF-8, or lines out of place. The server, or "
        "a proxy on the way, damaged it.",
        f"{shown}, as “unreadable event”; a piece of the answer may be missing. Compare, or run again.",
        retry="Perhaps; if it happens again, look at proxies between here and the server.",
    )


def _unknown(snapshot: RunSnapshot) -> Problem:
    return Problem(
        title="The answer failed",
        cause="The server gave no reason.",
        remedy="Look at the request in the log, then try again.",
        request_id=snapshot.request_id,
    )


def _cut(snapshot: RunSnapshot) -> Problem:
    return Problem(
        title="The stream ended early",
        cause="The connection closed before the server said that the answer is complete.",
        remedy="What came is kept. Try again, or continue from here.",
        request_id=snapshot.request_id,
    )


def _incomplete(snapshot: RunSnapshot, request: GenerationRequest | None) -> Problem:
    """Without the request ID: it is in the line below."""
    if snapshot.reason in ("max_output_tokens", "length", "max_tokens"):
        limit = request.sent().get("max_output_tokens") if request is not None else None
        if limit is not None:
            cause = f"It reached the limit you set: max output tokens is {limit:,}, reasoning included."
            remedy = "Raise or clear “Max output tokens” on the right and run again, or continue the conversation."
        else:
            cause = "It reached the most output tokens that the server or the model allows."
            remedy = "Set a higher “Max output tokens” on the right, ask for a shorter answer, or continue."
        return Problem("The answer is incomplete", cause, remedy)
    if snapshot.reason == "content_filter":
        return Problem(
            "The answer is incomplete",
            "The server's content filter stopped it.",
            "Change the prompt and run again.",
            retry="The same prompt will most likely be stopped again.",
        )
    return Problem(
        "The answer is incomplete",
        f"The server gave the reason “{snapshot.reason}”." if snapshot.reason else "The server gave no reason.",
        "What came is kept. Run again, or continue the conversation.",
    )


REFUSED = Problem(
    "The model refused",
    "It gave a refusal in the answer's place; its words are above. The request itself was in order.",
    "Reword the prompt, or say in the instructions what it is for.",
    retry="Perhaps; the same prompt is mostly refused again.",
)


def first_words(*, sandbox: bool, server: str) -> str:
    """What the empty output says before the first run."""
    if sandbox:
        return (
            "Press Run, or Ctrl+Enter anywhere in this panel.\n\n"
            "This is the sandbox: answers are simulated on this machine, by an echo of the request or by a very small "
            "local model. No key is needed, and nothing leaves this machine."
        )
    return f"Press Run, or Ctrl+Enter anywhere in this panel.\n\nThe prompt goes to {server}, which may charge for it."
