"""What went wrong, in a person's words, with the remedy. The words are in `resources/facts/errors-*.json`."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from playground.core.connections import is_connection_error as is_connection_error
from playground.core.connections import kind_named, kind_of, words_of
from playground.core.error_table import Again, rule_for, wait_of
from playground.core.plain import seconds_text
from playground.core.redact import known, without_user

_LONGEST_WORDS = 4000
_TEXTS = ("type", "code", "param", "request_id", "server_words")
"""What a server fills in."""
_LOCAL = frozenset({"connection_error", "file_error", "key_error", "not_json", "not_recorded", "damaged_log"})
"""Types of our own, whose raw words alone would say little."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What happened, why, what to do; in a person's words."""

    title: str
    """What happened."""
    cause: str
    """Why."""
    remedy: str
    """What to do."""
    retry: str = ""
    """Whether trying again helps, and when; empty where nothing can be said."""
    status: int | None = None
    type: str | None = None
    code: str | None = None
    param: str | None = None
    request_id: str | None = None
    server_words: str | None = None
    """The server's or the library's own words, unchanged."""
    sort: str | None = None
    """Its class in the table of errors: `request`, `key`, `account`, `rate`, `server`, …; None: not known."""
    again: Again | None = None
    """Whether sending it again helps, for programs; None: not known."""
    wait: float | None = None
    """Seconds that the server asks to wait."""
    section: str | None = None
    """The section of the API's documentation, as `error_table.section_of` takes it."""

    def line(self) -> str:
        """All of it as one line."""
        texts = [" ".join(text.split()) for text in (self.title, self.cause, self.remedy)]
        return " ".join(text if text[-1] in ".?!" else f"{text}." for text in texts if text)

    def to_error_dict(self) -> dict[str, Any]:
        """In the shape of the API's errors, with the status, the request ID and what it means."""
        message = self.server_words or self.line()
        if self.server_words and self.type in _LOCAL:
            message = f"{self.line()} ({self.server_words})"
        return {
            "message": message,
            "type": self.type,
            "code": self.code,
            "param": self.param,
            "status": self.status,
            "request_id": self.request_id,
            "explanation": self.line(),
        }


class ProblemError(Exception):
    """An error that carries its explanation."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.line())
        self.problem = problem


def explain(error: BaseException, *, base_url: str = "", profile: str = "") -> Problem:
    """What an error means. `base_url` and `profile` only make the words more precise. Never raises."""
    return masked(_explain(error, base_url, profile))


def masked(problem: Problem) -> Problem:
    """The problem without a key in use, which servers like to repeat, and without a proxy's password."""
    clean: dict[str, Any] = {name: known().text(getattr(problem, name) or "") or None for name in _TEXTS}
    if clean["server_words"] and problem.type == "connection_error":
        clean["server_words"] = without_user(clean["server_words"])
    mended = replace(problem, cause=known().text(problem.cause), **clean)
    return problem if mended == problem else mended


def _explain(error: BaseException, base_url: str, profile: str) -> Problem:
    if isinstance(error, ProblemError):
        return error.problem
    words = _Words(base_url, profile)
    if type(error).__name__ == "CancelledError":  # of asyncio, which the window does not import at its start
        return Problem("Stopped", "It was cancelled here.", "What had come is kept.", "Yes.", type="cancelled")
    openai: Any = sys.modules.get("openai")
    if openai is not None:
        if isinstance(error, openai.APIStatusError):
            return _explain_status(error, words)
        if isinstance(error, openai.APIConnectionError):
            return _explain_connection(error, words)
        if isinstance(error, openai.APIResponseValidationError):
            return _unreadable(error, status=error.response.status_code)
        if isinstance(error, openai.APIError):
            return explain_event(
                _error_fields(error.body) or {"message": error.message}, None, base_url=base_url, profile=profile
            )
    if isinstance(error, TypeError) and "equired" in str(error) and "argument" in str(error):
        return Problem(
            title="Something that is required is missing",
            cause=str(error),
            remedy="Add it to the request.",
            retry="Not as it is.",
            type="missing_argument",
            server_words=str(error),
        )
    if isinstance(error, json.JSONDecodeError):
        return _unreadable(error)
    if kind_of(error) is not None:
        return _explain_connection(error, words)
    return _explain_local(error)


