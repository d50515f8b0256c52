"""A request of the log, to be opened as the method that made it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from playground.core.imports.model import ImportedRequest, take_key
from playground.core.imports.multipart import read_form

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
        read_form(request, attempt.request_body, content_type)
    else:
        request.body = attempt.request_body.decode("utf-8", "replace")
    return take_key(request)


def _headers(headers: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    for name, value in headers:
        lower = name.lower()
        if lower not in _OURS and not lower.startswith("x-stainless-"):
            yield name, value
