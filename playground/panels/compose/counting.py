"""Counts the prompt's tokens while it is written: off the GUI thread, a moment after the last change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from playground.core.importing import IMPORTING
from playground.core.token_child import TokenCounter
from playground.panels.compose.words import dollars

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.profiles import Profile
    from playground.core.runs import GenerationRequest
    from playground.core.session import SessionManager
    from playground.core.tokens import PromptCount
    from playground.panels.compose.draft import Draft
    from playground.panels.compose.view import ComposeView
    from playground.panels.contract import PanelContext

AFTER_MS = 200
"""Pause in writing after which the prompt is counted."""
REST_MS = 10_000
"""After the last count until the process that counts is ended; starting it again takes about 0.4 s."""
FIRST_MS = 800
"""The same for the first time: loading the encoding is not to come in the way of the start."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a prompt will take, before it is sent."""

    tokens: int
    instructions: int
    messages: tuple[int, ...]
    """Of each message's text."""
    about: bool
    """Whether the number of tokens is only near."""
    cost: Decimal | None
    """USD of the input; None: unknown."""
    most: Decimal | None
    """USD with as much output as the prompt allows; None where that is not limited, or the price is unknown."""
    context: int | None
    """Tokens of prompt and answer that the model can take; None: unknown."""
    limit: int | None
    """The most output tokens that are asked for."""
    exact: bool = False
    """Whether the server itself counted."""

    def words(self) -> str:
        """`418 tokens in · about $0.0011`."""
        if not self.tokens:
            return ""
        number = f"{self.tokens:,} token{'' if self.tokens == 1 else 's'} in"
        number = f"{number}, by the server's count" if self.exact else f"about {number}" if self.about else number
        if self.cost is None:
            return f"{number} · cost unknown"
        return f"{number} · {'about ' if self.cost else ''}{dollars(self.cost)}"

    def tip(self) -> str:
        """What the numbers are made of."""
        who = "The server counted the input." if self.exact else "Counted here: texts, roles and what surrounds them."
        lines = [who]
        if self.about and not self.exact:
            lines.append("Only about: the model's own encoding is not known, or tools and formats are counted as JSON.")
        if not self.exact:
            lines.append("“Count Tokens on the Server” asks for the server's own count.")
        if self.most is not None and self.most:
            lines.append(f"With {self.limit:,} tokens of output it costs {dollars(self.most)} at most.")
        return "\n".join(lines)

    @property
    def share(self) -> float | None:
        """How much of the context window the prompt fills; None where that is unknown."""
        return self.tokens / self.context if self.context else None

    def warning(self) -> str:
        """What is wrong with its size; empty where nothing is."""
        if self.context is None or not self.tokens:
            return ""
        if self.tokens > self.context:
            return f"The prompt does not fit: the model takes {self.context:,} tokens, answer included."
        if self.limit is not None and self.tokens + self.limit > self.context:
            both = self.tokens + self.limit
            return (
                f"Prompt and “Max output tokens” together are {both:,} tokens; the model takes {self.context:,}. "
                "The answer may be cut off or refused."
            )
        return ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What to count. Called in a thread."""

    draft: Draft
    profile: Profile
    counter: TokenCounter

    def __call__(self) -> Estimate:
        messages = [(message.role, message.text) for message in self.draft.messages]
        body = self.draft.request().body()
        return estimate(
            self.counter.count_prompt(self.draft.instructions, messages, self.draft.model.strip(), body),
            body,
            self.profile,
        )


def estimate(counted: PromptCount, body: Mapping[str, Any], profile: Profile) -> Estimate:
    """Price and context window for a count. Reads the tables of facts."""
    with IMPORTING:
        from playground.core.models import facts
        from playground.core.profiles import OPENAI_BASE_URL
        from playground.core.runs.changes import Usage
        from playground.core.runs.cost import price
    model = str(body.get("model") or "")
    limits = (body.get(name) for name in ("max_output_tokens", "max_completion_tokens", "max_tokens"))
    limit = next((value for value in limits if isinstance(value, int)), None)
    server = "http://sandbox.invalid" if profile.is_sandbox else profile.base_url or OPENAI_BASE_URL
    costs = [
        price(model, Usage(input=counted.total, output=output), base_url=server, service_tier=body.get("service_tier"))
        for output in (0, limit or 0)
    ]
    return Estimate(
        tokens=counted.total,
        instructions=counted.instructions,
        messages=counted.messages,
        about=counted.about,
        cost=costs[0],
        most=costs[1] if limit is not None else None,
        context=facts(model).context,
        limit=limit,
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """Tokens of the input, for the spend guard. Called in a thread."""

    ask: Ask

    def __call__(self) -> tuple[int, bool]:
        found = self.ask()
        return found.tokens, found.about


class AskServer:
    """The server's own count. Called in the asyncio thread."""

    def __init__(self, sessions: SessionManager, ask: Ask) -> None:
        self._sessions, self._ask = sessions, ask

    async def __call__(self) -> Estimate:
        import asyncio

        with IMPORTING:
            from playground.core.errors import ProblemError, explain
            from playground.core.tokens import PromptCount, count_on_server
        profile, base_url = self._ask.profile, ""
        try:
            session = await self._sessions.session_of(profile)
            base_url = session.base_url
            body = self._ask.draft.request().body()
            tokens = await count_on_server(session, body)
        except Exception as error:
            raise ProblemError(explain(error, base_url=base_url, profile=profile.name)) from error
        here = await asyncio.to_thread(self._ask)
        counted = PromptCount(tokens, here.instructions, here.messages, False)
        return replace(estimate(counted, body, profile), exact=True)


