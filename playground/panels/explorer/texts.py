"""Requests in a text that somebody pasted: a cURL command, or a HAR."""

from __future__ import annotations

from playground.core.imports import ImportedRequest, is_curl, is_har, read_curl, read_har


def is_request(text: str) -> bool:
    """Whether a text begins like one. It may still be none."""
    return is_curl(text) or is_har(text)


def requests_in(text: str) -> list[ImportedRequest]:
    """Its requests; none where it is something else. Raises ImportProblem where it cannot be read."""
    if is_curl(text):
        return [read_curl(text)]
    return read_har(text) if is_har(text) else []
