"""Any method of the SDK by its dotted name: `responses.create`, `files.list`, `beta.threads.runs.create`.

A call gives back what the server sent, not what the SDK's classes make of it: every generated method is called through
its `with_streaming_response` twin, whose answer is read here.
"""

from __future__ import annotations

import array
import base64
import contextlib
import difflib
import inspect
import json
import mimetypes
import os
import sys
import tempfile
import typing
import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

from playground.core.errors import Problem, ProblemError, explain_answer
from playground.core.runs.sse import DONE, SseEvent, SseSplitter

if TYPE_CHECKING:
    from playground.core.session import Session

COMMON = ("extra_headers", "extra_query", "extra_body", "timeout")
"""Parameters that every method has."""


class UsageProblem(ProblemError):
    """The call cannot be made as it was asked for. Nothing was sent."""


@dataclass(frozen=True, slots=True)
class Content:
    """An answer that is no JSON: audio, a file, subtitles."""

    content: bytes
    content_type: str

    @property
    def is_text(self) -> bool:
        """Whether it can be shown as it is."""
        try:
            self.content.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return self.content_type.startswith("text/") and b"\0" not in self.content


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the SDK that makes one HTTP request."""

    name: str
    function: Callable[..., Any]
    """Bound to its resource."""
    send: Callable[..., Any]
    """The same, giving an async context manager of the raw answer."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Its own parameters; those for the path among them."""
        return tuple(name for name in inspect.signature(self.function).parameters if name not in COMMON)

    @property
    def is_read(self) -> bool:
        """Whether it is a GET, so that what it does not know goes into the query."""
        code = inspect.unwrap(self.function).__code__
        if "_get_api_list" in code.co_names:
            return "post" not in code.co_consts
        return "_get" in code.co_names

    @property
    def is_list(self) -> bool:
        """Whether it answers with pages."""
        return "_get_api_list" in inspect.unwrap(self.function).__code__.co_names

    @property
    def is_binary(self) -> bool:
        """Whether its answer is a file's bytes."""
        return "HttpxBinaryResponseContent" in str(inspect.unwrap(self.function).__annotations__.get("return", ""))


def _usage(title: str, cause: str, remedy: str) -> UsageProblem:
    return UsageProblem(Problem(title, cause, remedy, "Not as it is.", type="usage"))


def _walk(resource: Any, prefix: str = "") -> Iterator[str]:
    """The names of all callable methods below a resource."""
    from openai._resource import AsyncAPIResource

    for name in dir(type(resource)):
        if name.startswith(("_", "with_")):
            continue
        try:
            value = getattr(resource, name)
        except Exception:
            continue
        if isinstance(value, AsyncAPIResource):
            yield from _walk(value, f"{prefix}{name}.")
        elif callable(value) and prefix and hasattr(getattr(resource, "with_streaming_response", None), name):
            yield f"{prefix}{name}"


def resolve(client: Any, name: str) -> Method:
    """The method of that name. Raises UsageProblem, with suggestions, where there is none or it makes no request."""
    from openai._resource import AsyncAPIResource

    place: Any = client
    *folders, last = name.split(".")
    for folder in folders:
        found = None if folder.startswith(("_", "with_")) else getattr(place, folder, None)
        if not isinstance(found, AsyncAPIResource):
            raise _unknown(client, name)
        place = found
    function = None if last.startswith(("_", "with_")) else getattr(place, last, None)
    if isinstance(function, AsyncAPIResource):
        below = sorted(_walk(function, f"{name}."), key=lambda other: (other.count("."), other))
        shown = ", ".join(below[:12]) + (f" and {len(below) - 12} more" if len(below) > 12 else "")
        raise _usage(f"“{name}” is not a method", f"It holds: {shown}.", "Name one of these.")
    if place is client or not callable(function):
        raise _unknown(client, name)
    send = getattr(getattr(place, "with_streaming_response", None), last, None)
    if send is None:
        if last == "connect":
            remedy = "Open it in the explorer, which talks both ways: playground --panel explorer."
            raise _usage(f"“{name}” cannot be called from here", "It opens a WebSocket.", remedy)
        what = "It is a helper of the SDK that makes no one request."
        others = [other for other in _walk(place, ".".join([*folders, ""])) if other.count(".") == name.count(".")]
        raise _usage(
            f"“{name}” cannot be called from here", what, f"Use one of these: {', '.join(others)}." if others else ""
        )
    return Method(name, function, send)


def _unknown(client: Any, name: str) -> UsageProblem:
    names = list(_walk(client))
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    last = name.rpartition(".")[2]
    suggestions = close or [other for other in names if other.rpartition(".")[2] == last][:5]
    return _usage(
        f"There is no method “{name}”",
        f"The SDK has {len(names)} methods, and none of that name.",
        f"Did you mean {', '.join(suggestions)}?" if suggestions else "A method's name is like “responses.create”.",
    )


