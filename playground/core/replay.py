"""A logged request once more: what would be sent, why it cannot be, and how its record is kept beside the first one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from playground.core.imports import open_as
from playground.core.imports.logged import read_exchange
from playground.core.imports.opening import Opened
from playground.core.plain import size_text
from playground.core.redact import HIDDEN

if TYPE_CHECKING:
    from playground.core.catalog import Catalog, MethodEntry
    from playground.core.errors import Problem
    from playground.core.exchanges import AttemptDetail, ExchangeDetail, ExchangeStore
    from playground.core.profiles import Profile
    from playground.core.session import SessionManager
    from playground.core.settings import Settings

TAG = "replay"
"""Of requests that were sent again."""
ORIGIN = "replay"
"""As the log has it."""
_MASKED = re.compile(rb"(?:sk-|ses|ek_)\*{10,}|" + re.escape(HIDDEN).encode())
_WITHIN = 5.0
"""Seconds that writing the new record may take."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A request as it would be sent again."""

    exchange_id: str
    """Of the first one."""
    name: str
    """How the new one's note calls it: its request ID, or its exchange's."""
    method: str
    """The SDK's; empty where none makes such a request."""
    verb: str
    path: str
    """Below the base URL, with its IDs."""
    arguments: Mapping[str, Any] = field(repr=False, default_factory=dict)
    """As `core.calls.call` has them."""
    stream: bool = False
    base_url: str = ""
    """Where it went."""
    profile: str = ""
    """Through which it went."""
    model: str = ""
    size: int = 0
    """Bytes of its body."""
    destructive: bool = False
    admin: bool = False
    refusal: str = ""
    """Why it cannot be sent again as it was; empty: it can."""
    remedy: str = ""
    """What to do instead."""
    notes: tuple[str, ...] = ()
    passes_budget: bool = False
    """It passes the day's budget, or may."""

    @property
    def is_read(self) -> bool:
        """Nothing is made, changed or paid for."""
        return self.verb in ("GET", "HEAD")


EDIT = "Edit in Explorer opens it with all that is known of it, to be completed and sent."
_COPY = "Copy it as cURL or as a HAR entry, and send it with another program."


def read_replay(catalog: Catalog, detail: ExchangeDetail) -> Replay:
    """The request of the last attempt. Never raises: what stands against it is in `refusal`."""
    summary = detail.summary
    name = summary.request_id or summary.client_request_id or summary.id
    plain = Replay(
        summary.id, name, "", summary.method, summary.path, profile=summary.profile, model=summary.model or ""
    )
    request = read_exchange(detail)
    if request is None:
        return _refused(plain, "Nothing was sent of it: it ended before.", EDIT)
    attempt = detail.attempts[-1]
    if is_socket(attempt):
        return _refused(plain, "It is a WebSocket, which is a conversation and no single request.",
                        "Open its method in the explorer, connect, and send its messages again.")  # fmt: skip
    opened = open_as(catalog, request)
    if not opened.method:
        return _refused(plain, f"No method of this SDK makes {summary.method} {summary.path}.", _COPY)
    entry = catalog.methods[opened.method]
    arguments, stream = dict(opened.arguments), False
    if entry.can_stream and arguments.get("stream") is True:
        stream = bool(arguments.pop("stream"))
    found = Replay(
        exchange_id=summary.id, name=name, method=opened.method, verb=summary.method, path=summary.path,
        arguments=arguments, stream=stream, base_url=opened.base_url, profile=summary.profile,
        model=summary.model or "", size=attempt.request_body_size, destructive=entry.destructive, admin=entry.admin,
    )  # fmt: skip
    if attempt.request_body_capped:
        kept = f"{size_text(len(attempt.request_body))} of {size_text(attempt.request_body_size)}"
        return _refused(found, f"The log kept only the first {kept} of its body.", EDIT)
    files = files_of(attempt)
    if files:
        named = ", ".join(f"“{file}”" for _, file in files)
        one = len(files) == 1
        return _refused(
            found,
            f"Its file{'' if one else 's'} {named} went as bytes: the log knows no path to {'it' if one else 'them'}.",
            f"Edit in Explorer opens the form: choose the file{'' if one else 's'} again there, and send.",
        )
    if _MASKED.search(attempt.request_body):
        return _refused(found, "A key stood in its body, and the log keeps no keys.",
                        "Edit in Explorer opens it: write the key in again, and send.")  # fmt: skip
    left = [note for note in opened.notes if "left out" in note and "body" in note]
    if left:
        return _refused(found, " ".join(left), EDIT)
    return found


