"""A forecast, as Pydantic's dataclasses. Root: Forecast."""

from typing import Literal, Optional

from pydantic import Field
from pydantic.dataclasses import dataclass


@dataclass
class Wind:
    speed: float = Field(ge=0, description="m/s")
    direction: Literal["N", "E", "S", "W"] = "N"
    gusts: Optional[float] = None


@dataclass
class Hour:
    hour: int = Field(ge=0, lt=24)
    temperature: float = 0.0
    wind: Optional[Wind] = None


@dataclass
class Forecast:
    """For one place."""

    place: str
    hours: list[Hour] = Field(min_length=1, max_length=48)
    warnings: list[str] = Field(default_factory=list)
