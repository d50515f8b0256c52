"""The names of Python that are known: what a pasted text may refer to. All else is noted and not touched."""

from __future__ import annotations

import collections
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import ipaddress
import pathlib
import re
import typing
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

import annotated_types
import pydantic
import pydantic.alias_generators
import pydantic.dataclasses
import pydantic.json_schema
import typing_extensions


@dataclass(frozen=True, slots=True)
class Module:
    """An imported module, as far as it is known."""

    name: str
    names: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """Something that would run code, or that no schema says: noted where it is used, and left out."""

    what: str


def never() -> None:
    """In place of a factory: nobody calls it."""


def _email(form: str) -> Any:
    """Pydantic's own ask for the package email-validator."""
    return typing.Annotated[str, pydantic.json_schema.WithJsonSchema({"type": "string", "format": form})]


def _words(text: str) -> list[str]:
    return text.split()


_TYPING = _words("""
    Any Union Optional List Dict Set FrozenSet Tuple Literal Annotated ClassVar Final Generic TypeVar NewType
    Required NotRequired Sequence MutableSequence Mapping MutableMapping Iterable Collection AbstractSet
    MutableSet Deque DefaultDict OrderedDict Counter Pattern Hashable Callable Text AnyStr NamedTuple Type Self
    TypeAlias Never NoReturn LiteralString ReadOnly TypeAliasType TypedDict Iterator Generator Awaitable
    Coroutine AsyncIterator Protocol Union
""")
_ABC = _words("""
    Sequence MutableSequence Mapping MutableMapping Iterable Collection Set MutableSet Callable Hashable
    Iterator Generator Awaitable Coroutine AsyncIterator
""")
_UNREAD = (
    "Callable",
    "Type",
    "Iterator",
    "Generator",
    "Awaitable",
    "Coroutine",
    "AsyncIterator",
    "Protocol",
    "Hashable",
)
_PYDANTIC = _words("""
    BaseModel RootModel Field ConfigDict StringConstraints Discriminator Tag AliasChoices AliasPath
    SkipValidation conint constr confloat conbytes condecimal condate conlist conset confrozenset StrictStr
    StrictInt StrictFloat StrictBool StrictBytes PositiveInt NegativeInt NonNegativeInt NonPositiveInt
    PositiveFloat NegativeFloat NonNegativeFloat NonPositiveFloat FiniteFloat AllowInfNan Strict SecretStr
    SecretBytes Json JsonValue ByteSize PastDate FutureDate PastDatetime FutureDatetime AwareDatetime
    NaiveDatetime UUID1 UUID3 UUID4 UUID5 UUID6 UUID7 UUID8 Base64Bytes Base64Str Base64UrlBytes Base64UrlStr
    FilePath DirectoryPath NewPath SocketPath AnyUrl AnyHttpUrl HttpUrl FileUrl FtpUrl WebsocketUrl
    AnyWebsocketUrl PostgresDsn RedisDsn MongoDsn AmqpDsn KafkaDsn MySQLDsn MariaDBDsn ClickHouseDsn NatsDsn
    CockroachDsn IPvAnyAddress IPvAnyInterface IPvAnyNetwork OnErrorOmit FailFast UrlConstraints Secret
    with_config WithJsonSchema
""")
VALIDATORS = {
    "field_validator": "validator", "model_validator": "validator", "validator": "validator",
    "root_validator": "validator", "validate_arguments": "decorator",
    "field_serializer": "serializer", "model_serializer": "serializer",
    "computed_field": "computed field", "serializer": "serializer",
}  # fmt: skip
"""Decorators of methods → what they make of one."""
_FUNCTIONS = _words("""
    AfterValidator BeforeValidator PlainValidator WrapValidator PlainSerializer WrapSerializer InstanceOf
    ValidateAs GetPydanticSchema ImportString PrivateAttr TypeAdapter create_model SerializeAsAny
""")


