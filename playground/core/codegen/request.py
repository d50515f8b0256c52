"""What a program is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """One POST of a JSON body."""

    method: str
    """The SDK's name: `responses.create`."""
    path: str
    """Below the base URL: `/responses`."""
    body: Mapping[str, Any] = field(repr=False)
    base_url: str
    """Without a slash at its end."""
    organization: str | None = None
    project: str | None = None

    @property
    def is_openai(self) -> bool:
        """Whether it goes where the SDK goes by itself."""
        return self.base_url.rstrip("/") == "https://api.openai.com/v1"

    @property
    def streams(self) -> bool:
        return self.body.get("stream") is True

    @property
    def calls_tools(self) -> bool:
        """Whether the model may answer with calls rather than text."""
        return bool(self.body.get("tools") or self.body.get("functions"))