def _refused(replay: Replay, why: str, remedy: str) -> Replay:
    return replace(replay, refusal=why, remedy=remedy)


def with_costs(replay: Replay, store: ExchangeStore, settings: Settings, profile: Profile) -> Replay:
    """The same with what it took the first time, and whether it passes the day's budget. Waits for the disk."""
    from playground.core import spending

    if replay.refusal or replay.is_read or profile.is_sandbox:
        return replay
    row = store.log.one(replay.exchange_id)
    if row is None or not replay.model:
        return replay
    notes = []
    if row.tokens:
        price = f", {spending.usd(row.cost)}" if row.cost is not None else ""
        notes.append(f"The first time it took {row.tokens:,} tokens{price}.")
    from playground.core.input_tokens import InputTokens

    count = InputTokens(replay.arguments) if row.input_tokens is None else _Counted(row.input_tokens)
    asked = spending.check(store, settings, profile, replay.arguments, count)
    if asked is not None:
        notes.append(asked.words)
    return replace(replay, notes=(*replay.notes, *notes), passes_budget=asked is not None)


class _Counted:
    """The tokens of the input, as the server counted them the first time."""

    def __init__(self, tokens: int) -> None:
        self._tokens = tokens

    def __call__(self) -> tuple[int, bool]:
        return self._tokens, False


def is_socket(attempt: AttemptDetail) -> bool:
    """Whether it is a WebSocket's handshake."""
    upgrade = any(name.lower() == "upgrade" and "websocket" in value.lower() for name, value in attempt.request_headers)
    return attempt.status == 101 or attempt.url.startswith(("ws://", "wss://")) or upgrade


def files_of(attempt: AttemptDetail) -> list[tuple[str, str]]:
    """The files of a form: the field's name without `[]`, and the file's name."""
    kind = next((value for name, value in attempt.request_headers if name.lower() == "content-type"), "")
    if not kind.lower().startswith("multipart/form-data"):
        return []
    from email.parser import BytesParser
    from email.policy import HTTP

    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + kind.encode() + b"\r\n\r\n" + attempt.request_body
    )
    return [
        (str(part.get_param("name", "", header="content-disposition")).removesuffix("[]"), str(part.get_filename()))
        for part in message.iter_parts()
        if part.get_filename() is not None
    ]


