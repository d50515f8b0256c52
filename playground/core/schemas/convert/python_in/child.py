"""The process that reads Python: one JSON object in, one out."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

_TOO_MUCH = "It is too large, or nested too deeply, to be read here. Paste only the models that you need."


def main() -> None:
    """The process. What it needs is loaded before the door is closed, and the text is read after that."""
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # other packages' code, which it would look for and load
    from playground.core.schemas.convert.python_in import jail, reader, warm

    warm.load()
    held = jail.seal()
    request = json.loads(sys.stdin.buffer.read())
    try:
        answer = reader.read(request["text"], request["what"])
    except (RecursionError, MemoryError):
        answer = {"error": _TOO_MUCH}
    except Exception as error:
        answer = {"broken": f"{type(error).__name__}: {error}"[:300]}
    _put(answer | {"held": held})


def _put(answer: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.buffer.flush()
