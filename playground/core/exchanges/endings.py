"""Answers that came whole, and are not complete: the model reached a limit, or a filter stopped it."""

from __future__ import annotations

import re

from playground.core.errors import Problem

_NEAR, _END = 64 * 1024, 256 * 1024
"""Bytes from the beginning and from the end of an answer that are looked at."""
# What a model wrote cannot pass for these: inside a JSON string its quotes are escaped.
_INCOMPLETE = re.compile(rb'"incomplete_details"\s*:\s*\{\s*"reason"\s*:\s*"([A-Za-z_]{1,64})"')
_FINISHED = re.compile(rb'"finish_reason"\s*:\s*"(length|content_filter)"')
_LIMITS = ("max_output_tokens", "max_tokens", "length")


def reason_of(method: str, body: bytes) -> str:
    """Why the answer to a generation is not complete, in the API's word; empty where it is, or nothing is known."""
    if method != "POST":
        return ""
    for part in (body[-_END:], body[:_NEAR]):
        for pattern in (_INCOMPLETE, _FINISHED):
            found = pattern.findall(part)
            if found:
                return str(found[-1].decode("ascii"))
    return ""


def problem_of(reason: str, request_id: str | None) -> Problem:
    """What that means."""
    cause, remedy, retry = (
        f"The server gave the reason “{reason}”.",
        "Continue the conversation, or send it again.",
        "Perhaps.",
    )
    if reason in _LIMITS:
        cause = "It reached the most output tokens that the request, or the model, allows; reasoning counts too."
        remedy = "Raise or unset the limit (max_output_tokens), ask for a shorter answer, or continue from here."
        retry = "Not as it is."
    elif reason == "content_filter":
        cause = "The server's content filter stopped it."
        remedy, retry = "Reword the prompt.", "The same prompt will most likely be stopped again."
    return Problem(
        "The answer is incomplete", cause, remedy, retry, status=200, code=reason, request_id=request_id,
        sort="policy" if reason == "content_filter" else "request", again="change",
    )  # fmt: skip
