"""A call of a HAR file as it can be written into the log: put together, judged, and without its secrets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.core.exchanges import har_read, texts
from playground.core.exchanges.har_read import ReadAttempt
from playground.core.exchanges.log import checked_tag
from playground.core.exchanges.records import REQUEST_BODY_CAP, RESPONSE_BODY_CAP, ExchangeSummary, State
from playground.core.exchanges.scrub import Scrubber
from playground.core.redact import HIDDEN

ORIGIN = "import"
TAG = "har"
_ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


@dataclass(slots=True)
class Call:
    """A call as it will be written, without secrets."""

    key: str
    """By which it is known again."""
    exchange: str
    """The id it had where it was made; empty where it had none."""
    summary: ExchangeSummary
    attempts: list[ReadAttempt]
    tags: list[str]
    note: str
    pinned: bool
    size: int


def make_call(attempts: list[ReadAttempt], scrub: Scrubber, tag: str) -> Call:
    """From its entries, first attempt first. `tag`: of the file."""
    key = hashlib.sha256()
    for one in attempts:  # before anything is taken out: another pattern makes no other call of it
        sizes = (one.request_size, one.response_size)
        head = (one.started_at, one.duration, one.method, one.url, one.status, one.attempt, *sizes)
        key.update(repr(head).encode() + hashlib.sha256(one.request_body).digest())
        key.update(hashlib.sha256(one.response_body).digest())
    for one in attempts:
        _clean(one, scrub)
    known = attempts[0].call or {}
    own = known.get("tags") if isinstance(known.get("tags"), list) else []
    tags = [TAG, tag, *(text for text in own or [] if isinstance(text, str))]
    page = attempts[0].page
    return Call(
        key=f"har-{key.hexdigest()[:40]}",
        exchange=page if attempts[0].call is not None and _ULID.fullmatch(page) else "",
        summary=_summary(attempts, known, scrub),
        attempts=attempts,
        tags=[text for text in dict.fromkeys(tags) if _is_tag(text)][:50],
        note=scrub.text(har_read.text_of(known.get("note")))[:4000],
        pinned=known.get("pinned") is True,
        size=sum(len(one.request_body) + len(one.response_body) for one in attempts),
    )


def _is_tag(text: str) -> bool:
    try:
        return checked_tag(text) == text
    except ValueError:
        return False


def _clean(one: ReadAttempt, scrub: Scrubber) -> None:
    """Take out the secrets, and of long bodies the rest."""
    # Without the user rather than with `[removed]@`, which many take for half an IPv6 address.
    one.url = scrub.url(one.url).replace(f"//{HIDDEN}@", "//", 1)
    one.request_headers, one.response_headers = scrub.headers(one.request_headers), scrub.headers(one.response_headers)
    for name in ("error", "request_id", "client_request_id"):
        text = getattr(one, name)
        setattr(one, name, None if text is None else scrub.text(text))
    sent = _clean_body(one.request_body[:REQUEST_BODY_CAP], scrub)
    body = _clean_body(one.response_body[:RESPONSE_BODY_CAP], scrub)
    one.arrivals = one.arrivals if body == one.response_body else []
    # A size is the true one; what was taken out is no piece that is missing.
    whole = one.request_size == len(one.request_body) <= REQUEST_BODY_CAP
    one.request_body, one.request_size = sent, len(sent) if whole else max(one.request_size, len(sent))
    whole = one.response_size == len(one.response_body) <= RESPONSE_BODY_CAP
    one.response_body, one.response_size = body, len(body) if whole else max(one.response_size, len(body))


def _clean_body(data: bytes, scrub: Scrubber) -> bytes:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return scrub.data(data)
    clean = scrub.text(text)
    return data if clean == text else clean.encode()


def _summary(attempts: list[ReadAttempt], known: Mapping[str, Any], scrub: Scrubber) -> ExchangeSummary:
    first, last = attempts[0], attempts[-1]
    state, code, message = _outcome(last, known, scrub)
    started = known.get("started")
    duration: Any = known.get("duration")
    if type(duration) not in (int, float) or not 0 <= duration < 1e9:
        end = last.duration or 0.0
        duration = last.started_at - first.started_at + end if known or last.duration is not None else 0.0

    def text(name: str, otherwise: str = "") -> str:
        found = har_read.text_of(known.get(name))
        return scrub.text(found)[:2000] if found else otherwise

    return ExchangeSummary(
        id="",
        started_at=started if type(started) is float and abs(started - first.started_at) < 86_400 else first.started_at,
        profile=text("profile")[:200],
        method=first.method,
        path=scrub.url(text("path") or har_read.path_of(first.url)),
        sdk_method=first.sdk_method,
        origin=ORIGIN,
        model=texts.model_of(first.request_body) or text("model") or None,
        state=state,
        status=last.status,
        error_code=code,
        error_message=message,
        request_id=last.request_id,
        client_request_id=last.client_request_id,
        attempts=len(attempts),
        duration=float(duration),
        timings=last.timings,
    )


def _outcome(last: ReadAttempt, known: Mapping[str, Any], scrub: Scrubber) -> tuple[State, str | None, str | None]:
    """State, error code and message: as this program knew them, or as the answer and the other program tell."""
    if known and known.get("state") in har_read.STATES:
        said = [scrub.text(har_read.text_of(known.get(name)))[:4000] or None for name in ("errorCode", "errorMessage")]
        return known["state"], said[0], said[1]
    if last.status is None:
        aborted = "ERR_ABORTED" in (last.error or "") or "NS_BINDING_ABORTED" in (last.error or "")
        return ("cancelled" if aborted else "failed"), last.error or "no_answer", last.error
    stream = any(name.lower() == "content-type" and "event-stream" in value for name, value in last.response_headers)
    failed = last.status >= 400
    fault = texts.fault_of(last.response_body, stream=stream and not failed) if stream or failed else None
    if failed or fault is not None:
        code = (fault.code if fault else None) or (f"http_{last.status}" if failed else None)
        return "failed", code, (fault.message if fault else None) or last.error
    return ("failed", last.error, last.error) if last.error else ("done", None, None)
