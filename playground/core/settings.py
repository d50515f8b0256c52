"""Settings as declared data: each has a key, a type, a default and words, so that the dialog is made from them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

from playground.core.errors import Problem
from playground.core.files import alone, kept_words, read_json, write_atomically
from playground.core.signals import Signal

T = TypeVar("T", bool, int, float, str)


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting. `type` is that of its value; `choices` are (value, words) pairs, empty for any value."""

    key: str
    type: type[T]
    default: T
    title: str
    description: str = ""
    choices: tuple[tuple[T, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    hidden: bool = False
    """What a person sets in another way: it has no field among the settings."""

    def check(self, value: object) -> T:
        """The value in the setting's type. Raises ValueError in words for one that does not fit."""
        if self.type is float and type(value) is int:
            value = float(value)
        if type(value) is not self.type:
            raise ValueError(f"{self.title}: {value!r} is no {self.type.__name__}")
        if self.choices and value not in [choice for choice, _ in self.choices]:
            raise ValueError(f"{self.title}: {value!r} is none of " + ", ".join(str(c) for c, _ in self.choices))
        if isinstance(value, int | float) and not (
            (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)
        ):
            raise ValueError(f"{self.title}: {value} is not between {self.minimum} and {self.maximum}")
        return value


THEME = Setting(
    "appearance.theme",
    str,
    "system",
    "Theme",
    "Light and dark, or as the system has it.",
    choices=(("system", "As the system"), ("light", "Light"), ("dark", "Dark")),
)
FONT_SCALE = Setting(
    "appearance.font_scale",
    float,
    1.0,
    "Text size",
    "Makes all text larger or smaller.",
    choices=((0.85, "85 %"), (1.0, "100 %"), (1.15, "115 %"), (1.3, "130 %"), (1.5, "150 %"), (2.0, "200 %")),
)
KEEP_DAYS = Setting(
    "requests.keep_days",
    int,
    30,
    "Keep requests for",
    "Older requests are deleted when the program starts, and once an hour. 0 keeps them whatever their age.",
    minimum=0,
    maximum=3650,
    unit="days",
)
SECRET_PATTERNS = Setting(
    "secrets.patterns",
    str,
    "[]",
    "Secret patterns",
    "What is taken out of everything that leaves the log, besides keys and tokens (`core.exchanges.patterns`).",
    hidden=True,
)
KEEP_MEGABYTES = Setting(
    "requests.keep_megabytes",
    int,
    2000,
    "Keep at most",
    "The oldest requests are deleted while the log takes more. 0 keeps them whatever it takes. What is pinned, and "
    "requests of runs in the history, always stay.",
    minimum=0,
    maximum=1_000_000,
    unit="MB",
)
BUDGET = Setting(
    "requests.budget",
    float,
    0.0,
    "Budget a day",
    "The window warns at 80 % and at 100 % of it, and asks before a run that would pass it, as far as prices are "
    "known. 0: no budget.",
    minimum=0.0,
    maximum=100_000.0,
    unit="US dollars",
)
BUDGET_PASSED = Setting(
    "spending.passed",
    str,
    "",
    "Day on which the budget may be passed",
    "Written when somebody answers that they are not to be asked again on that day (YYYY-MM-DD).",
    hidden=True,
)
SANDBOX_ENGINE = Setting(
    "sandbox.engine",
    str,
    "sandbox-echo",
    "Sandbox model",
    "The model that a new prompt in the sandbox begins with.",
    choices=(("sandbox-echo", "Echo (always there)"), ("smollm2-135m", "SmolLM2 (a real model, fetched once)")),
)
PROXY_PORT = Setting(
    "proxy.port", int, 8790, "Port", "Where the recording proxy listens on this computer.", minimum=0, maximum=65535
)
PROXY_UPSTREAM = Setting(
    "proxy.upstream", str, "", "Server", "Where the recording proxy sends requests; empty: the active profile's server."
)
SCHEMAS_FOLDER = Setting(
    "schemas.folder",
    str,
    "",
    "Folder of the schemas",
    "Empty: the folder “schemas” in the data folder (`core.schemas.library`).",
    hidden=True,
)
DECLARED: tuple[Setting[Any], ...] = (
    THEME,
    FONT_SCALE,
    KEEP_DAYS,
    KEEP_MEGABYTES,
    SECRET_PATTERNS,
    SANDBOX_ENGINE,
    PROXY_PORT,
    PROXY_UPSTREAM,
    BUDGET,
    BUDGET_PASSED,
    SCHEMAS_FOLDER,
)


class Settings:
    """The values of the declared settings. Reading is free in any thread; `load` and `save` touch the disk."""

    def __init__(self, path: Path, declared: tuple[Setting[Any], ...] = DECLARED) -> None:
        self._path = path
        self._declared = {setting.key: setting for setting in declared}
        self._lock = threading.Lock()
        self._values: dict[str, Any] = {}
        self._unsaved: set[str] = set()
        self.problem: Problem | None = None
        """What `load` found wrong; nothing is lost by it."""
        self.changed: Signal[[str]] = Signal()
        """The key of a setting that has a new value."""

    def __iter__(self) -> Iterator[Setting[Any]]:
        """The declared settings, in the order of the dialog."""
        return iter(self._declared.values())

    def load(self) -> None:
        """Read the file. Unknown keys are kept for whoever knows them; values that do not fit become the default;
        a file that cannot be read is set aside and said in `problem`. Raises OSError."""
        values = self._read("and the defaults are used") or {}
        with self._lock:
            before, self._values = self._values, values
        for key in self._declared:
            if before.get(key) != values.get(key):
                self.changed.emit(key)

    def _read(self, then: str) -> dict[str, Any] | None:
        """What the file holds; None where there is none, or it was damaged, which is said. Raises OSError."""
        try:
            values = read_json(self._path)
            if not isinstance(values, dict):
                raise ValueError("it holds no settings")
            return values
        except FileNotFoundError:
            return None
        except ValueError as error:
            self.problem = Problem(
                title="The settings could not be read",
                cause=f"{self._path} is damaged ({error}).",
                remedy=f"{kept_words(self._path)}, {then}.",
            )
            return None

    @overload
    def get(self, key: Setting[T]) -> T: ...
    @overload
    def get(self, key: str) -> Any: ...
    def get(self, key: str | Setting[Any]) -> Any:
        """The value of a declared setting, or its default. Raises KeyError for one that is not declared."""
        setting = self._declared[key if isinstance(key, str) else key.key]
        try:
            return setting.check(self._values[setting.key])
        except (KeyError, ValueError):
            return setting.default

    def set(self, key: str | Setting[Any], value: object) -> None:
        """Change a setting, at once for all who read it. Raises KeyError, ValueError (in words)."""
        setting = self._declared[key if isinstance(key, str) else key.key]
        value = setting.check(value)
        with self._lock:
            if setting.key in self._values and self._values[setting.key] == value:
                return
            self._values[setting.key] = value
            self._unsaved.add(setting.key)
        self.changed.emit(setting.key)

    def reset(self, key: str | Setting[Any]) -> None:
        """Back to the default."""
        setting = self._declared[key if isinstance(key, str) else key.key]
        with self._lock:
            if self._values.pop(setting.key, None) is None:
                return
            self._unsaved.add(setting.key)
        self.changed.emit(setting.key)

    @property
    def unsaved(self) -> bool:
        return bool(self._unsaved)

    def save(self) -> None:
        """Write what was changed here into the file; what another instance has changed meanwhile stays. Off the GUI
        thread. Raises OSError; what is unsaved stays so."""
        with self._lock:
            if not self._unsaved:
                return
            changed, self._unsaved = self._unsaved, set()
            mine = dict(self._values)
        try:
            with alone(self._path):
                values = self._read("and what this window knows was written anew")
                values = mine if values is None else values
                for key in changed:
                    if key in mine:
                        values[key] = mine[key]
                    else:
                        values.pop(key, None)
                text = json.dumps(values, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
                write_atomically(self._path, text)
        except BaseException:
            with self._lock:
                self._unsaved |= changed
            raise
