"""The server: its routes, and its life from the first port to the last answer.

Built on aiohttp.web, which is there already: the SDK's faster transport (`openai[aiohttp]`) brings it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from playground.sandbox import (
    admin,
    audio,
    chat,
    completions,
    conversations,
    embeddings,
    files,
    images,
    models,
    moderations,
    realtime,
    realtime_translation,
    responses,
    responses_socket,
    transcriptions,
    uploads,
)
from playground.sandbox.door import Door
from playground.sandbox.echo import DEFAULT_RATE
from playground.sandbox.engines import Engines, load_engines
from playground.sandbox.faults import NONE, Faults
from playground.sandbox.ids import new_key
from playground.sandbox.ratelimit import RateLimits
from playground.sandbox.sounds import Sounds
from playground.sandbox.state import State
from playground.sandbox.stores import keeper, search, store_files, vector_stores
from playground.sandbox.web import CONTEXT, MAX_BODY, Context, add_headers, answer

_log = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds that answers under way get when the server stops."""


def build_app(state: State, engines: Engines, key: str, limits: RateLimits | None = None) -> web.Application:
    """The application, to be run by `make_runner`.

    `state` and `engines` stay the caller's, to be closed after the application's clean-up.
    """
    app = web.Application(middlewares=[answer], client_max_size=MAX_BODY)
    context = Context(state, engines, key, limits or RateLimits())
    app[CONTEXT] = context
    for part in (models, responses, responses_socket, conversations, chat, completions, embeddings, files, uploads,
                 vector_stores, store_files, search, moderations, images, audio, transcriptions, realtime,
                 realtime_translation, admin):  # fmt: skip
        app.add_routes(part.routes())
    uploads.prepare(app)
    keeper.prepare(app, state)
    app.on_response_prepare.append(add_headers)

    async def stop_runs(_: web.Application) -> None:
        for socket in tuple(context.sockets):
            await socket.close(code=1001, message=b"The sandbox is stopping.")
        await context.runs.aclose()

    app.on_shutdown.append(stop_runs)
    return app


def make_runner(app: web.Application) -> web.AppRunner:
    """A runner that cancels a handler when its client goes away; aiohttp does not by itself."""
    return web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=PATIENCE)


async def serve(
    state_dir: Path,
    *,
    port: int = 0,
    key: str | None = None,
    echo_rate: float = DEFAULT_RATE,
    faults: Faults = NONE,
    ready: Callable[[str, str], None],
    stop: asyncio.Event,
    orders: asyncio.Queue[Faults] | None = None,
    tones: bool = False,
) -> None:
    """Serve on the loopback interface until `stop` is set.

    `ready(base_url, key)` is called when connections are accepted, and again when faults that came by `orders` are on
    in place of those before; port 0 takes a free one, and a key is made where none is given. Raises PortTaken.
    """
    key = key or new_key()
    door = Door(port)
    state = State(state_dir)
    engines = load_engines(state_dir, echo_rate=echo_rate)
    app = build_app(state, engines, key)
    app[CONTEXT].sounds = Sounds(tones=tones)
    failed = app[CONTEXT].runs.recover()
    if failed:
        _log.warning("%d responses were cut off when the sandbox was last stopped; they are failed now", failed)
    runner = make_runner(app)
    try:
        await runner.setup()
        await _obey(app, runner, door, faults, lambda: ready(door.base_url, key), orders or asyncio.Queue(), stop)
    finally:
        app[CONTEXT].runs.closing = True
        await runner.cleanup()
        await engines.aclose()
        state.close()
        door.close()


async def _obey(
    app: web.Application,
    runner: web.AppRunner,
    door: Door,
    faults: Faults,
    ready: Callable[[], None],
    orders: asyncio.Queue[Faults],
    stop: asyncio.Event,
) -> None:
    """Put faults on, say so, and wait for others, until `stop` is set. Raises PortTaken."""
    stopping = asyncio.ensure_future(stop.wait())
    try:
        while True:
            app[CONTEXT].faults = faults
            await door.set(runner, faults, app[CONTEXT].busy)
            ready()
            order = asyncio.ensure_future(orders.get())
            await asyncio.wait((stopping, order), return_when=asyncio.FIRST_COMPLETED)
            if stopping.done():
                order.cancel()
                return
            faults = order.result()
    finally:
        stopping.cancel()
