"""What Pydantic and others load late, loaded before the door is closed: afterwards no file can be opened."""

from __future__ import annotations

import contextlib
import encodings.idna  # noqa: F401  (URLs)
import pkgutil
import unicodedata  # noqa: F401
import warnings
from importlib import import_module

_NEVER = ("_git", "_validate_call", "_repr_traceback")


def load() -> None:
    """All modules of Pydantic that may be asked for, and one schema of each sort."""
    import docstring_parser
    import pydantic._internal

    from playground.core.schemas.convert.python_in import reader

    warnings.simplefilter("ignore")
    for package in (pydantic._internal, docstring_parser):
        for one in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if not one.name.endswith(_NEVER):
                with contextlib.suppress(Exception):
                    import_module(one.name)
    reader.read(_ALL, "python")


_ALL = '''
from __future__ import annotations
import datetime as dt, decimal, uuid, ipaddress, re, dataclasses, pathlib
from enum import Enum, IntEnum
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypedDict, TypeVar, Union
from pydantic import *
T = TypeVar("T")
class E(str, Enum):
    a = "a"
class A(BaseModel):
    """A.

    More."""
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)
    kind: Literal["a"] = "a"
    a: Annotated[str, Field(pattern="^a", examples=["a"])] = Field("a", alias="b", max_length=3)
    b: set[int] | frozenset[str] | tuple[int, ...] | tuple[int, str] | dict[str, A] | None = None
    c: dt.datetime | dt.date | dt.time | dt.timedelta | decimal.Decimal | uuid.UUID | ipaddress.IPv4Address | bytes
    d: HttpUrl | AnyUrl | SecretStr | Json | Base64Bytes | PastDate | pathlib.Path | re.Pattern | E | EmailStr
    e: dt.date = dt.date(2020, 1, 1)
    f: decimal.Decimal = decimal.Decimal("1.5")
    g: conlist(int, max_length=3) = []
class B(BaseModel, Generic[T]):
    kind: Literal["b"]
    x: T
class R(RootModel[list[Annotated[Union[A, B[int]], Field(discriminator="kind")]]]): pass
@dataclasses.dataclass
class D:
    x: list[int] = dataclasses.field(default_factory=list)
class N(NamedTuple):
    x: int
class TD(TypedDict, total=False):
    x: int
def f(a: int, b=1):
    """Say.

    Args:
        a (int): one.

    Returns:
        int: more
    """
'''
