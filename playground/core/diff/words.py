"""The difference between two attempts in a sentence: what was asked otherwise, then what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playground.core.diff.bodies import Content
from playground.core.diff.exchanges import same_server, status_of
from playground.core.plain import seconds_text

if TYPE_CHECKING:
    from playground.core.diff.exchanges import Comparison, Contents, Side

FIELDS = 3
"""Fields of a request that are named; of the others only how many there are is said."""
_SHORT = 40
_LONG_FIELDS = ("instructions", "input", "messages", "prompt", "tools")
_NOTABLE = 0.1
"""The part by which a time must differ to be worth a word, and …"""
_LEAST = 0.05
"""… seconds."""


def in_words(found: Comparison, requests: Contents, responses: Contents) -> str:
    """One sentence. Names of models and values are as they were sent: from elsewhere."""
    asked = _asked(found, requests)
    came = _came(found, responses)
    if not asked:
        asked = ["the same request"]
        if not came:
            came = ["and the same answer" if not found.response.counts() else "the answer is another"]
    words = ", ".join([*asked, *came])
    return f"{words[:1].upper()}{words[1:]}."


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value if len(value) <= _SHORT else f"{value[: _SHORT - 1]}…"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, dict | list):
        return f"{len(value)} {'item' if isinstance(value, list) else 'field'}{'s' if len(value) != 1 else ''}"
    return str(value)


def _asked(found: Comparison, requests: Contents) -> list[str]:
    left, right = found.left, found.right
    words = []
    ours, theirs = left.detail.summary, right.detail.summary
    if (ours.method, ours.path) != (theirs.method, theirs.path):
        words.append(f"another call ({ours.method} {ours.path} → {theirs.method} {theirs.path})")
    if not same_server(left, right):
        hosts = [urlsplit(side.attempt.url).netloc for side in (left, right)]
        words.append(f"another server ({hosts[0]} → {hosts[1]})")
    elif ours.profile != theirs.profile:
        words.append(f"another profile ({ours.profile} → {theirs.profile})")
    before, after = requests
    if before.kind == after.kind == "json" and isinstance(before.value, Mapping) and isinstance(after.value, Mapping):
        words += _fields(found, before.value, after.value)
    elif (count := sum(found.request.counts().values())) and not words:
        words.append(f"the request's body is another ({count:,} difference{'s' if count != 1 else ''})")
    if not words and (count := _request_headers(found)):
        words.append(f"{count} of the request's headers {'are' if count != 1 else 'is'} other")
    return words


def _request_headers(found: Comparison) -> int:
    from playground.core.diff.headers import diff_headers

    attempts = found.left.attempt, found.right.attempt
    return sum(diff_headers(attempts[0].request_headers, attempts[1].request_headers).counts().values())


def _fields(found: Comparison, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    from playground.core.diff.values import same

    names = [*before, *(name for name in after if name not in before)]
    other = [n for n in names if n not in before or n not in after or not same(before[n], after[n])]
    words, rest = [], []
    if "model" in other and "model" in before and "model" in after:
        words.append(f"the model is another ({_value(before['model'])} → {_value(after['model'])})")
        other.remove("model")
    for name in other:
        if name in _LONG_FIELDS and name in before and name in after:
            count = sum(1 for change in found.request.changes if change.pointer.startswith(f"/{name}"))
            places = f"{count:,} place{'s' if count != 1 else ''}"
            one = isinstance(before[name], str) and isinstance(after[name], str)
            words.append(f"{name} differ{'s' if name in ('input', 'prompt') else ''}{'' if one else f' in {places}'}")
        elif name not in before:
            rest.append(f"{name} set to {_value(after[name])}")
        elif name not in after:
            rest.append(f"{name} no longer sent (was {_value(before[name])})")
        elif isinstance(before[name], dict | list) or isinstance(after[name], dict | list):
            rest.append(f"{name} differs")
        else:
            rest.append(f"{name} {_value(before[name])} → {_value(after[name])}")
    if len(rest) > FIELDS:
        left = len(rest) - FIELDS
        rest = [*rest[:FIELDS], f"{left} more field{'s' if left != 1 else ''}"]
    return words + rest


def _came(found: Comparison, responses: Contents) -> list[str]:
    left, right = found.left, found.right
    words = []
    if status_of(left.attempt) != status_of(right.attempt):
        words.append(f"{_outcome(left)} → {_outcome(right)}")
    made = [_output_tokens(content) for content in responses]
    if made[0] is not None and made[1] is not None and made[0] != made[1]:
        words.append(f"answer {made[0]:,} → {made[1]:,} tokens")
    elif made[0] is not None and made[0] == made[1]:
        words.append(f"answer {made[0]:,} tokens as before")
    words += _times(left, right)
    return words


def _outcome(side: Side) -> str:
    code = side.detail.summary.error_code if side.attempt is side.detail.attempts[-1] else None
    return f"{status_of(side.attempt)} {code}" if code and side.attempt.status is not None else status_of(side.attempt)


def _output_tokens(content: Content) -> int | None:
    from playground.core.runs.blocks import read_usage

    usage = content.value.get("usage") if isinstance(content.value, Mapping) else None
    read = read_usage(usage)
    return None if read is None else read.output


def _times(left: Side, right: Side) -> list[str]:
    before, after = left.seconds, right.seconds
    if before is None or after is None:
        return []
    apart = after - before
    if abs(apart) < max(_LEAST, _NOTABLE * max(before, after)):
        return ["about as fast"]
    return [f"{seconds_text(abs(apart))} {'slower' if apart > 0 else 'faster'}"]
