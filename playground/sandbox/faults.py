"""What can be made to go wrong in the sandbox, and by which name: the one table of it.

The header `X-Sandbox-Fault`, `playground sandbox --fault`, the settings, the README's list and the tests are all made
from `KINDS`. What a fault does is in `fault_answers`, `fault_streams`, `fault_pieces` and `door`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

HEADER = "X-Sandbox-Fault"
"""Of a request: the faults it asks for, `NAME[=VALUE][@ATTEMPT]`, with commas between. Of an answer: those it met."""
ATTEMPT = "X-Stainless-Retry-Count"
"""Of a request of OpenAI's SDKs: how often it has been sent before."""


class Kind(NamedTuple):
    """One fault that the sandbox knows."""

    name: str
    title: str
    """As a menu shows it."""
    words: str
    """What it does, in a sentence; {n} is its value."""
    unit: str = ""
    """What its value counts; empty where it takes none."""
    default: float = 0
    least: float = 0
    most: float = 0
    everywhere: bool = False
    """Whether it meets every request once it is on; else only those that ask for a generation."""
    by_header: bool = True
    """Whether one request can ask for it."""

    @property
    def usage(self) -> str:
        """As it is written: `stall[=EVENTS]`."""
        return f"{self.name}[={self.unit.upper()}]" if self.unit else self.name

    @property
    def whole(self) -> bool:
        """Whether the value is a whole number."""
        return self.unit != "seconds" and not self.unit.endswith("/s")

    def described(self) -> str:
        """The sentence, with the default."""
        words = self.told(f"so many {self.unit}")
        if self.unit:
            words += f" Default: {self.default:g} {self.unit}."
        return words if self.by_header else f"{words} Not by header."

    def told(self, value: str) -> str:
        """The sentence for this value."""
        return self.words.replace("{n}", value)  # not format(): some hold JSON

    def line(self) -> str:
        """Its line in the README."""
        return f"- `{self.usage}`: {self.described()}"


def _events(name: str, title: str, words: str) -> Kind:
    """A fault in a stream, after {n}, or right before the last one of a shorter stream."""
    return Kind(name, title, words, "events", 12, 0, 100_000)


KINDS: tuple[Kind, ...] = (
    Kind("latency", "Latency", "Every answer begins late, by {n}.", "seconds", 3, 0, 600, everywhere=True),
    Kind("slow-tokens", "Slow tokens", "The answer comes at no more than {n}.",
         "tokens/s", 2, 0.1, 1000),
    Kind("401", "401 wrong key", "The key is refused, as if it were wrong or revoked.", everywhere=True),
    Kind("403", "403 no access", "The key may not do this.", everywhere=True),
    Kind("404", "404 no such model", "The model or object is said not to exist.", everywhere=True),
    Kind("429", "429 rate limit", "The rate limit is reached; Retry-After gives {n}.",
         "seconds", 20, 0, 3600, everywhere=True),
    Kind("quota", "429 no credit", "The account has used up its quota: a 429 that waiting does not mend.",
         everywhere=True),
    Kind("500", "500 server error", "The server fails.", everywhere=True),
    Kind("503", "503 overloaded", "The server is overloaded; Retry-After gives {n}.",
         "seconds", 5, 0, 3600, everywhere=True),
    Kind("html-502", "HTML 502 of a proxy",
         "A proxy answers in the server's place: 502 with a web page, and none of the API's headers.", everywhere=True),
    _events("cut", "Cut stream",
            "The connection closes after {n}; without a stream, in the middle of the body."),
    _events("stall", "Stalled stream",
            "Nothing more comes after {n}, and the connection stays open; without a stream, in the middle "
            "of the body."),
    _events("malformed-sse", "Malformed events",
            "After {n} of a stream comes a line that is no field, and two events run into one another."),
    _events("invalid-json", "Invalid JSON",
            "After {n} one has half its JSON; without a stream, the body is half of its JSON."),
    _events("invalid-utf8", "Invalid UTF-8",
            "After {n} one holds bytes that are no UTF-8; without a stream, the body does."),
    _events("error-event", "Error event",
            "After {n} of a stream comes an event of the type “error”, and then its end."),
    _events("error-object", "Error object",
            "After {n} of a stream comes {\"error\": …}, and then its end; without a stream, that is the "
            "body of a 200."),
    Kind("failed", "Failed response",
         "The model fails after {n}: response.failed; {\"error\": …} in a stream of Chat Completions; 500 "
         "without a stream.", "tokens", 12, 0, 100_000),
    Kind("incomplete", "Incomplete answer", "The answer ends after {n}, as at the output limit.",
         "tokens", 12, 0, 100_000),
    Kind("refusal", "Refusal", "The model refuses to answer."),
    _events("unknown-event", "Unknown event type",
            "After {n} of a stream comes one of a type that no client knows; the stream goes on."),
    Kind("unknown-item", "Unknown item type",
         "At its end the answer holds an item of a type that no client knows (in Chat Completions, such a tool call)."),
    Kind("huge-body", "50 MB body", "The answer holds the results of a file search, {n} of them in all.",
         "MB", 50, 1, 400),
    Kind("tls", "TLS failure",
         "The base URL becomes https://, and every TLS handshake is refused.",
         everywhere=True, by_header=False),
    Kind("refused", "Connection refused", "Nothing listens at the port any more.",
         everywhere=True, by_header=False),
)  # fmt: skip

