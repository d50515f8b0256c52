"""A job advertisement in the way of Pydantic 1, as far as 2 reads it. Root: JobPosting."""

from typing import Dict, List, Optional, Tuple, Union

from pydantic import BaseModel, Field, validator


class Salary(BaseModel):
    range: Tuple[int, int]
    currency: str = "EUR"
    per: Optional[str] = None

    class Config:
        extra = "forbid"


class Location(BaseModel):
    city: str
    country: str
    remote: bool = Field(False, description="From home")

    class Config:
        title = "Place"


class JobPosting(BaseModel):
    title: str
    employer: str
    locations: List[Location]
    salary: Optional[Salary] = None
    requirements: List[str] = Field([], max_length=30)
    benefits: Dict[str, Union[bool, str]] = {}

    class Config:
        json_schema_extra = {"examples": [{"title": "Baker"}]}

    @validator("title")
    def not_empty(cls, value):
        return value
