"""What happened in a program. Root: Log."""

from datetime import datetime
from typing import Any, Literal, Optional, Union

from pydantic import BaseModel, Field, JsonValue
from typing_extensions import TypeAliasType

Attributes = TypeAliasType("Attributes", "dict[str, Union[str, int, bool, Attributes]]")


class Frame(BaseModel):
    file: str
    line: int
    locals: Optional[dict[str, Any]] = None


class Entry(BaseModel):
    at: datetime
    level: Literal["debug", "info", "error"] = "info"
    message: str
    payload: JsonValue = None
    attributes: Attributes = Field(default_factory=dict)
    stack: list[Frame] | None = None


class Log(BaseModel):
    service: str
    entries: list[Entry]
    meta: dict[str, dict[str, list[int]]] = {}
