"""What servers said about settings: which model refused which, when, in what words. It is kept between starts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

MOST = 400
"""Refusals that are kept; beyond it the oldest go."""
_LONGEST = 600
_SHORT = 32
_GENERAL = ("unsupported_parameter", "unknown_parameter")
"""Codes that say that the setting itself is not taken, whatever its value."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One setting that a model did not take."""

    setting: str
    words: str
    """The server's."""
    day: date
    value: Any = None
    """The print (`imprint`) of what was sent."""
    general: bool = False
    """Whether no other value would do either."""

    def concerns(self, value: Any) -> bool:
        """Whether it is to be expected again with this value."""
        return value is not None and (self.general or imprint(value) == self.value)

    def is_refuted(self, value: Any) -> bool:
        """Whether an answer to a request with this value shows that it no longer holds.

        A text or an object that is taken stands for the setting: nobody comes back to the very one that was not.
        """
        return self.concerns(value) or (value is not None and isinstance(self.value, list))


class Refusals:
    """By server and model."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], Refusal] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, server: str, model: str) -> dict[str, Refusal]:
        """Setting → what is known of this model there."""
        return {key[2]: refusal for key, refusal in self._kept.items() if key[:2] == (server, model)}

    def add(self, server: str, model: str, refusal: Refusal) -> None:
        """Remember it in place of what was known of the same setting."""
        key = (server, model, refusal.setting)
        self._kept.pop(key, None)
        self._kept[key] = refusal
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]

    def forget(self, server: str, model: str, setting: str) -> bool:
        """Whether there was something to forget."""
        return self._kept.pop((server, model, setting), None) is not None

    def accepted(self, server: str, model: str, sent: Mapping[str, Any]) -> bool:
        """The model answered a request with these settings: what is refuted by that is forgotten."""
        refuted = [
            key
            for key, refusal in self._kept.items()
            if key[:2] == (server, model) and refusal.is_refuted(sent.get(key[2]))
        ]
        for key in refuted:
            del self._kept[key]
        return bool(refuted)

    def to_json(self) -> list[dict[str, Any]]:
        return [
            {
                "server": server,
                "model": model,
                "setting": setting,
                "words": refusal.words,
                "day": refusal.day.isoformat(),
                "value": refusal.value,
                "general": refusal.general,
            }
            for (server, model, setting), refusal in self._kept.items()
        ]

    def load(self, raw: object) -> None:
        """Take over what was saved; what does not fit is left out."""
        for entry in raw if isinstance(raw, list) else []:
            if not isinstance(entry, Mapping):
                continue
            texts = [entry.get(name) for name in ("server", "model", "setting", "words", "day")]
            if not all(isinstance(text, str) for text in texts):
                continue
            server, model, setting, words, day = map(str, texts)
            try:
                refusal = Refusal(
                    setting, words, date.fromisoformat(day), entry.get("value"), bool(entry.get("general"))
                )
            except ValueError:
                continue
            self.add(server, model, refusal)


def imprint(value: Any) -> Any:
    """What is kept of a value to know it again: itself where it is short, else a sum, for it may be anybody's text."""
    if value is None or isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= _SHORT):
        return value
    from hashlib import sha256

    return [sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()]


def is_general(code: str | None, words: str) -> bool:
    """Whether a server says that it does not take a setting at all."""
    if code in _GENERAL:
        return True
    if code is not None and code.startswith(("invalid_", "unsupported_value", "decimal_", "integer_")):
        return False
    lower = words.lower()
    return any(
        sign in lower for sign in ("unsupported parameter", "unknown parameter", "unrecognized", "not permitted")
    )


def shortened(words: str) -> str:
    """A server's words in one line, not longer than a person reads."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def sentence(model: str, label: str, refusal: Refusal, today: date) -> str:
    """`gpt-x refused temperature on 21 Nov: …`."""
    day = f"{refusal.day.day} {refusal.day:%b}"
    if refusal.day.year != today.year:
        day += f" {refusal.day.year}"
    value = "" if refusal.general or isinstance(refusal.value, list | None) else f" {_plain(refusal.value)}"
    return f"{model} refused {label}{value} on {day}: {refusal.words}"


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
