"""The curl examples of OpenAI's own document: each opens as its method, and sending that is the same request."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from playground.core.catalog import Catalog, read_catalog
from playground.core.dryrun import DryRun, WireRequest
from playground.core.imports import ImportedRequest, ImportProblem, open_as, read_curl
from playground.core.imports.curl import loads_leniently
from playground.core.profiles import KeySource, Profile
from tests.core.house import House
from tests.helpers.needs import shared

EXAMPLES = shared("openapi", "spec_examples.jsonl")


def examples() -> list[dict[str, Any]]:
    assert EXAMPLES is not None
    rows = [json.loads(line) for line in EXAMPLES.read_text("utf-8").splitlines()]
    return [row for row in rows if row.get("curl")]


def read_body(text: str) -> Any:
    try:
        return loads_leniently(text) if text.strip() else None
    except ValueError:
        return text


def of_command(request: ImportedRequest) -> Any:
    """What the command sends, by our reading of curl alone."""
    parts = urlsplit(request.url)
    query = sorted(parse_qsl(parts.query, keep_blank_values=True))
    if request.form:
        body: Any = sorted((part.name.removesuffix("[]"), part.file or part.value) for part in request.form)
    else:
        body = read_body(request.body)
    return request.method, unquote(parts.path), query, body or None


def of_wire(wire: WireRequest, files: dict[str, str]) -> Any:
    parts = urlsplit(wire.url)
    content_type = next((value for name, value in wire.headers if name.lower() == "content-type"), "")
    body: Any = None
    if content_type.startswith("multipart/"):
        message = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + wire.body)
        payload = message.get_payload()
        assert isinstance(payload, list)
        body = []
        for part in payload:
            name = str(part.get_param("name", "", "content-disposition")).removesuffix("[]")  # type: ignore[union-attr]
            data = part.get_payload(decode=True).decode()  # type: ignore[union-attr]
            body.append((name, files.get(data, data)))
        body.sort()
    elif wire.body:
        body = json.loads(wire.body)
    path = unquote(parts.path)
    return wire.method, path, sorted(parse_qsl(parts.query, keep_blank_values=True)), body or None


def with_files(arguments: dict[str, Any], folder: Path, files: dict[str, str]) -> dict[str, Any]:
    """The files that a command names, made for real, each with its own content."""

    def made(value: Any) -> Any:
        if isinstance(value, list):
            return [made(one) for one in value]
        if isinstance(value, str) and value.startswith("@"):
            path = folder / re.sub(r"\W", "_", value)
            path.write_text(f"content of {value}", "utf-8")
            files[f"content of {value}"] = value[1:]
            return f"@{path}"
        return value

    return {name: made(value) for name, value in arguments.items()}


@pytest.mark.skipif(EXAMPLES is None, reason="no ../shared/openapi beside the checkout")
def test_the_curl_examples_of_the_document(
    house: House, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    catalog = read_catalog(tmp_path)
    assert isinstance(catalog, Catalog)
    rows, refused = examples(), {}

    async def go() -> int:
        run, good = DryRun(house.manager()), 0
        for number, row in enumerate(rows):
            what = f"{number} {row['method']} {row['path']}"
            try:
                request = read_curl(row["curl"])
                opened = open_as(catalog, request)
            except ImportProblem as problem:
                refused[what] = f"not read: {problem}"
                continue
            if not opened.method:
                refused[what] = f"no method: {opened.notes}"
                continue
            files: dict[str, str] = {}
            profile = Profile.new("Work", base_url=opened.base_url, key=KeySource.NONE)
            try:
                wire = await run.call(profile, opened.method, with_files(opened.arguments, tmp_path, files))
            except Exception as error:
                refused[what] = f"{opened.method}: {error}"
                continue
            want, got = of_command(request), of_wire(wire, files)
            template = re.sub(r"\{\w+\}", "*", catalog.methods[opened.method].path)
            if want != got:
                refused[what] = f"{opened.method}: {want} became {got}"
            elif template != re.sub(r"\{\w+\}", "*", row["path"].partition("?")[0]) or wire.method != row["method"]:
                refused[what] = f"opened as {opened.method}, and is {row['method']} {row['path']}"
            else:
                good += 1
        await run.aclose()
        return good

    good = asyncio.run(go())
    said = [f"{good} of {len(rows)} curl examples make the same request when they are opened and sent. Not so:"]
    said += [f"  {what}: {why[:200]}" for what, why in refused.items()]
    record_property("said", "\n".join(said))
    assert good >= 0.95 * len(rows), refused