def explain_event(
    error: Mapping[str, Any], request_id: str | None, *, base_url: str = "", profile: str = ""
) -> Problem:
    """What an error inside a stream, or a response's `error`, means. Never raises."""
    fields = _error_fields(error) or {"message": json.dumps(dict(error), default=str)}
    problem = _from_table(fields, None, _Words(base_url, profile), request_id)
    problem = problem or Problem(
        title="The answer failed",
        cause=fields["message"] or "The server gave no reason.",
        remedy="Try again; if it goes on, report the request ID.",
        retry="Perhaps.",
        request_id=request_id,
        **_shown(fields),
    )
    return masked(problem)


def explain_answer(
    status: int, headers: Mapping[str, str], body: bytes, *, base_url: str = "", profile: str = ""
) -> Problem:
    """What an HTTP answer that is no success, or no JSON where JSON was expected, means. Never raises.

    `headers` has lower-case names, or does not mind the case.
    """
    text = body[: 4 * _LONGEST_WORDS].decode("utf-8", "replace")
    try:
        parsed: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        if status < 400 and body.lstrip()[:1] in (b"{", b"["):
            return masked(_broken(error, headers.get("x-request-id") or None, status, text))
        parsed = text
    return masked(_explain_body(status, headers, parsed, _Words(base_url, profile)))


def explain_failure(name: str, said: str, *, base_url: str = "", profile: str = "") -> Problem:
    """What an error means of which the request log kept the class's name and the words. Never raises."""
    kind = kind_named(name, said)
    if kind is None:
        return masked(Problem(
            title="No answer came",
            cause=f"{name}: {said}" if name and said not in ("", name) else name or said or "Nothing was told.",
            remedy="What it means is not known. Look at the attempts' headers and bodies for what came.",
            retry="Not known.",
            type=name or None,
            server_words=said or None,
        ))  # fmt: skip
    found = _from_table({"message": said}, None, _Words(base_url, profile), None, kind)
    assert found is not None, f"the table of errors has no words for {kind}"
    return masked(replace(found, type="connection_error", code=kind))


class _Words:
    """Fills the places that the table's words leave open."""

    def __init__(self, base_url: str, profile: str) -> None:
        try:
            host = urlsplit(base_url).netloc.rpartition("@")[2]
        except ValueError:
            host = ""
        self.server = host or "the server"
        self.is_host = bool(host)
        if re.match(r"[\d\[]|localhost\b", host):  # no name that a sentence can begin with
            self.server, self.is_host = f"the server at {host}", False
        self.no_version = bool(base_url) and not re.search(r"/v\d[^/]*/?$", base_url)
        self.profile = f"the profile “{profile}”" if profile else "the profile"
        self.wait = "after a while"
        self.seconds: float | None = None

    def take_wait(self, headers: Mapping[str, str]) -> None:
        """How long the server says to wait, if it does."""
        self.seconds = wait_of(headers, time.time())
        if self.seconds is not None:
            self.wait = f"in {self.seconds:g} seconds" if self.seconds < 120 else f"in {seconds_text(self.seconds)}"

    def fill(self, text: str, fields: Mapping[str, str | None]) -> str:
        values = {"server": self.server, "profile": self.profile, "wait": self.wait}
        values |= {name: fields.get(name) or "unknown" for name in ("param", "code")}
        filled = re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), text)
        return filled if text.startswith("{server}") and self.is_host else filled[:1].upper() + filled[1:]