# ---- sending it


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of it."""

    exchange_id: str
    """Of the new one; empty where nothing was sent."""
    problem: Problem | None = None


async def send_again(
    sessions: SessionManager, profile: Profile, replay: Replay, headed: Callable[[str], object] | None = None
) -> Sent:
    """Send it through a profile and read its answer to the end. `headed` is given the new exchange's id when the head
    of the answer is there. What goes wrong is in the answer; only being cancelled is raised."""
    from playground.core.answering import open_answer
    from playground.core.errors import ProblemError, explain

    base_url = ""
    try:
        session = await sessions.session_of(profile)
        base_url = session.base_url
        async with open_answer(session, replay.method, replay.arguments, stream=replay.stream, origin=ORIGIN) as answer:
            exchange_id = answer.head.exchange_id
            if headed is not None:
                headed(exchange_id)
            try:
                async for _ in answer.pieces():
                    pass
            except Exception as error:
                return Sent(exchange_id, explain(error, base_url=base_url, profile=profile.name))
            return Sent(exchange_id)
    except Exception as error:
        problem = error.problem if isinstance(error, ProblemError) else None
        problem = problem or explain(error, base_url=base_url, profile=profile.name)
        return Sent(getattr(error, "exchange_id", None) or "", problem)


def mark(store: ExchangeStore, exchange_id: str, replay: Replay) -> None:
    """Note in the log of what the new one is the replay. Waits for the disk."""
    store.flush(_WITHIN)
    row = store.log.one(exchange_id)
    if row is not None:
        store.log.tag([row.number], TAG)
        store.log.note([row.number], f"replay of {replay.name}")


# ---- as text


LANGUAGES = (("curl", "cURL"), ("python", "Python"), ("javascript", "JavaScript"), ("json", "JSON"), ("har", "HAR"))


@dataclass(frozen=True, slots=True)
class Written:
    """A request as text without a secret; `notes`: what is left to do by hand."""

    text: str = field(repr=False)
    notes: tuple[str, ...] = ()


def write_as(language: str, store: ExchangeStore, catalog: Catalog | None, detail: ExchangeDetail) -> Written:
    """One of `LANGUAGES`; programs need the catalogue. Raises ValueError, in words, where there is none in it."""
    from playground.core.exchanges.scrub import Scrubber

    scrub = Scrubber()
    notes: list[str] = []
    if language in ("json", "har"):
        text = _as_data(language, store, detail, scrub)
    else:
        if catalog is None:
            raise ValueError("The methods of the SDK are not read yet: try again in a moment.")
        text = scrub.text(_as_program(language, catalog, detail, notes))
        if _MASKED.search(detail.attempts[-1].request_body) and not scrub.removed:
            notes.append(f"A key was in it: write it in where “{HIDDEN}” or stars stand.")
    removed = sum(scrub.removed.values())
    if removed:
        notes.append(f"{removed} secret{'s were' if removed != 1 else ' was'} left out: “{HIDDEN}” stands there.")
    return Written(text, tuple(notes))


def _as_data(language: str, store: ExchangeStore, detail: ExchangeDetail, scrub: Any) -> str:
    import json

    from playground.core.exchanges import har
    from playground.core.exchanges.export import detail_object

    row = store.log.one(detail.summary.id)
    if row is None:
        raise ValueError("It is not in the log any more.")
    if language == "json":
        return json.dumps(detail_object(row, detail, scrub), indent=2) + "\n"
    parts: list[bytes] = []
    har.write([(row, detail)], parts.append, scrub)
    return b"".join(parts).decode()


def _as_program(language: str, catalog: Catalog, detail: ExchangeDetail, notes: list[str]) -> str:
    from playground.core.codegen import CallRequest, call_program
    from playground.core.dryrun import WireRequest

    request = read_exchange(detail)
    if request is None:
        raise ValueError("Nothing was sent of it, so there is no program that does it again.")
    attempt = detail.attempts[-1]
    if is_socket(attempt):
        raise ValueError("It is a WebSocket: the explorer writes programs for its method.")
    opened = open_as(catalog, request)
    if not opened.method:
        raise ValueError(f"{' '.join(opened.notes)} Copy it as a HAR entry instead.")
    entry = catalog.methods[opened.method]
    arguments = _with_file_names(entry, opened, attempt, notes)
    if attempt.request_body_capped:
        notes.append("The log kept only the beginning of its body: the rest is missing.")
    stream = entry.can_stream and arguments.get("stream") is True
    if stream:
        del arguments["stream"]
    sent = {name.lower(): value for name, value in attempt.request_headers}
    return call_program(
        language,
        CallRequest(
            entry,
            arguments,
            opened.base_url,
            stream=stream,
            organization=sent.get("openai-organization"),
            project=sent.get("openai-project"),
            wire=WireRequest(detail.summary.method, attempt.url, attempt.request_headers, attempt.request_body),
        ),
    )


def _with_file_names(entry: MethodEntry, opened: Opened, attempt: AttemptDetail, notes: list[str]) -> dict[str, Any]:
    """The arguments, files by their names: a program reads them from where it is started."""
    arguments = dict(opened.arguments)
    names = {parameter.wire: parameter.name for parameter in entry.parameters}
    files = files_of(attempt)
    for field_name, file in files:
        name, path = names.get(field_name, field_name), f"@{file}"
        if name in arguments:
            before = arguments[name]
            arguments[name] = [*before, path] if isinstance(before, list) else [before, path]
        else:
            arguments[name] = path
    if files:
        notes.append("Files are named as they were sent: put them beside the program.")
    return arguments
