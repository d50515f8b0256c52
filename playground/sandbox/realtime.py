"""GET /realtime (WebSocket) and POST /realtime/client_secrets: an echo, in the events of the Realtime API."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

from aiohttp import web

from playground.sandbox import checks
from playground.sandbox.channels import open_channel
from playground.sandbox.checks import Json
from playground.sandbox.echo import MODEL
from playground.sandbox.errors import bad_value, missing
from playground.sandbox.ids import now
from playground.sandbox.realtime_session import RealtimeSession, new_session
from playground.sandbox.web import CONTEXT, bearer, json_answer, read_body, sandbox_headers, simulate, trace

_PROTOCOLS = ("realtime",)
_EXPIRY = {"anchor": checks.choice("created_at"), "seconds": checks.integer(10, 7200)}
KNOWN: Mapping[str, checks.Check] = {"expires_after": checks.nested(_EXPIRY), "session": checks.mapping}
"""The parameters of realtime.client_secrets.create (openai 3.57.0)."""


def routes() -> list[web.RouteDef]:
    return [
        web.get("/v1/realtime", connect),
        web.post("/v1/realtime/client_secrets", create_secret),
    ]


async def connect(request: web.Request) -> web.StreamResponse:
    """realtime.connect: `sandbox-echo` answers, or another engine of the sandbox where `model` names it."""
    context = request.app[CONTEXT]
    if "call_id" in request.query:
        raise bad_value("call_id", "The sandbox takes no telephone calls: connect with a 'model'.")
    if "model" not in request.query:
        raise missing("model")
    engine = context.engines.find(request.query["model"]) or context.engines.find(MODEL)
    assert engine is not None, "sandbox-echo is always there"
    model = request.query["model"] if request.query["model"] in engine.model_ids else MODEL
    simulate(request, "a realtime session in which text is echoed and sound is not heard", model)
    given = context.secrets[bearer(request)][1] if bearer(request) in context.secrets else None
    channel = await open_channel(request, _PROTOCOLS)
    session = RealtimeSession(
        channel,
        engine,
        new_session(model, given),
        context.limits,
        beta="realtime=v1" in request.headers.get("OpenAI-Beta", ""),
        headers=sandbox_headers(request),
        faults=trace(request).faults,
    )
    await session.run()
    return channel.socket


async def create_secret(request: web.Request) -> web.StreamResponse:
    """realtime.client_secrets.create: a key for `GET /realtime` alone, which ends by itself."""
    simulate(request, "a secret that opens the sandbox's own realtime echo", MODEL)
    value, ends, given = await make_secret(request)
    return json_answer({"value": value, "expires_at": ends, "session": new_session(MODEL, given)})


async def make_secret(request: web.Request) -> tuple[str, int, Json]:
    """A key for realtime sessions, when it ends (Unix time), and the session that is set with it. Raises ApiError."""
    kept = request.app[CONTEXT].secrets
    body = await read_body(request)
    checks.fields(body, KNOWN)
    given: Json = body.get("session") or {}
    lasts = (body.get("expires_after") or {}).get("seconds") or 600
    value = f"ek_sandbox_{secrets.token_urlsafe(24)}"
    for old in [key for key, (end, _) in kept.items() if end < time.monotonic()]:
        del kept[old]
    kept[value] = (time.monotonic() + lasts, given)
    return value, now() + lasts, given
