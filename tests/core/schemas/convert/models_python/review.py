"""What a review says. Root: Review."""

from typing import Literal

from pydantic import BaseModel, Field


class Aspect(BaseModel):
    aspect: str = Field(..., examples=["battery", "screen"], title="What of it")
    sentiment: Literal["positive", "neutral", "negative"]
    quote: str = Field(deprecated=True)


class Review(BaseModel):
    stars: int = Field(ge=1, le=5)
    summary: str = Field(max_length=280)
    aspects: list[Aspect]
    language: str = Field("en", json_schema_extra={"x-source": "ISO 639-1"})
    would_recommend: bool | None
    confidence: float = Field(0.5, gt=0, lt=1)
