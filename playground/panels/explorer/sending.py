"""What runs in the worker when somebody presses Send: one call, told as it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.core.answering import AnswerHead, open_answer
from playground.core.errors import Problem, ProblemError, explain

if TYPE_CHECKING:
    from playground.bridge import Sink
    from playground.core.profiles import Profile
    from playground.core.session import SessionManager


@dataclass(frozen=True, slots=True)
class Sent:
    """A method with its arguments, as it was sent."""

    method: str
    arguments: Mapping[str, Any] = field(repr=False)
    stream: bool = False
    profile: str = ""
    prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = field(repr=False, default=None)
    """What makes these arguments those that are sent; it reads files."""


@dataclass(frozen=True, slots=True)
class Page:
    """The body of a list's page: its bytes, and the arguments for the next page."""

    data: bytes = field(repr=False)
    following: Mapping[str, Any] | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Body:
    """A whole body."""

    data: bytes = field(repr=False)
    content_type: str
    """Without parameters."""
    whole_type: str
    """As it came, with them."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream; `at` in seconds since the call began."""

    data: Any = field(repr=False)
    at: float


@dataclass(frozen=True, slots=True)
class Failed:
    """It went wrong; what came before stays."""

    problem: Problem
    exchange_id: str


class Sending:
    """Makes the call; pushes an `AnswerHead`, then a `Body`, a `Page`, or `Event`s; and `Failed` where it fails."""

    def __init__(self, sessions: SessionManager, profile: Profile, sent: Sent, *, is_list: bool) -> None:
        self._sessions, self._profile, self._sent, self._is_list = sessions, profile, sent, is_list

    async def __call__(self, sink: Sink) -> None:
        base_url, began = "", asyncio.get_running_loop().time()
        try:
            session = await self._sessions.session_of(self._profile)
            base_url = session.base_url
            sent = self._sent
            arguments = sent.arguments
            if sent.prepare is not None:
                arguments = await asyncio.to_thread(sent.prepare, arguments)
            async with open_answer(session, sent.method, arguments, stream=sent.stream) as answer:
                sink.push([answer.head])
                if answer.head.is_stream:
                    await self._stream(sink, answer, began)
                    return
                data = await answer.read()
                if self._is_list and answer.head.content_type.endswith("json"):
                    sink.push([Page(data, await answer.next_page())])
                else:
                    sink.push([Body(data, answer.head.content_type, _whole_type(answer.head))])
        except asyncio.CancelledError:
            raise
        except Exception as error:
            problem = error.problem if isinstance(error, ProblemError) else None
            problem = problem or explain(error, base_url=base_url, profile=self._profile.name)
            sink.push([Failed(problem, getattr(error, "exchange_id", None) or "")])

    async def _stream(self, sink: Sink, answer: Any, began: float) -> None:
        clock = asyncio.get_running_loop().time
        async for event in answer.events():
            sink.push([Event(event, clock() - began)])


Told = AnswerHead | Page | Body | Event | Failed


def _whole_type(head: AnswerHead) -> str:
    return next((value for name, value in head.headers if name.lower() == "content-type"), head.content_type)
