"""What is known about models, with its date: when they retire, how much they read (`resources/facts/models-*.json`)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from playground.core.resources import dated

_SNAPSHOT = re.compile(r"-\d{4}-\d\d-\d\d$")


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of one model. Nothing known is an empty value, never a guess."""

    retires: date | None = None
    """The last day it is (or was) announced to be there."""
    note: str = ""
    successor: str | None = None
    context: int | None = None
    """Tokens of prompt and answer together."""
    simulated: bool = False

    def retired(self, today: date) -> bool:
        """Whether the announced day has come."""
        return self.retires is not None and self.retires <= today


def family(model: str) -> str:
    """A dated snapshot's family: `gpt-5` for `gpt-5-2025-08-07`; other names as they are."""
    return _SNAPSHOT.sub("", model)


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(dated("models").read_text("utf-8"))
    return document


def facts_date() -> date:
    """When the table was made."""
    return date.fromisoformat(_document()["date"])


def written_model() -> str:
    """The model that stands in a program for somebody who named none."""
    return str(_document()["written"]["model"])


@cache
def facts(model_id: str) -> ModelFacts:
    """What is known of a model. A snapshot that has no retirement date of its own is not given its family's."""
    models = _document()["models"]
    own: dict[str, Any] = models.get(model_id, {})
    kin: dict[str, Any] = models.get(family(model_id), {})
    retires = own.get("retires")
    return ModelFacts(
        retires=date.fromisoformat(retires) if retires else None,
        note=own.get("note", kin.get("note", "")),
        successor=own.get("successor", kin.get("successor")),
        context=own.get("context", kin.get("context")),
        simulated=bool(own.get("simulated")),
    )
