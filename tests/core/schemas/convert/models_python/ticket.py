"""A support ticket. Root: Ticket."""

import enum
import typing as t

import pydantic


class Priority(enum.StrEnum):
    LOW = enum.auto()
    HIGH = enum.auto()
    URGENT = enum.auto()


class Channel(enum.Enum):
    MAIL = "mail"
    PHONE = "phone"


class Customer(pydantic.BaseModel):
    id: t.Union[int, str]
    plan: t.Literal["free", "pro"] = "free"


class Ticket(pydantic.BaseModel):
    """What a customer wants."""

    subject: t.Annotated[str, pydantic.Field(max_length=120)]
    priority: Priority = pydantic.Field(default=Priority.LOW, description="How soon")
    channels: t.List[Channel]
    customer: t.Optional[Customer] = None
    tags: t.Set[str] = set()
    assigned: "t.Optional[Customer]" = None
    history: t.Dict[str, t.Any] = {}
