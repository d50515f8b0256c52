"""A contract, described by the texts under its fields. Root: Contract."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field


class Clause(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    heading: str
    """As it is printed."""
    text: str
    risk: int = Field(default=0, ge=0, le=10)
    """How much a lawyer
    should worry."""


class Signature(BaseModel):
    name: str
    signed_on: date | None


class Contract(BaseModel):
    """What two parties agreed on."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="allow")

    title: str
    parties: list[str] = Field(min_length=2)
    """Names of all of them."""
    clauses: list[Clause]
    signatures: list[Signature]
    governing_law: str | None = None
    """The country whose law it is under."""