def _from_table(
    fields: Mapping[str, str | None],
    status: int | None,
    words: _Words,
    request_id: str | None,
    kind: str | None = None,
) -> Problem | None:
    """What the first rule that fits says."""
    rule = rule_for(fields, status, kind)
    if rule is None:
        return None
    texts = {name: words.fill(rule[name], fields) for name in ("title", "cause", "remedy", "retry")}
    again: Again = rule["again"]
    code = fields.get("code")
    if code and not code.isdigit() and "codes" not in rule["match"] and kind is None:
        texts["cause"] = f"{texts['cause']} What the code “{code}” means is not known here."
        if again in ("wait", "soon", "now"):
            again, texts["retry"] = "perhaps", "Perhaps; with this code it is not known."
    return Problem(
        **texts,
        status=status,
        request_id=request_id,
        sort=rule["class"],
        again=again,
        wait=words.seconds if again in ("wait", "perhaps") else None,
        section=rule.get("section"),
        **_shown(fields),
    )


def _shown(fields: Mapping[str, str | None]) -> dict[str, Any]:
    message = fields.get("message")
    return {name: fields.get(name) for name in ("type", "code", "param")} | {"server_words": message or None}


def _error_fields(body: object) -> dict[str, str | None] | None:
    """The fields of an error in the shapes that servers use; None where `body` is none of them."""
    if not isinstance(body, Mapping):
        return None
    inner = body.get("error", body)
    if isinstance(inner, str):
        return {"message": inner}
    if not isinstance(inner, Mapping):
        return None
    message = inner.get("message", inner.get("detail"))
    if message is None and not inner.get("code"):
        return None
    if message is not None and not isinstance(message, str):
        message = json.dumps(message, ensure_ascii=False, default=str)
    fields: dict[str, str | None] = {"message": (message or "")[:_LONGEST_WORDS]}
    for name in ("type", "code", "param"):
        value = inner.get(name)
        fields[name] = str(value) if value is not None else None
    if inner is body and fields["type"] in ("error", "response.failed"):
        fields["type"] = None
    return fields


def _explain_status(error: Any, words: _Words) -> Problem:
    body = error.body
    if body is None:
        try:
            body = error.response.text
        except Exception:
            body = None
    problem = _explain_body(error.status_code, error.response.headers, body, words)
    return replace(problem, request_id=problem.request_id or error.request_id)


def _explain_body(status: int, headers: Mapping[str, str], body: object, words: _Words) -> Problem:
    request_id = headers.get("x-request-id") or None
    words.take_wait(headers)
    fields = _error_fields(body)
    if fields is None:
        text = body if isinstance(body, str) else json.dumps(body, default=str)
        if status < 400 or (status in (400, 404, 405) and _is_page(text)):
            return _page(status, text, words, request_id)
        fields = {"message": _plain(text) or None}
    problem = _from_table(fields, status, words, request_id)
    if problem is not None and status in (404, 405) and words.no_version:
        remedy = words.fill("The base URL of {profile} does not end in /v1, as most do: correct that first.", {})
        problem = replace(problem, remedy=f"{remedy} {problem.remedy}")
    return problem or Problem(
        title=f"The server answered {status}",
        cause=fields.get("message") or "It gave no reason.",
        remedy="What this status means here is not known; see the request's details.",
        retry="Not known.",
        status=status,
        request_id=request_id,
        **_shown(fields),
    )


def _is_page(text: str) -> bool:
    return bool(re.match(r"\s*(<!doctype html|<html|<head|<body)", text, re.IGNORECASE))


def _plain(text: str) -> str:
    """A web page's words without its tags; other text as it is."""
    if _is_page(text):
        from html import unescape

        title = re.search(r"(?is)<title[^>]*>([^<]*)</title>", text)
        text = re.sub(r"(?is)<(script|style).*?</\1>|<!--.*?-->|<[^>]*>", " ", text)
        text = " ".join(unescape(text).split())
        named = " ".join(unescape(title[1]).split()) if title else ""
        if named and text.count(named) > 1:  # the page says it again
            text = text.replace(named, "", 1)
    return text.strip()[:_LONGEST_WORDS]


