"""The walk through the installed SDK, also for other interpreters than that of the tests: it needs no pytest.

    python -m tests.core.catalog.walk_child FOLDER

prints one JSON line: what `walk` gives, of a catalogue that is built there.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from playground.core.calls import arguments_of, resolve
from playground.core.catalog import Catalog, Kind, ensure_catalog, fits, read_catalog
from playground.core.catalog.sdk import offline_client
from playground.core.catalog.sdk import walk as walk_sdk
from playground.core.forms import FormModel


@dataclass
class Walked:
    """What was found; every exception by its name, with the reason."""

    sdk: str
    methods: int = 0
    wired: int = 0
    """With verb and path, WebSockets apart."""
    sockets: int = 0
    sent: int = 0
    """Generated methods whose smallest body the SDK sends, to that verb and path."""
    forms: int = 0
    absent: list[str] = field(default_factory=list)
    """Public methods of the SDK that are not in the catalogue, and the other way round."""
    unwired: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    formless: dict[str, str] = field(default_factory=dict)


class _End:
    """The transport: takes the request, answers nothing."""

    def __init__(self) -> None:
        self.request: Any = None

    async def handle_async_request(self, request: Any) -> Any:
        import openai

        self.request = request
        raise openai.OpenAIError("seen")

    async def aclose(self) -> None:
        return

    async def __aenter__(self) -> _End:
        return self

    async def __aexit__(self, *_error: object) -> None:
        return


def with_file(value: Any, file: Path) -> Any:
    """`"@file"` as a file that is there."""
    if isinstance(value, dict):
        return {name: with_file(one, file) for name, one in value.items()}
    if isinstance(value, list):
        return [with_file(one, file) for one in value]
    return f"@{file}" if value == "@file" else value


async def walk(catalog: Catalog, folder: Path) -> Walked:
    """Each method of the SDK, its form, and its smallest body through the SDK."""
    file = folder / "file.txt"
    file.write_text("x")
    end = _End()
    client = offline_client(end)
    names = [name for name, _ in walk_sdk(client)]
    found = Walked(catalog.sdk_version, methods=len(names), absent=sorted(set(names) ^ set(catalog.methods)))
    reasons = {one["method"]: one["reason"] for one in catalog.problems if not one["parameter"]}
    for entry in catalog.methods.values():
        if entry.kind is Kind.WEBSOCKET:
            found.sockets += 1
        elif entry.verb:
            found.wired += 1
        else:
            found.unwired[entry.name] = reasons.get(entry.name, "no reason was kept")
        body = catalog.minimal(entry.name)
        try:
            model = FormModel(catalog.schema_of(entry.name))
            problems = model.set_value(body) + model.errors()
            if problems or model.value() != body:
                found.formless[entry.name] = f"{problems}, {model.value()}"
            else:
                found.forms += 1
        except Exception as error:
            found.formless[entry.name] = repr(error)
        if entry.generated:
            reason = await _send(client, end, entry, with_file(body, file))
            if reason:
                found.refused[entry.name] = reason
            else:
                found.sent += 1
    await client.close()
    return found


async def _send(client: Any, end: _End, entry: Any, body: dict[str, Any]) -> str:
    """Why the SDK does not send it as the catalogue says; empty where it does."""
    end.request = None
    with contextlib.ExitStack() as opened, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            method = resolve(client, entry.name)
            async with method.send(**arguments_of(method, body, opened)):
                pass
        except Exception as error:
            if end.request is None:
                return repr(error)
    filled = re.sub(r"\{(\w+)\}", lambda match: str(body[match[1]]), entry.path)
    wanted = f"{entry.verb} /v1{filled}"
    sent = f"{end.request.method} {unquote(end.request.url.path)}"
    return "" if sent == wanted else f"it sends {sent} in place of {wanted}"


async def _main(folder: Path) -> Walked:
    catalog = await ensure_catalog(folder)
    again = read_catalog(folder)
    assert fits(again) and again is not None and again.methods.keys() == catalog.methods.keys()
    return await walk(catalog, folder)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    print(json.dumps(vars(asyncio.run(_main(place)))))
