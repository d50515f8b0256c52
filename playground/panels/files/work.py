"""Work that nobody waits for any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.bridge import Operation


def drop(operation: Operation[Any] | None) -> None:
    """Have it end. It may have failed this very moment: that is nobody's business either, and is not reported."""
    if operation is not None:
        operation.cancel()
        _ = operation.error
