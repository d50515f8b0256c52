"""The rate limits of the sandbox: two buckets that really empty and refill.

They are wide (a person never meets them), but the headers tell the truth: what is left falls with every request, and
at nothing left the answer is a 429 with `Retry-After`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from playground.sandbox.errors import ApiError

REQUESTS_PER_MINUTE = 3_000
TOKENS_PER_MINUTE = 1_000_000
"""Of input: an answer's length is not known when the headers go out."""


class Bucket:
    """So many units a minute, refilled evenly."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = per_minute
        self._clock = clock
        self._level = float(per_minute)
        self._at = clock()

    @property
    def remaining(self) -> int:
        self._refill()
        return max(0, math.floor(self._level))

    def take(self, amount: int) -> None:
        """Take units, more than there are if need be: the debt is then refilled first."""
        self._refill()
        self._level -= amount

    def until(self, level: float) -> float:
        """Seconds until the bucket holds `level` units (0 when it does)."""
        self._refill()
        return max(0.0, (level - self._level) * 60 / self.limit)

    def _refill(self) -> None:
        now = self._clock()
        self._level = min(float(self.limit), self._level + (now - self._at) * self.limit / 60)
        self._at = now


class RateLimits:
    """Requests and tokens of one server."""

    def __init__(
        self,
        requests_per_minute: int = REQUESTS_PER_MINUTE,
        tokens_per_minute: int = TOKENS_PER_MINUTE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.requests = Bucket(requests_per_minute, clock)
        self.tokens = Bucket(tokens_per_minute, clock)

    def begin(self) -> None:
        """Take one request. Raises ApiError (429) where none is left, or where tokens are owed."""
        for name, bucket in (("requests", self.requests), ("tokens", self.tokens)):
            wait = bucket.until(1)
            if wait > 0:
                raise ApiError(
                    429,
                    f"Rate limit reached for the sandbox on {name} per min: limit {bucket.limit}. "
                    f"Please try again in {duration(wait)}.",
                    type="rate_limit_error" if name == "requests" else name,
                    code="rate_limit_exceeded",
                    headers={"Retry-After": str(math.ceil(wait))},
                )
        self.requests.take(1)

    def told(self) -> list[dict[str, object]]:
        """As realtime events tell them."""
        return [
            {
                "name": name,
                "limit": bucket.limit,
                "remaining": bucket.remaining,
                "reset_seconds": round(bucket.until(bucket.limit), 3),
            }
            for name, bucket in (("requests", self.requests), ("tokens", self.tokens))
        ]

    def headers(self) -> dict[str, str]:
        """The six `x-ratelimit-*` headers as of now."""
        found = {}
        for name, bucket in (("requests", self.requests), ("tokens", self.tokens)):
            found[f"x-ratelimit-limit-{name}"] = str(bucket.limit)
            found[f"x-ratelimit-remaining-{name}"] = str(bucket.remaining)
            found[f"x-ratelimit-reset-{name}"] = duration(bucket.until(bucket.limit))
        return found


def duration(seconds: float) -> str:
    """As the API writes it: `120ms`, `1.5s`, `6m0s`, `1h0m0s`."""
    milliseconds = math.ceil(seconds * 1000)
    if milliseconds < 1000:
        return f"{milliseconds}ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:g}s"
    whole = math.ceil(milliseconds / 1000)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return (f"{hours}h" if hours else "") + f"{minutes}m{left}s"
