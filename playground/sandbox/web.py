"""What every request goes through: identity, key, rate limits, headers, and errors in the API's shape."""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from playground.sandbox import fault_answers
from playground.sandbox.checks import Json
from playground.sandbox.engines import Engine, EngineError, Engines
from playground.sandbox.errors import INVALID, ApiError, bad_value
from playground.sandbox.fault_streams import NAMES, FaultyStream, StreamEnded
from playground.sandbox.faults import HEADER, NONE, Faults
from playground.sandbox.ids import new_id
from playground.sandbox.ratelimit import RateLimits
from playground.sandbox.runs import Runs
from playground.sandbox.sounds import Sounds
from playground.sandbox.state import Page, State, paginate
from playground.sandbox.unserved import unserved

_log = logging.getLogger(__name__)

OPENAI_VERSION = "2020-10-01"
MAX_BODY = 32 * 1024 * 1024
"""Bytes. The largest request body that is read."""


@dataclass(slots=True)
class Context:
    """What the handlers of one server share."""

    state: State
    engines: Engines
    key: str
    limits: RateLimits = field(default_factory=RateLimits)
    faults: Faults = NONE
    """What is to go wrong with every request."""
    busy: set[object] = field(default_factory=set)
    """The connections whose requests are being answered."""
    sounds: Sounds = field(default_factory=Sounds)
    sockets: set[web.WebSocketResponse] = field(default_factory=set)
    """The WebSockets that are open."""
    secrets: dict[str, tuple[float, Json]] = field(default_factory=dict)
    """Keys for realtime sessions alone: when each ends (`time.monotonic`), and the session that was set with it."""
    runs: Runs = field(init=False)

    def __post_init__(self) -> None:
        self.runs = Runs(self.state)


@dataclass(slots=True)
class Trace:
    """What is known of one request."""

    id: str = field(default_factory=lambda: new_id("req"))
    started: float = field(default_factory=time.monotonic)
    engine: str = "none"
    """The model that answers, for X-Sandbox-Engine."""
    simulated: str = ""
    """What is simulated in the answer, for X-Sandbox-Simulated."""
    streaming: web.StreamResponse | None = None
    """The stream that has begun."""
    faults: Faults = NONE
    """What is to go wrong with it."""


_TRACE: Any = web.RequestKey("trace", Trace) if hasattr(web, "RequestKey") else "trace"
"""aiohttp 3.14 warns of keys that are plain texts; older ones know no others."""


def trace(request: web.BaseRequest) -> Trace:
    """The trace of a request, begun when it is first asked for."""
    if _TRACE not in request:
        request[_TRACE] = Trace()
    found: Trace = request[_TRACE]
    return found


CONTEXT: web.AppKey[Context] = web.AppKey("context", Context)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let nobody in without the key, and let nothing out but the API's own shapes."""
    known = trace(request)
    context = request.app[CONTEXT]
    context.busy.add(request.protocol)
    try:
        _check_host(request)
        _check_key(request, context)
        if request.match_info.http_exception is not None and request.match_info.http_exception.status in (404, 405):
            raise unserved(request.method, request.path, request.match_info.http_exception)
        known.faults = fault_answers.meeting(request, context.faults)
        instead = await fault_answers.before(request, known.faults)
        if instead is not None:
            return instead
        context.limits.begin()
        return await fault_answers.after(request, await handler(request), known.faults)
    except StreamEnded:
        assert known.streaming is not None
        return known.streaming
    except ApiError as error:
        return error_answer(error)
    except EngineError as error:
        return error_answer(from_engine(error))
    except web.HTTPRequestEntityTooLarge:
        return error_answer(
            ApiError(413, f"Request body too large: the sandbox reads at most {MAX_BODY} bytes.", code="too_large")
        )
    except web.HTTPException as error:
        return error_answer(ApiError(error.status, error.reason or "The request cannot be served."))
    except ConnectionResetError:
        _log.info("%s: the client went away", known.id)
        raise
    except Exception as error:
        _log.exception("%s: %s %s failed", known.id, request.method, request.path)
        if known.streaming:
            raise
        return error_answer(
            ApiError(
                500,
                f"The sandbox failed while it processed your request: {type(error).__name__}. That is a fault of the "
                f"sandbox; its log has the details under {known.id}.",
                type="server_error",
                code="server_error",
            )
        )
    finally:
        context.busy.discard(request.protocol)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The headers of every answer; a signal handler, so that streams get them too."""
    context = request.app[CONTEXT]
    headers = response.headers
    known = trace(request)
    if known.faults:
        headers[HEADER] = str(known.faults)
    if "html-502" in known.faults and response.status == 502:
        return  # a proxy knows nothing of the server's headers
    headers["x-request-id"] = known.id
    headers["openai-version"] = OPENAI_VERSION
    headers["openai-organization"] = "sandbox"
    headers["openai-processing-ms"] = str(round((time.monotonic() - known.started) * 1000))
    headers["X-Sandbox-Engine"] = known.engine
    if known.simulated:
        headers["X-Sandbox-Simulated"] = known.simulated
    for name, value in context.limits.headers().items():
        headers.setdefault(name, value)  # a fault may have said something else
    headers["Cache-Control"] = "no-store"


def _check_host(request: web.Request) -> None:
    """A page that rebinds its name to 127.0.0.1 still sends its own name here."""
    name = request.host.rsplit(":", 1)[0]
    if name not in ("127.0.0.1", "localhost"):
        raise ApiError(403, f"The sandbox answers to 127.0.0.1 and localhost only, not to '{name}'.")


def bearer(request: web.Request) -> str:
    """The key that a request came with, in its header or, as browsers must, among a WebSocket's protocols."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    for entry in request.headers.get("Sec-WebSocket-Protocol", "").split(","):
        name, _, given = entry.strip().partition(".")
        if name == "openai-insecure-api-key":
            return given
    return ""