# ---- what is sent


def _takes_file(hint: Any) -> bool:
    """Whether a parameter's type is a file, or a list of files."""
    if typing.get_origin(hint) is IO or hint is os.PathLike:
        return True
    return any(_takes_file(part) for part in typing.get_args(hint))


def _takes_text(hint: Any) -> bool:
    return hint is str or any(part is str for part in typing.get_args(hint))


def _open(path: str, opened: contextlib.ExitStack) -> tuple[str, IO[bytes], str]:
    """Raises OSError."""
    place = Path(path).expanduser()
    file = opened.enter_context(place.open("rb"))
    return place.name, file, mimetypes.guess_type(place.name)[0] or "application/octet-stream"


def _with_files(method: Method, arguments: dict[str, Any], opened: contextlib.ExitStack) -> dict[str, Any]:
    """`"@path"` becomes the file, where a file is meant. Raises UsageProblem, OSError."""
    texts = [name for name, value in arguments.items() if isinstance(value, str | list)]
    if not texts:
        return arguments
    hints = typing.get_type_hints(inspect.unwrap(method.function))
    for name in texts:
        hint = hints.get(name)
        if hint is None or not _takes_file(hint):
            continue
        value = arguments[name]
        several = isinstance(value, list)
        files = []
        for one in value if several else [value]:
            if isinstance(one, str) and one.startswith("@"):
                one = _open(one[1:], opened)
            elif isinstance(one, str) and not _takes_text(hint):
                raise _usage(
                    f"“{name}” is a file", f"“{one[:80]}” is a text.", f"Write @ before the path: “@{one[:80]}”."
                )
            files.append(one)
        arguments[name] = files if several else files[0]
    return arguments


def arguments_of(
    method: Method, body: Mapping[str, Any], opened: contextlib.ExitStack, *, stream: bool = False
) -> dict[str, Any]:
    """The keyword arguments for a body: what the method does not know goes into the body or the query as it is.

    Raises UsageProblem where something required is missing, OSError for a file that cannot be read.
    """
    known = method.parameters
    arguments: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for name, value in body.items():
        (arguments if name in known or name in COMMON else extra)[name] = value
    if stream:
        if "stream" not in known:
            raise _usage(f"“{method.name}” cannot stream", "It has no parameter “stream”.", "Leave --stream out.")
        arguments["stream"] = True
    if extra:
        place = "extra_query" if method.is_read else "extra_body"
        arguments[place] = {**extra, **(arguments.get(place) or {})}
    signature = inspect.signature(method.function)
    missing = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.default is inspect.Parameter.empty and name not in arguments
    ]
    if missing:
        names = ", ".join(f"“{name}”" for name in missing)
        raise _usage(f"“{method.name}” lacks {names}", "The method requires it.", f"Add {names} to the body.")
    return _with_files(method, arguments, opened)


# ---- what comes back


def _loads(data: bytes) -> Any:
    """Raises ValueError. Numbers beyond 64 bits are read too."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


async def _save(pieces: AsyncIterator[bytes], path: Path) -> int:
    """Write what comes to a file, which appears when it is whole; gives its size. Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        size = 0
        with os.fdopen(handle, "wb") as file:
            async for piece in pieces:
                size += file.write(piece)
        _publish(Path(temporary), path)
    except BaseException:
        os.unlink(temporary)  # noqa: PTH108 - no more than a rename blocks
        raise
    return size


def _publish(temporary: Path, path: Path) -> None:
    """A temporary file, which is for its owner's eyes only, becomes a plain file."""
    mask = os.umask(0)
    os.umask(mask)
    temporary.chmod(0o666 & ~mask)
    temporary.replace(path)


async def read_events(pieces: AsyncIterator[bytes]) -> AsyncIterator[dict[str, Any]]:
    """The events of a stream as JSON. Raises what reading the pieces raises."""
    splitter = SseSplitter()
    async for data in pieces:
        for event in splitter.feed(data):
            if not event.data.startswith(DONE):
                yield _event(event)
    for event in splitter.close():
        if not event.data.startswith(DONE):
            yield _event(event)


async def _events(response: Any, opened: contextlib.AsyncExitStack) -> AsyncIterator[dict[str, Any]]:
    async with opened:
        async for event in read_events(response.iter_bytes()):
            yield event


def _event(event: SseEvent) -> dict[str, Any]:
    """An event as its data; with its name beside it where the data does not say it (the Assistants' events)."""
    try:
        data = _loads(event.data)
    except ValueError:
        data = event.data.decode("utf-8", "replace")
    if isinstance(data, dict) and (not event.event or data.get("type") == event.event):
        return data
    return {"event": event.event or "message", "data": data}


