"""Whether something may be posted. Root: Moderation."""

from enum import Enum
from typing import Optional

from pydantic import BaseModel, Field


class Category(str, Enum):
    violence = "violence"
    sexual = "sexual"
    self_harm = "self_harm"


class Moderation(BaseModel):
    is_violating: bool
    category: Optional[Category] = None
    explanation_if_violating: Optional[str] = None
    scores: dict[Category, float] = Field(default={}, description="Per category")