def _page(status: int, text: str, words: _Words, request_id: str | None) -> Problem:
    """An answer that is no answer of the API."""
    if _is_page(text):
        title = re.search(r"(?is)<title[^>]*>(.*?)</title>", text)
        named = f" (“{' '.join(title[1].split())[:120]}”)" if title and title[1].strip() else ""
        what, cause = "a web page", f"{words.server} sent a page{named}, not an answer of the API."
    else:
        what, cause = "something else than JSON", f"What {words.server} sent is no answer of the API."
    return Problem(
        title=f"The server answered with {what}",
        cause=cause[:1].upper() + cause[1:],
        remedy=f"Check the base URL of {words.profile}; most end in /v1. A proxy's sign-in page looks like this too.",
        retry="No.",
        status=status,
        type="not_json",
        request_id=request_id,
        server_words=_plain(text) or None,
    )


def _broken(error: Exception, request_id: str | None, status: int, text: str) -> Problem:
    """An answer that begins as JSON."""
    bytes_ = isinstance(error, UnicodeDecodeError)
    why = "it holds bytes that are no UTF-8" if bytes_ else f"it is cut off or broken ({error})"
    return Problem(
        title="The answer could not be read",
        cause=f"It begins as JSON, but {why}. The server, or a proxy on the way, damaged it.",
        remedy="See the request's details for what came. If it happens again, look at proxies, and report the request "
        "ID.",
        retry="Perhaps; the work may then be done twice.",
        status=status,
        type="not_json",
        request_id=request_id,
        server_words=text[:_LONGEST_WORDS],
    )


def _unreadable(error: BaseException, status: int | None = None) -> Problem:
    return Problem(
        title="The answer could not be read",
        cause=f"It is not the JSON that was expected ({error}).",
        remedy="See the request's details for what came. Check the base URL; a proxy may have answered.",
        retry="Perhaps.",
        status=status,
        type="not_json",
        server_words=str(error),
    )


def _explain_connection(error: BaseException, words: _Words) -> Problem:
    kind, said = kind_of(error) or "connection", words_of(error)
    fields = {"message": said, "type": "connection_error", "code": kind}
    problem = _from_table({"message": said}, None, words, None, kind)
    assert problem is not None, f"the table of errors has no words for {kind}"
    return replace(problem, type=fields["type"], code=fields["code"])


_DISK = {28: "disk_full", 122: "disk_full", 69: "disk_full", 27: "disk_full", 30: "read_only", 13: "no_access"}
_DISK |= {17: "no_folder", 20: "no_folder"}
"""Errors of the file system by number (of Linux and macOS)."""


def _explain_local(error: BaseException) -> Problem:
    said = str(error) or type(error).__name__
    cause, remedy = getattr(error, "cause", None), getattr(error, "remedy", None)
    if isinstance(cause, str) and isinstance(remedy, str):
        # The sandbox's errors say it themselves, and may not know this module.
        return Problem(said.rstrip("."), cause, remedy, type=type(error).__name__)
    if isinstance(error, OSError) and error.filename is not None:
        reason = error.strerror or type(error).__name__
        kind = _DISK.get(error.errno or 0)
        told = _from_table({"message": said}, None, _Words("", ""), None, kind) if kind else None
        if told is not None:
            return replace(told, cause=f"{error.filename}: {reason}. {told.cause}", type="file_error", code=kind)
        return Problem(
            title="A file could not be used",
            cause=f"{error.filename}: {reason}.",
            remedy="Check that it exists and may be read or written.",
            type="file_error",
            server_words=said,
        )
    if type(error).__module__.startswith("openai"):
        return Problem(
            title="The request could not be made",
            cause=said,
            remedy="Change what these words name.",
            type=type(error).__name__,
            server_words=said,
        )
    return Problem(
        title="Something unexpected went wrong",
        cause=f"{type(error).__name__}: {said}" if said != type(error).__name__ else said,
        remedy="What it means is not known. If it happens again, please report it.",
        retry="Perhaps.",
        type=type(error).__name__,
        server_words=said,
    )
