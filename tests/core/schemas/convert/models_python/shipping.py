"""Parcels, with named types and constants. Root: Shipment."""

from typing import Annotated, Final, NewType, TypeAlias

from pydantic import BaseModel, Field

GRAMS: Final = 1000
MAX_WEIGHT = 31.5 * GRAMS
DESCRIPTION = "Weight " + "in grams"
ParcelId = NewType("ParcelId", str)
Country: TypeAlias = Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166")]


class Size(BaseModel):
    width: float
    height: float
    depth: float


class Parcel(BaseModel):
    id: ParcelId
    weight: float = Field(gt=0, le=MAX_WEIGHT, description=DESCRIPTION)
    size: Size | None = None
    contents: "list[Item]"


class Item(BaseModel):
    name: str
    hs_code: str | None = None
    value: float
    origin: Country


class Shipment(BaseModel):
    parcels: list[Parcel] = Field(max_length=99)
    destination: Country
    insured: bool = False
