"""A user interface that holds itself, as in OpenAI's guide. Root: Response."""

from enum import Enum
from typing import List

from pydantic import BaseModel


class UIType(str, Enum):
    div = "div"
    button = "button"
    header = "header"
    section = "section"
    field = "field"
    form = "form"


class Attribute(BaseModel):
    name: str
    value: str


class UI(BaseModel):
    type: UIType
    label: str
    children: List["UI"]
    attributes: List[Attribute]


UI.model_rebuild()


class Response(BaseModel):
    ui: UI
