"""Answers of a survey, under a root model. Root: Answers."""

from typing import Annotated, Literal, Union

from pydantic import BaseModel, Field, RootModel


class Choice(BaseModel):
    type: Literal["choice"]
    question: int
    options: list[str]


class Scale(BaseModel):
    type: Literal["scale"]
    question: int
    value: Annotated[int, Field(ge=1, le=7)]


class Open(BaseModel):
    type: Literal["open"]
    question: int
    text: str


Answer = Annotated[Union[Choice, Scale, Open], Field(discriminator="type")]


class Answers(RootModel[list[Answer]]):
    """All that one person said."""
