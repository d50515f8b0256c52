"""Headers and moments of two attempts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields

from playground.core.diff.model import Change, Diff, DiffLine, Kind
from playground.core.exchanges.records import Timings
from playground.core.plain import seconds_text

Headers = Iterable[tuple[str, str]]

_VOLATILE = re.compile(
    r"date|age|expires|last-modified|etag|cf-ray|cf-cache-status|set-cookie|cookie|traceparent|tracestate|report-to|nel"
    r"|content-length|idempotency-key|alt-svc|server-timing|x-envoy-.*|x-stainless-(retry-count|raw-response|read-timeout|async)|openai-processing-ms"
    r"|x-ratelimit-(remaining|reset)-.*|(.*-)?(request|correlation|trace|span|client-request)-id",
    re.IGNORECASE,
)
"""Headers that are others each time, and tell of one message alone, or of how the SDK hands an answer over."""
_ORDER: tuple[Kind, ...] = ("changed", "removed", "added", "volatile", "same")
_BOUNDARY = re.compile(r"(boundary=)[^;\s]+", re.IGNORECASE)


def is_volatile(name: str) -> bool:
    """Whether a header is another one each time."""
    return _VOLATILE.fullmatch(name) is not None


def diff_headers(left: Headers, right: Headers) -> Diff:
    """Headers by their names, whatever their case; those of one name in their order. First what differs, then what
    differs each time, then what is the same."""
    ours, theirs = _by_name(left), _by_name(right)
    diff = Diff()
    for name in sorted(ours.keys() | theirs.keys()):
        before, after = ours.get(name, []), theirs.get(name, [])
        for number in range(max(len(before), len(after))):
            one = before[number] if number < len(before) else None
            other = after[number] if number < len(after) else None
            diff.lines.append(_line(name, one, other))
            kind = diff.lines[-1].kind
            if kind != "same":
                diff.changes.append(Change(kind, f"/{name}", one and one[1], other and other[1]))
    diff.lines.sort(key=lambda line: _ORDER.index(line.kind))
    return diff


def _by_name(headers: Headers) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for name, value in headers:
        found.setdefault(name.lower(), []).append((name, value))
    return found


def _line(name: str, left: tuple[str, str] | None, right: tuple[str, str] | None) -> DiffLine:
    before = None if left is None else f"{name}: {left[1]}"
    after = None if right is None else f"{name}: {right[1]}"
    pointer = f"/{name}"
    if before is not None and after is not None:
        if _BOUNDARY.sub(r"\1", before) == _BOUNDARY.sub(r"\1", after):
            return DiffLine("same" if before == after else "volatile", before, after, pointer=pointer)
        head = len(name) + 2
        kind: Kind = "volatile" if is_volatile(name) or _same_host(name, left, right) else "changed"
        return DiffLine(kind, before, after, ((head, len(before)),), ((head, len(after)),), pointer)
    if is_volatile(name):
        return DiffLine("volatile", before, after, pointer=pointer)
    return DiffLine("added" if before is None else "removed", before, after, pointer=pointer)


LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Where the sandbox and other servers of this machine have another port each time."""


def _same_host(name: str, left: tuple[str, str] | None, right: tuple[str, str] | None) -> bool:
    if name != "host" or left is None or right is None:
        return False
    hosts = {side[1].rpartition(":")[0].strip("[]") for side in (left, right)}
    return len(hosts) == 1 and hosts <= set(LOOPBACK)


LABELS = {
    "queued": "place in the pool",
    "resolved": "name looked up",
    "connected": "connected",
    "tls": "TLS agreed",
    "sent": "request sent",
    "first_byte": "first byte",
    "first_token": "first token",
    "last_byte": "last byte",
}
_TAB = 22
_SHOWN = 0.00005
"""Seconds that would be shown as 0.1 ms."""
_LEAST = 0.02
"""Seconds that two moments may lie apart, and …"""
_PART = 0.1
"""… the part of the longer one, before that is a difference."""


def diff_timings(left: Timings, right: Timings, sizes: tuple[int, int] | None = None) -> Diff:
    """Moments of two attempts, each since its own beginning; `sizes`: bytes of the answers. What differs by less than
    a tenth, or by less than 20 ms, is as other as it is each time."""
    diff = Diff()
    names = [name for name in LABELS if name in {field.name for field in fields(Timings)}]
    for name in names:
        before, after = getattr(left, name), getattr(right, name)
        if before is None and after is None:
            continue
        label = f"{LABELS[name]:<{_TAB}}"
        kind: Kind = "changed"
        more = ""
        if before is not None and after is not None:
            apart = after - before
            small = abs(apart) < max(_LEAST, _PART * max(before, after))
            kind = "same" if abs(apart) < _SHOWN else "volatile" if small else "changed"
            more = f"   {'+' if apart >= 0 else '−'}{_moment(abs(apart))}" if abs(apart) >= _SHOWN else ""
        ours = f"{label}{_moment(before) or 'did not happen'}"
        theirs = f"{label}{_moment(after) or 'did not happen'}{more}"
        diff.lines.append(DiffLine(kind, ours, theirs, ((_TAB, len(ours)),), ((_TAB, len(theirs)),), f"/{name}"))
        if kind != "same":
            diff.changes.append(Change(kind, f"/{name}", before, after))
    if sizes is not None:
        ours, theirs = (f"{'bytes of the answer':<{_TAB}}{size:,}" for size in sizes)
        kind = "same" if sizes[0] == sizes[1] else "volatile"
        diff.lines.append(DiffLine(kind, ours, theirs, ((_TAB, len(ours)),), ((_TAB, len(theirs)),), "/size"))
    return diff


def _moment(seconds: float | None) -> str:
    """`0.4 ms`; else as everywhere."""
    return f"{seconds * 1000:.1f} ms" if seconds is not None and seconds < 0.01 else seconds_text(seconds)