class PromptTokens(QObject):
    """Follows what is written in a view, and has its prompt show the numbers."""

    def __init__(self, context: PanelContext, view: ComposeView) -> None:
        super().__init__(view)
        self._context, self._view = context, view
        self._counting: Operation[Estimate] | None = None
        self._asking: Operation[Estimate] | None = None
        self._first = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._count)
        self._counter = TokenCounter()
        self.destroyed.connect(self._counter.close)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._let_go)
        for changed in (
            view.prompt.edited,
            view.settings.edited,
            view.settings.model.editTextChanged,
            view.picker.profile_changed,
        ):
            changed.connect(self.touch)
        self.touch()

    def touch(self, *_what: object) -> None:
        """Something changed: count a moment later."""
        if self._asking is not None:
            self._asking.cancel()
        self._timer.start(FIRST_MS if self._first else AFTER_MS)

    def ask_server(self) -> None:
        """Have the server count; its number stands until something changes."""
        self._timer.stop()
        if self._asking is not None:
            self._asking.cancel()
        self._asking = self._context.bridge.call(
            AskServer(self._context.sessions, self._ask()), label="Counting tokens on the server", owner=self
        )
        self._asking.finished.connect(self._answered)

    def spending(self, draft: Draft, request: GenerationRequest) -> tuple[Profile, Mapping[str, Any], Counted]:
        """What `SpendGuard` wants to know of a run."""
        profile = self._context.sessions.current
        return profile, request.body(), Counted(Ask(draft, profile, self._counter))

    def _ask(self) -> Ask:
        return Ask(self._view.draft(), self._context.sessions.current, self._counter)

    def _count(self) -> None:
        if self._counting is not None:
            self._timer.start(AFTER_MS)
            return
        self._first = False
        self._rest.stop()
        self._counting = self._context.bridge.blocking(self._ask(), label="Counting tokens", owner=self)
        self._counting.finished.connect(self._ended)

    def _ended(self) -> None:
        operation, self._counting = self._counting, None
        if operation is not None and operation.result is not None and self._asking is None:
            self._view.prompt.show_estimate(operation.result)
        self._rest.start()

    def _let_go(self) -> None:
        """Nobody has written for a while: an idle window keeps no process that counts."""
        self._context.bridge.blocking(self._counter.rest, label="Ending the token counter", owner=self)

    def _answered(self) -> None:
        operation = self._asking
        if operation is None or not operation.done:
            return
        self._asking = None
        problem = getattr(operation.error, "problem", None)
        if operation.result is not None:
            self._view.prompt.show_estimate(operation.result)
        elif problem is not None:
            self._view.prompt.foot.show_trouble(f"The server did not count: {problem.line()}")
            self.touch()
