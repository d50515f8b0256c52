"""What runs in the worker while a WebSocket is open: what is sent, and what comes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.core.errors import Problem, ProblemError, explain

if TYPE_CHECKING:
    from playground.bridge import Sink
    from playground.core.profiles import Profile
    from playground.core.session import SessionManager
    from playground.core.sockets import Frame, Socket


@dataclass(frozen=True, slots=True)
class Connected:
    """The connection is open."""

    exchange_id: str
    where: str


@dataclass(frozen=True, slots=True)
class Said:
    """One message, either way; `at` in seconds since the connection was open."""

    sent: bool
    data: Any = field(repr=False)
    at: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The connection is over, or was never open."""

    code: int | None = None
    reason: str = ""
    problem: Problem | None = None
    exchange_id: str = ""


class Talking:
    """Opens the connection and pushes `Connected`, `Said` for each message, and at last `Ended`. `send` and `close` run
    in the same loop."""

    def __init__(self, sessions: SessionManager, profile: Profile, method: str, arguments: Mapping[str, Any]) -> None:
        self._sessions, self._profile = sessions, profile
        self._method, self._arguments = method, arguments
        self._socket: Socket | None = None
        self._sink: Sink | None = None

    async def __call__(self, sink: Sink) -> None:
        from playground.core.sockets import connect

        self._sink = sink
        base_url = ""
        try:
            session = await self._sessions.session_of(self._profile)
            base_url = session.base_url
            self._socket = socket = await connect(session, self._method, self._arguments)
            sink.push([Connected(socket.exchange_id, base_url)])
            async for frame in socket.messages():
                self._tell(frame)
            closing = socket.closing
            sink.push([Ended(closing.code, closing.reason) if closing is not None else Ended()])
        except asyncio.CancelledError:
            if self._socket is not None:
                self._socket.cancel()
            raise
        except Exception as error:
            problem = error.problem if isinstance(error, ProblemError) else None
            problem = problem or explain(error, base_url=base_url, profile=self._profile.name)
            sink.push([self._failed(problem, getattr(error, "exchange_id", None) or "")])

    def _failed(self, problem: Problem, exchange_id: str) -> Ended:
        closing = self._socket.closing if self._socket is not None else None
        known = self._socket.exchange_id if self._socket is not None else exchange_id
        return Ended(closing.code if closing else None, closing.reason if closing else "", problem, known)

    def _tell(self, frame: Frame) -> None:
        if self._sink is not None:
            self._sink.push([Said(frame.direction == "sent", frame.data, frame.at)])

    async def send(self, message: Any) -> None:
        """Send a message; one that cannot be sent any more is told by the connection's end."""
        if self._socket is not None and self._socket.is_open:
            try:
                self._tell(await self._socket.send(message))
            except ProblemError:
                return  # `messages` ends with the same

    async def close(self) -> None:
        """End it in order."""
        if self._socket is not None:
            await self._socket.close()


class Sending:
    """One message on its way; a coroutine function for the bridge."""

    def __init__(self, talking: Talking, message: Any) -> None:
        self._talking, self._message = talking, message

    async def __call__(self) -> None:
        await self._talking.send(self._message)
