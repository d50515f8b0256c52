"""Who reports to whom, in dataclasses, TypedDicts and models together. Root: Company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field
from typing_extensions import NotRequired, TypedDict


class Address(TypedDict):
    street: str
    city: str
    zip: NotRequired[str]


@dataclass
class Employee:
    """Somebody."""

    name: str
    role: Literal["engineer", "manager", "sales"]
    reports: list[Employee]
    office: Address | None = None


class Department(BaseModel):
    name: str
    head: Employee
    budget: float | None = Field(None, ge=0)


class Company(BaseModel):
    name: str
    departments: dict[str, Department]
    headquarters: Address
