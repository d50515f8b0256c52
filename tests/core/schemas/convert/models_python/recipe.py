"""A recipe, as TypedDicts that inherit. Root: Recipe."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import Required, TypedDict

Unit = Literal["g", "ml", "piece", "tbsp", "tsp"]


class Ingredient(TypedDict, total=False):
    name: Required[str]
    amount: float
    unit: Unit
    optional: bool


class Base(TypedDict):
    title: str
    servings: Annotated[int, Field(ge=1, le=100, description="People who are fed")]


class Recipe(Base, total=False):
    """How a dish is made."""

    ingredients: Required[list[Ingredient]]
    steps: Required[list[str]]
    minutes: int
    diet: list[Literal["vegan", "vegetarian", "gluten-free"]]
    source: str | None
