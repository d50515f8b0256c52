"""A match and its events. Root: Match."""

from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, Field, NonNegativeInt


class Score(NamedTuple):
    home: int
    away: int


class Goal(BaseModel):
    event: Literal["goal"]
    minute: int = Field(ge=0, le=130)
    scorer: str
    own_goal: bool = False


class Card(BaseModel):
    event: Literal["yellow", "red"]
    minute: int
    player: str


class Match(BaseModel):
    home: str
    away: str
    kickoff: datetime
    final: Score
    half_time: Score | None = None
    events: list[Goal | Card]
    attendance: NonNegativeInt | None = None
    referees: tuple[str, ...]
