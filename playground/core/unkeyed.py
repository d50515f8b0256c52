"""What a server sent, for showing: servers, and proxies before them, are known to repeat a key in anything."""

from __future__ import annotations

import json
from typing import Any

from playground.core.redact import known


def without_keys(answer: Any) -> Any:
    """A JSON value with every known key masked; the same object where there is none. From any thread; about 4 µs a
    kilobyte."""
    text = json.dumps(answer, ensure_ascii=False)
    masked = known().text(text)
    return answer if masked == text else json.loads(masked)
