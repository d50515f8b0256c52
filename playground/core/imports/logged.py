"""A request of the log, to be opened as the method that made it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from playground.core.imports.model import FormPart, ImportedRequest, take_key

if TYPE_CHECKING:
    from playground.core.exchanges import ExchangeDetail

_OURS = frozenset({"openai-organization", "openai-project", "x-client-request-id", "idempotency-key"})
"""Headers that the profile or the SDK sends with every request; so do those that begin with `x-stainless-`."""


def read_exchange(detail: ExchangeDetail) -> ImportedRequest | None:
    """The last attempt of an exchange; None where nothing was sent. Files of a form are left out, and said so: the log
    has their bytes, but no path."""
    if not detail.attempts:
        return None
    attempt = detail.attempts[-1]
    content_type = next((value for name, value in attempt.request_headers if name.lower() == "content-type"), "")
    request = ImportedRequest(detail.summary.method, attempt.url, list(_headers(attempt.request_headers)))
    if attempt.request_body_capped:
        request.notes.append("The log kept only the beginning of its body.")
    if content_type.startswith("multipart/form-data"):
        _read_form(request, attempt.request_body, content_type)
    else:
        request.body = attempt.request_body.decode("utf-8", "replace")
    return take_key(request)


def _headers(headers: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    for name, value in headers:
        lower = name.lower()
        if lower not in _OURS and not lower.startswith("x-stainless-"):
            yield name, value


def _read_form(request: ImportedRequest, data: bytes, content_type: str) -> None:
    from email.parser import BytesParser
    from email.policy import HTTP

    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + data)
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition") or "")
        payload: Any = part.get_payload(decode=True)
        if part.get_filename() is not None:
            request.notes.append(
                f"The file “{part.get_filename()}” of “{name.removesuffix('[]')}” must be chosen again."
            )
        elif name and isinstance(payload, bytes):
            request.form.append(FormPart(name, payload.decode("utf-8", "replace")))
