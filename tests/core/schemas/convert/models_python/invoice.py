"""An invoice as accounts payable reads it. Root: Invoice."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import Annotated, Optional

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

MAX_LINES = 200


class Currency(str, Enum):
    EUR = "EUR"
    USD = "USD"
    GBP = "GBP"


class Party(BaseModel):
    """Who sells or buys."""

    name: str = Field(min_length=1, max_length=200)
    vat_id: Optional[str] = Field(None, pattern=r"^[A-Z]{2}[0-9A-Z]{2,12}$", description="VAT number with country code")
    address: str


class LineItem(BaseModel):
    description: str
    quantity: Annotated[float, Field(gt=0)]
    unit_price: float = Field(..., ge=0, description="Net, in the invoice's currency")
    tax_rate: float = Field(default=0.19, ge=0, le=1)

    @property
    def net(self) -> float:
        return self.quantity * self.unit_price


class Invoice(BaseModel):
    """An invoice that was scanned."""

    model_config = ConfigDict(extra="forbid")

    number: str
    issued: dt.date
    due: dt.date | None = None
    currency: Currency = Currency.EUR
    seller: Party
    buyer: Party
    lines: list[LineItem] = Field(min_length=1, max_length=MAX_LINES)
    notes: list[str] = Field(default_factory=list)
    paid: bool = False

    @field_validator("number")
    @classmethod
    def strip(cls, value: str) -> str:
        return value.strip()

    @model_validator(mode="after")
    def due_is_later(self) -> Invoice:
        return self

    def total(self) -> Decimal:
        return Decimal(sum(line.net for line in self.lines))
