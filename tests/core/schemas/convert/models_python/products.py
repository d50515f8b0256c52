"""Products that inherit. Root: Catalog."""

from abc import ABC
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, computed_field


class Timestamps(BaseModel):
    created_at: str
    updated_at: str | None = None


class Product(Timestamps, ABC):
    sku: str = Field(pattern=r"^[A-Z0-9-]+$")
    price: float = Field(gt=0)
    table: ClassVar[str] = "products"
    _cache: dict = PrivateAttr(default_factory=dict)

    @computed_field
    @property
    def label(self) -> str:
        return self.sku


class Book(Product):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["book"] = "book"
    isbn: str
    price: float = Field(9.99, gt=0, description="Fixed by law")


class Shirt(Product):
    kind: Literal["shirt"] = "shirt"
    sizes: set[Literal["S", "M", "L"]]


class Catalog(BaseModel):
    items: list[Book | Shirt]
    featured: Book | None = None
