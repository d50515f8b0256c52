"""A page of a bank's transactions, generic. Root: Statement."""

from datetime import datetime
from typing import Generic, Optional, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

T = TypeVar("T")


class Money(BaseModel):
    amount: int = Field(description="In cents")
    currency: str = Field(min_length=3, max_length=3)


class Transaction(BaseModel):
    id: UUID
    booked: datetime
    value: Money
    counterparty: Optional[str] = None


class Page(BaseModel, Generic[T]):
    """Some of many."""

    items: list[T]
    cursor: str | None = None
    total: int = Field(ge=0)


class Statement(BaseModel):
    account: str
    balance: Money
    transactions: Page[Transaction]
    standing_orders: Page[str]
