"""What is written for each method, kept apart; never a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.core.redact import SECRET_HEADERS

KEPT = 60
"""Methods whose arguments are remembered."""
LONGEST = 200_000
"""Characters of one draft's JSON that are remembered."""


class Drafts:
    """Arguments by method, the newest last."""

    def __init__(self) -> None:
        self._arguments: dict[str, dict[str, Any]] = {}
        self._streams: set[str] = set()

    def arguments(self, method: str) -> dict[str, Any] | None:
        """None where nothing was written for it yet."""
        return self._arguments.get(method)

    def put(self, method: str, arguments: Mapping[str, Any]) -> None:
        self._arguments.pop(method, None)
        self._arguments[method] = dict(arguments)
        while len(self._arguments) > KEPT:
            del self._arguments[next(iter(self._arguments))]

    def streams(self, method: str) -> bool:
        return method in self._streams

    def set_streams(self, method: str, streams: bool) -> None:
        (self._streams.add if streams else self._streams.discard)(method)

    def to_state(self) -> dict[str, Any]:
        kept = {name: _without_secrets(arguments) for name, arguments in self._arguments.items()}
        return {"arguments": kept, "streams": sorted(self._streams)}

    def load(self, state: object) -> None:
        """What is of another shape is passed over."""
        if not isinstance(state, dict):
            return
        arguments, streams = state.get("arguments"), state.get("streams")
        if isinstance(arguments, dict):
            self._arguments = {name: dict(value) for name, value in arguments.items() if isinstance(value, dict)}
        if isinstance(streams, list):
            self._streams = {str(name) for name in streams}


def _without_secrets(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Without headers that carry a key by their nature; known keys are masked wherever states are written."""
    headers = arguments.get("extra_headers")
    if not isinstance(headers, Mapping):
        return dict(arguments)
    kept = {name: value for name, value in headers.items() if str(name).lower() not in SECRET_HEADERS}
    rest = {name: value for name, value in arguments.items() if name != "extra_headers"}
    return {**rest, "extra_headers": kept} if kept else rest