async def _answer(response: Any, session: Session, output: Path | None, *, text: bool) -> Any:
    """What a plain answer holds. Raises ProblemError where JSON was expected and something else came."""
    content_type = (response.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if output is not None:
        size = await _save(response.iter_bytes(), output)
        return {"file": str(output), "bytes": size, "content_type": content_type}
    body = await response.read()
    is_json = content_type.endswith("json")
    if is_json and not text:
        try:
            return _loads(body)
        except ValueError:
            pass
    elif not body and not is_json:
        return None
    elif text or not content_type.startswith("text/html"):
        return Content(body, content_type or "application/octet-stream")
    raise ProblemError(
        explain_answer(
            response.status_code, response.headers, body, base_url=session.base_url, profile=session.profile.name
        )
    )


def _decode_embeddings(answer: Any) -> None:
    """Base64 as numbers: the SDK asks for it by itself where nobody chose a format, and undoes it, too."""
    for item in _items(answer):
        if isinstance(item, dict) and isinstance(item.get("embedding"), str):
            numbers = array.array("f")
            numbers.frombytes(base64.b64decode(item["embedding"]))
            if sys.byteorder == "big":
                numbers.byteswap()
            item["embedding"] = numbers.tolist()


def _items(answer: Any) -> list[Any]:
    """The items of one page of a list."""
    if isinstance(answer, Mapping):
        for name in ("data", "items"):
            if isinstance(answer.get(name), list):
                return list(answer[name])
    return list(answer) if isinstance(answer, list) else [answer]


async def following_arguments(method: Method, arguments: Mapping[str, Any], response: Any) -> dict[str, Any] | None:
    """The arguments that ask for the page after the one that `response` (already read) holds; None after the last.
    Asked for by our own means, because the SDK's next page would come parsed."""
    page = await response.parse()
    following = page.next_page_info() if page.has_next_page() else None
    if following is None:
        return None
    asked = dict(arguments)
    for name, value in {**_given(following.params), **_given(following.json)}.items():
        if name in method.parameters:
            asked[name] = value
        else:
            asked["extra_query"] = {**(asked.get("extra_query") or {}), name: value}
    return asked


async def _all_pages(method: Method, arguments: dict[str, Any], session: Session) -> list[Any]:
    """The items of every page, as they were sent."""
    items: list[Any] = []
    asked: dict[str, Any] | None = arguments
    while asked is not None:
        async with sending(method, asked) as response:
            items += _items(await _answer(response, session, None, text=False))
            asked = await following_arguments(method, asked, response)
    return items


def _given(values: Any) -> dict[str, Any]:
    return dict(values) if isinstance(values, Mapping) else {}


def sending(method: Method, arguments: dict[str, Any]) -> contextlib.AbstractAsyncContextManager[Any]:
    """A context in which the raw answer can be read. Deprecated methods are called like others."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        made: contextlib.AbstractAsyncContextManager[Any] = method.send(**arguments)
    return made


async def call(
    session: Session,
    method: str,
    body: Mapping[str, Any],
    *,
    stream: bool = False,
    all_pages: bool = False,
    output: Path | None = None,
    origin: str = "cli",
) -> Any:
    """Call any method of the SDK. `body` holds the path's parameters, too; `"@path"` is a file where one is meant.

    Gives JSON as the server sent it; an async iterator of events (dicts) where the answer is a stream, to be closed
    with `aclose`; a `Content` for what is no JSON; with `all_pages` the items of all pages as one list; with `output`
    what was written. Raises UsageProblem before anything is sent, OSError for files, the SDK's errors, ProblemError.
    """
    from playground.core.helpers import call_helper, helper_of

    client = await session.client()
    if (helper := helper_of(client, method)) is not None:
        if output is not None or all_pages:
            raise _usage(
                f"“{method}” is a helper of the SDK", "It has no pages, and no bytes to save.", "Leave that out."
            )
        with session.calling(method, origin):
            return await call_helper(helper, body)
    found = resolve(client, method)
    async with contextlib.AsyncExitStack() as opened:
        files = opened.enter_context(contextlib.ExitStack())
        arguments = arguments_of(found, body, files, stream=stream)
        if all_pages and not found.is_list:
            raise _usage(f"“{method}” is no list", "Only a list has pages.", "Leave --all out.")
        with session.calling(method, origin):
            if all_pages:
                return await _all_pages(found, arguments, session)
            response = await opened.enter_async_context(sending(found, arguments))
            if "event-stream" in (response.headers.get("content-type") or ""):
                return _events(response, opened.pop_all())
            answer = await _answer(response, session, output, text=found.is_binary)
            if method == "embeddings.create" and "encoding_format" not in body and output is None:
                _decode_embeddings(answer)
            return answer
