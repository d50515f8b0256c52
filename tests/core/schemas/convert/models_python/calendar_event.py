"""Calendar entries with repetition and reminders. Root: Event."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, Union

from pydantic import BaseModel, Field


class Daily(BaseModel):
    kind: Literal["daily"]
    every: int = Field(1, ge=1, le=365)


class Weekly(BaseModel):
    kind: Literal["weekly"]
    weekdays: list[Literal["mo", "tu", "we", "th", "fr", "sa", "su"]] = Field(min_length=1)


class Until(BaseModel):
    kind: Literal["until"]
    last: date


Repetition = Annotated[Union[Daily, Weekly, Until], Field(discriminator="kind")]


class Reminder(BaseModel):
    before: timedelta
    by: Literal["mail", "popup"] = "popup"


class Attendee(BaseModel):
    name: str
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", examples=["ann@example.com"])
    status: Literal["accepted", "declined", "tentative", None] = None


class Event(BaseModel):
    """What the assistant books."""

    title: str = Field(description="Short, as it stands in the calendar")
    starts: datetime
    ends: datetime
    opening_time: time | None = None
    repeats: Repetition | None = Field(default=None, description="How it repeats, if it does")
    reminders: list[Reminder] = []
    attendees: list[Attendee]
