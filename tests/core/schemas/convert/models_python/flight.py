"""A booking, with classes within classes. Root: Booking."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated

from annotated_types import Ge, Le, Len
from pydantic import BaseModel, Field, PositiveInt

Iata = Annotated[str, Len(3, 3)]


class Booking(BaseModel):
    class Passenger(BaseModel):
        first_name: str
        last_name: str
        age: Annotated[int, Ge(0), Le(130)]

    class Leg(BaseModel):
        class Cabin(str, Enum):
            ECONOMY = "economy"
            BUSINESS = "business"

        origin: Iata
        destination: Iata
        departs: datetime
        duration: timedelta
        cabin: Cabin = Cabin.ECONOMY

    passengers: list[Passenger] = Field(min_length=1)
    legs: list[Leg]
    bags: PositiveInt | None = None
    locator: str = Field(pattern=r"^[A-Z0-9]{6}$")