_SUBMODULES = _words("""
    types networks fields main json_schema alias_generators config v1 functional_validators functional_serializers
    root_model
""")


@cache
def modules() -> dict[str, Module]:
    """By the module's name."""
    return {name: Module(name, names) for name, names in (_standard() | _of_pydantic() | _others()).items()}


def _standard() -> dict[str, dict[str, Any]]:
    """The standard library, and what stands in for it in older versions."""
    own = {name: getattr(typing_extensions, name, None) or getattr(typing, name, None) for name in _TYPING}
    # One TypedDict, and one NamedTuple: those that Pydantic takes on every version of Python.
    own |= {name: Told(name) for name in _UNREAD} | {"TYPE_CHECKING": True, "NamedTuple": typing.NamedTuple}
    abc = {name: Told(name) if name in _UNREAD else getattr(collections.abc, name) for name in _ABC}
    kinds = ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "auto", "unique")
    return {
        "typing": own,
        "typing_extensions": own,
        "abc": {"ABC": Told("ABC"), "ABCMeta": Told("ABC")},
        "collections.abc": abc,
        "collections": {"OrderedDict": collections.OrderedDict, "defaultdict": collections.defaultdict,
                        "deque": collections.deque, "Counter": collections.Counter,
                        "abc": Module("collections.abc", abc)},
        "enum": {name: getattr(enum, name) for name in kinds},
        "dataclasses": {"dataclass": dataclasses.dataclass, "field": dataclasses.field, "KW_ONLY": dataclasses.KW_ONLY,
                        "InitVar": dataclasses.InitVar, "MISSING": dataclasses.MISSING},
        "datetime": {name: getattr(datetime, name) for name in ("datetime", "date", "time", "timedelta", "timezone")},
        "decimal": {"Decimal": decimal.Decimal},
        "uuid": {"UUID": uuid.UUID, "uuid4": Told("uuid4")},
        "ipaddress": {f"IPv{n}{kind}": getattr(ipaddress, f"IPv{n}{kind}")
                      for n in (4, 6) for kind in ("Address", "Network", "Interface")},
        "pathlib": {name: getattr(pathlib, name) for name in ("Path", "PurePath", "PosixPath", "PurePosixPath")},
        "re": {"Pattern": re.Pattern, "compile": re.compile, "IGNORECASE": 0},
        "builtins": _builtins(),
    }  # fmt: skip


def _of_pydantic() -> dict[str, dict[str, Any]]:
    core: dict[str, Any] = {name: getattr(pydantic, name) for name in _PYDANTIC if hasattr(pydantic, name)}
    core |= {name: Told(name) for name in (*VALIDATORS, *_FUNCTIONS)}
    core |= {f"to_{case}": getattr(pydantic.alias_generators, f"to_{case}") for case in ("camel", "pascal", "snake")}
    core |= {name: getattr(pydantic.json_schema, name) for name in ("WithJsonSchema", "SkipJsonSchema", "Examples")
             if hasattr(pydantic.json_schema, name)}  # fmt: skip
    core |= {
        "BaseSettings": pydantic.BaseModel, "Color": _email("color"), "EmailStr": _email("email"),
        "Extra": Module("Extra", {one: one for one in ("forbid", "allow", "ignore")}),
        "NameEmail": _email("name-email"),
        "PaymentCardNumber": str, "PrivateAttr": Told("a private attribute"),
    }  # fmt: skip
    found = {f"pydantic.{name}": core for name in _SUBMODULES}
    rich = {"dataclass": pydantic.dataclasses.dataclass, "Field": pydantic.Field}
    inner = {name: Module(name, core) for name in ("types", "json_schema", "networks", "alias_generators")}
    return found | {"pydantic": core | inner | {"dataclasses": Module("dc", rich)}, "pydantic.dataclasses": rich}