BY_NAME = {kind.name: kind for kind in KINDS}


class Fault(NamedTuple):
    """A fault that is on."""

    kind: Kind
    value: float
    """In the kind's unit; 0 where it takes none."""
    attempt: int = 0
    """The only one of a call's attempts that it meets, from 1; 0: each."""

    def __str__(self) -> str:
        name = f"{self.kind.name}={self.value:g}" if self.kind.unit else self.kind.name
        return f"{name}@{self.attempt}" if self.attempt else name

    @property
    def title(self) -> str:
        """`stalled stream`, for the middle of a line."""
        title = self.kind.title
        return title if title[:2].isupper() else title[:1].lower() + title[1:]

    def words(self) -> str:
        """What it does, in a sentence, with its value."""
        unit = self.kind.unit.replace("/s", " a second")
        if self.value == 1:
            unit = re.sub(r"^(token|event|second)s", r"\1", unit)
        return self.kind.told(f"{self.value:g} {unit}")


class Faults:
    """Those that meet one request, or all."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = tuple(faults)
        self._values = {fault.kind.name: fault.value for fault in self._faults}

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def __bool__(self) -> bool:
        return bool(self._faults)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __str__(self) -> str:
        return ", ".join(map(str, self._faults))

    def get(self, name: str) -> float | None:
        """The value of a fault that is on; None where it is not."""
        return self._values.get(name)

    def of(self, names: Iterable[str]) -> Faults:
        """Those with one of these names."""
        wanted = frozenset(names)
        return Faults(fault for fault in self._faults if fault.kind.name in wanted)

    def meeting(self, *, generation: bool) -> Faults:
        """Those that a request meets without asking for them."""
        return self if generation else Faults(fault for fault in self._faults if fault.kind.everywhere)

    def at(self, attempt: int) -> Faults:
        """Those that the attempt of this number meets."""
        return Faults(fault for fault in self._faults if fault.attempt in (0, attempt))


NONE = Faults()


def parse(text: str) -> Fault:
    """`NAME` or `NAME=VALUE`, each with `@ATTEMPT` or without. Raises ValueError in words."""
    text, at, number = text.partition("@")
    if at and not (number.strip().isascii() and number.strip().isdigit() and 0 < int(number) < 1000):
        raise ValueError(f"Behind the @ stands the number of an attempt, from 1 to 999, not “{number.strip()}”.")
    fault = _parse(text)
    if at and not fault.kind.by_header:
        raise ValueError(f"The fault “{fault.kind.name}” is one of the connection: it cannot know the attempt.")
    return fault._replace(attempt=int(number)) if at else fault


def _parse(text: str) -> Fault:
    name, _, given = (part.strip() for part in text.partition("="))
    kind = BY_NAME.get(name.lower())
    if kind is None:
        raise ValueError(f"There is no fault “{name}”. There are: {', '.join(BY_NAME)}.")
    if not given:
        return Fault(kind, kind.default)
    if not kind.unit:
        raise ValueError(f"The fault “{kind.name}” takes no value.")
    try:
        value = float(given)
    except ValueError:
        value = float("nan")
    if not kind.least <= value <= kind.most or (kind.whole and value != int(value)):
        number = "a whole number" if kind.whole else "a number"
        raise ValueError(
            f"The value of “{kind.name}” is {number} from {kind.least:g} to {kind.most:g} ({kind.unit}), not “{given}”."
        )
    return Fault(kind, value)


def parse_header(values: Iterable[str]) -> Faults:
    """The faults that a request asks for. Raises ValueError in words."""
    faults = [parse(text) for value in values for text in value.split(",") if text.strip()]
    for fault in faults:
        if not fault.kind.by_header:
            raise ValueError(
                f"The fault “{fault.kind.name}” is one of the connection: it is set on the command line or in the "
                "settings, not by a request."
            )
    return Faults(faults)


def note(name: str) -> str:
    """What every message of a fault ends with, so that nobody takes it for a real one."""
    return f"(Made by the sandbox: its fault “{name}” is on.)"