def _check_key(request: web.Request, context: Context) -> None:
    given = bearer(request)
    if not given:
        raise ApiError(
            401,
            "You didn't provide an API key. Send the sandbox's key in an Authorization header using Bearer auth "
            "(i.e. Authorization: Bearer YOUR_KEY). The sandbox prints its key when it starts.",
        )
    if hmac.compare_digest(given.encode(), context.key.encode()):
        return
    ends = context.secrets.get(given, (0.0,))[0]
    if request.path in ("/v1/realtime", "/v1/realtime/translations") and ends > time.monotonic():
        return
    shown = f"{given[:3]}***{given[-4:]}" if len(given) > 16 else "***"
    raise ApiError(
        401,
        f"Incorrect API key provided: {shown}. The sandbox takes only the key that it printed when it started.",
        code="invalid_api_key",
    )


def error_answer(error: ApiError) -> web.Response:
    return web.Response(
        status=error.status,
        body=orjson.dumps(error.body()),
        content_type="application/json",
        headers=error.headers,
    )


def from_engine(error: EngineError) -> ApiError:
    return ApiError(error.status, error.message, type=error.type, code=error.code, param=error.param)


def json_answer(body: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


async def read_body(request: web.Request) -> Json:
    """The JSON object of a request. Raises ApiError (400), or aiohttp's 413."""
    data = await request.read()
    try:
        body = orjson.loads(data) if data else {}
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise ApiError(
            400,
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP "
            f"library correctly. The sandbox expects a JSON payload, but what was sent was not valid JSON: {error}.)",
        ) from None
    if not isinstance(body, dict):
        raise ApiError(400, "The JSON body of your request must be an object.", type=INVALID)
    return body


def find_engine(request: web.Request, model: Any) -> Engine:
    """The engine that offers a model; notes it for the X-Sandbox-Engine header. Raises ApiError (404)."""
    engines = request.app[CONTEXT].engines
    engine = engines.find(model)
    if engine is None:
        raise no_model(engines, model)
    trace(request).engine = model
    return engine


def no_model(engines: Engines, model: str) -> ApiError:
    """404 that says which models there are, and how to get one that is known but absent."""
    words = engines.absence(model)
    if words is None:
        there = ", ".join([*engines.models(), EMBEDDING_MODEL])
        words = (
            f"The model '{model}' does not exist or you do not have access to it. This is the sandbox, which serves "
            f"its own models only: {there}."
        )
    return ApiError(404, words, param="model", code="model_not_found")


EMBEDDING_MODEL = "sandbox-embed"


def simulate(request: web.BaseRequest, what: str, engine: str) -> None:
    """Say in the answer's headers that it is simulated: what (in ASCII), and which part of the sandbox made it up."""
    known = trace(request)
    known.simulated = what
    known.engine = engine


def sandbox_headers(request: web.Request) -> dict[str, str]:
    """The `X-Sandbox-*` headers of a request, names in lower case."""
    return {name.lower(): value for name, value in request.headers.items() if name.lower().startswith("x-sandbox-")}


def list_page(
    request: web.Request,
    entries: list[Json],
    *,
    order: str = "desc",
    key: str = "id",
    usual: int = 20,
    most: int = 100,
) -> Page:
    """The page that `limit`, `order`, `after` and `before` of the query ask for. `entries` come oldest first and are
    known by their `key`; a page has `usual` of them where the query does not say, and at most `most`."""
    query = request.query
    limit = whole_number(query.get("limit", str(usual)), "limit", 1, most)
    order = query.get("order", order)
    if order not in ("asc", "desc"):
        raise bad_value("order", f"Invalid value: '{order}'. Supported values are: 'asc' and 'desc'.")
    page = paginate(entries, order=order, limit=limit, after=query.get("after"), before=query.get("before"), key=key)
    if page is None:
        cursor = "after" if "after" in query else "before"
        raise bad_value(cursor, f"Invalid '{cursor}': no object with id '{query[cursor]}' is in this list.")
    return page


def whole_number(text: str, param: str, minimum: int, maximum: int) -> int:
    """A number of the query. Raises ApiError (400)."""
    try:
        value = int(text)
    except ValueError:
        raise bad_value(
            param, f"Invalid type for '{param}': expected an integer, but got '{text}' instead.", "invalid_type"
        ) from None
    if not minimum <= value <= maximum:
        side, edge = ("below minimum", minimum) if value < minimum else ("above maximum", maximum)
        sign = ">=" if value < minimum else "<="
        raise bad_value(
            param,
            f"Invalid '{param}': integer {side} value. Expected a value {sign} {edge}, but got {value} instead.",
            f"integer_{side.split()[0]}_{'min' if value < minimum else 'max'}_value",
        )
    return value


async def start_stream(request: web.Request) -> web.StreamResponse:
    """Begin an event stream. From here on an error can only be an event."""
    headers = {"Content-Type": "text/event-stream; charset=utf-8"}
    faults = trace(request).faults.of(NAMES)
    response = FaultyStream(request, faults, headers=headers) if faults else web.StreamResponse(headers=headers)
    response.enable_chunked_encoding()
    await response.prepare(request)
    trace(request).streaming = response
    return response