def _others() -> dict[str, dict[str, Any]]:
    limits = ("Gt", "Ge", "Lt", "Le", "Interval", "MultipleOf", "MinLen", "MaxLen", "Len")
    attrs: dict[str, Any] = dict.fromkeys(("ib", "attrib", "field"), dataclasses.field)
    attrs |= {name: Told("attrs") for name in ("s", "define", "frozen", "attrs", "mutable")}
    return {
        "annotated_types": {name: getattr(annotated_types, name) for name in limits},
        "pydantic_settings": {"BaseSettings": pydantic.BaseModel, "SettingsConfigDict": pydantic.ConfigDict},
        "sqlmodel": {"SQLModel": pydantic.BaseModel, "Field": pydantic.Field},
        "attr": attrs,
        "attrs": attrs,
    }


def _builtins() -> dict[str, Any]:
    plain = (int, str, float, bool, bytes, list, dict, set, frozenset, tuple, complex)
    known: dict[str, Any] = {one.__name__: one for one in plain}
    return known | {"object": Any, "type": Told("type"), "property": Told("property"), "bytearray": bytes}


@cache
def bare() -> dict[str, Any]:
    """What a name that nobody imported means: people paste classes without the lines above them."""
    found: dict[str, Any] = {}
    for name in _words("""
        annotated_types re collections pathlib ipaddress uuid decimal datetime dataclasses enum pydantic typing
        builtins
    """):
        found |= {key: value for key, value in modules()[name].names.items() if not isinstance(value, Module)}
    for name in ("typing", "enum", "dataclasses", "uuid", "decimal", "pydantic", "annotated_types", "ipaddress", "re"):
        found.setdefault(name, modules()[name])
    return found | {"Extra": modules()["pydantic"].names["Extra"], "dt": modules()["datetime"]}


_BESIDE = _words("""
    StringConstraints Discriminator Tag AliasChoices AliasPath UrlConstraints WithJsonSchema Examples FailFast Strict
    AllowInfNan
""")


@cache
def _beside() -> frozenset[int]:
    """Classes that are put beside types, and no types themselves."""
    found = [modules()["pydantic"].names.get(name) for name in _BESIDE]
    return frozenset(map(id, [*found, *modules()["annotated_types"].names.values(), enum.auto, dataclasses.KW_ONLY]))


def _is_half(value: Any) -> bool:
    """`Optional` and the like without what belongs into their brackets."""
    form = type(value).__name__ in ("_SpecialForm", "_LiteralForm", "_TypedCacheSpecialForm", "_LiteralSpecialForm")
    return form and value not in (Any, typing_extensions.Never, typing.NoReturn, typing_extensions.LiteralString)


def is_type(value: Any) -> bool:
    """Whether an annotation may be this."""
    if value in (typing.NamedTuple, typing_extensions.TypedDict, typing.Generic) or _is_half(value):
        return False
    if isinstance(value, type):
        return id(value) not in _beside() or value is dataclasses.KW_ONLY
    forms = typing.ForwardRef | typing.TypeVar | typing_extensions.TypeAliasType
    own = type(value).__module__ in ("typing", "typing_extensions")
    return value is None or own or isinstance(value, forms) or typing.get_origin(value) is not None


@cache
def callables() -> dict[int, Any]:
    """What may be called with values that were read, by its id. None of them runs what it is given."""
    core = modules()["pydantic"].names
    names = [name for name in _PYDANTIC if name.startswith("con") and name in core]
    names += _words("""
        StringConstraints Discriminator Tag AliasChoices AliasPath Strict WithJsonSchema Examples UrlConstraints
        FailFast AllowInfNan
    """)
    found = [core[name] for name in names if name in core]
    found += list(modules()["annotated_types"].names.values())
    found += [
        datetime.datetime,
        datetime.date,
        datetime.time,
        datetime.timedelta,
        decimal.Decimal,
        uuid.UUID,
        pathlib.Path,
    ]
    found += [int, str, float, bool, list, dict, set, frozenset, tuple, enum.auto]
    found += [one for name, one in modules()["ipaddress"].names.items()]
    return {id(one): one for one in found}
