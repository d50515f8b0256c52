"""Programs of every method: each is run, and what arrives is the request that the SDK's own call would be."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from playground.core.catalog import Catalog, Kind, MethodEntry, read_catalog
from playground.core.codegen import CallRequest, call_program
from playground.core.dryrun import DryRun, WireRequest
from playground.core.profiles import KeySource, Profile
from tests.core.house import House
from tests.helpers.needs import NEEDS
from tests.helpers.servers import Received

HTTP = (Kind.CALL, Kind.LIST, Kind.UPLOAD, Kind.DOWNLOAD)
ENVIRON = {"OPENAI_API_KEY": "sk-canary-0123456789abcdef", "PYTHONUTF8": "1", "NODE_NO_WARNINGS": "1"}


def methods(catalog: Catalog) -> list[MethodEntry]:
    """Those that send one request of their own; helpers send several, or another method's."""
    entries = [entry for entry in catalog.methods.values() if entry.kind in HTTP and entry.generated]
    # `parse` of Python says "stream": false, that of JavaScript leaves it out.
    return [entry for entry in entries if not entry.name.endswith("completions.parse")]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    found = read_catalog(Path("/nonexistent"))
    assert found is not None
    return found


def arguments_of(catalog: Catalog, entry: MethodEntry, folder: Path) -> dict[str, Any]:
    """The least that it takes, with one odd text and a header of the person's own."""

    def filled(value: Any) -> Any:
        if value == "@file":
            return f"@{folder / 'päper.txt'}"
        return [filled(one) for one in value] if isinstance(value, list) else value

    made = {name: filled(value) for name, value in catalog.minimal(entry.name).items()}
    return {**made, "extra_headers": {"X-Mine": 'it\'s "mine" $HOME'}}


def comparable(method: str, target: str, headers: dict[str, str], body: bytes) -> Any:
    """What counts of a request, whatever the order of a multipart body's parts and its boundary."""
    parts = urlsplit(target)
    content_type = headers.get("content-type", "")
    what: Any = None
    if content_type.startswith("multipart/"):
        message = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
        payload = message.get_payload()
        assert isinstance(payload, list)
        what = sorted(
            (
                str(part.get_param("name", "", "content-disposition")),  # type: ignore[union-attr]
                part.get_payload(decode=True),  # type: ignore[union-attr]
            )
            for part in payload
        )
    elif body:
        what = json.loads(body) if "json" in content_type else body.strip()
    mine = headers.get("x-mine")
    return method, parts.path, sorted(parse_qsl(parts.query, keep_blank_values=True)), what, mine


def prepared(house: House, catalog: Catalog, folder: Path) -> list[tuple[MethodEntry, CallRequest]]:
    (folder / "päper.txt").write_text("Grüße\n", "utf-8")
    profile = Profile.new("Work", base_url="http://dry.invalid/v1", key=KeySource.NONE)

    async def go() -> list[tuple[MethodEntry, CallRequest]]:
        run, made = DryRun(house.manager()), []
        for entry in methods(catalog):
            arguments = arguments_of(catalog, entry, folder)
            wire = await run.call(profile, entry.name, arguments)
            made.append((entry, CallRequest(entry, arguments, "http://dry.invalid/v1", wire=wire)))
        await run.aclose()
        return made

    return asyncio.run(go())


def expected(wire: WireRequest) -> Any:
    headers = {name.lower(): value for name, value in wire.headers}
    return comparable(wire.method, wire.url.removeprefix("http://dry.invalid"), headers, wire.body)


def arrived(received: list[Received]) -> dict[int, Any]:
    """The first request of each program, by the number in its path."""
    found: dict[int, Any] = {}
    for one in received:
        number, _, rest = one.path.removeprefix("/v1/").partition("/")
        if int(number) not in found:
            found[int(number)] = comparable(one.method, f"/v1/{rest}", one.headers, one.body)
    return found


def compare(made: list[tuple[MethodEntry, CallRequest]], received: list[Received], said: str) -> int:
    """How many programs there are; each sent exactly the SDK's request."""
    came = arrived(received)
    wrong = {}
    for number, (entry, request) in enumerate(made):
        assert request.wire is not None
        want = expected(request.wire)
        if came.get(number) != want:
            wrong[entry.name] = (came.get(number), want)
    assert not wrong, f"{len(wrong)} wrong, first: {list(wrong.items())[:3]}\n{said[-2000:]}"
    return len(made)


RUN = """
import json, os, sys, warnings
warnings.simplefilter("ignore")
base = os.environ["BASE"]
for number, text in enumerate(json.load(open(sys.argv[1], encoding="utf-8"))):
    os.environ["OPENAI_BASE_URL"] = f"{base}/{number}"
    try:
        exec(compile(text, f"program {number}", "exec"), {"__name__": "__main__"})
    except SyntaxError:
        raise
    except Exception as error:
        pass  # the server answers 404 to all
"""


def test_python_programs_of_every_method(
    house: House, catalog: Catalog, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    made = prepared(house, catalog, tmp_path)
    (tmp_path / "programs.json").write_text(json.dumps([call_program("python", request) for _, request in made]))
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path / "programs.json")],
        env={**os.environ, **ENVIRON, "BASE": house.server.base_url},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    count = compare(made, house.server.received, done.stderr)
    record_property("said", f"{count} programs in Python, each sends exactly the SDK's request")


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl: apt-get install curl")
def test_curl_commands_of_every_method(
    house: House, catalog: Catalog, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    made = prepared(house, catalog, tmp_path)
    script = [
        f'(OPENAI_BASE_URL="$BASE/{number}"\n{call_program("curl", request)}) >/dev/null 2>&1'
        for number, (_, request) in enumerate(made)
    ]
    (tmp_path / "all.sh").write_text("\n".join(script), "utf-8")
    done = subprocess.run(
        ["bash", str(tmp_path / "all.sh")],
        cwd=tmp_path,
        env={**os.environ, **ENVIRON, "BASE": house.server.base_url},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    count = compare(made, house.server.received, done.stderr)
    record_property("said", f"{count} programs in cURL, each sends exactly the SDK's request")


@pytest.mark.node
def test_javascript_programs_of_every_method(
    house: House, catalog: Catalog, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    package = NEEDS["node"].path
    assert package is not None
    (tmp_path / "node_modules").symlink_to(package.parent, target_is_directory=True)
    made = prepared(house, catalog, tmp_path)
    parts = ['import fs from "node:fs";\nimport OpenAI from "openai";\n']
    for number, (_, request) in enumerate(made):
        lines = [line for line in call_program("javascript", request).splitlines() if not line.startswith("import ")]
        body = "\n".join(lines)
        parts.append(f"process.env.OPENAI_BASE_URL = process.env.BASE + '/{number}';\n")
        parts.append(
            f"try {{\n{body}\n}} catch (error) {{ if (!(error.status === 404)) console.error({number}, error); }}\n"
        )
    (tmp_path / "all.mjs").write_text("".join(parts), "utf-8")
    done = subprocess.run(
        ["node", str(tmp_path / "all.mjs")],
        cwd=tmp_path,
        env={**os.environ, **ENVIRON, "BASE": house.server.base_url},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    count = compare(made, house.server.received, done.stderr)
    record_property("said", f"{count} programs in JavaScript, each sends exactly the SDK's request")


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("uploads.upload_file_chunked", {"curl", "javascript"}),
        ("vector_stores.files.upload_and_poll", {"curl", "javascript"}),
        ("webhooks.verify_signature", {"curl", "javascript"}),
        ("beta.threads.runs.create_and_poll", {"curl"}),
        ("vector_stores.files.create", set()),
    ],
)
def test_a_helper_that_only_python_has(catalog: Catalog, name: str, refused: set[str]) -> None:
    entry = catalog.methods[name]
    wire = WireRequest(entry.verb, "http://x/v1/x", (), b"")
    request = CallRequest(entry, {}, "http://x/v1", wire=wire)
    compile(call_program("python", request), "x", "exec")
    for language in ("curl", "javascript"):
        if language in refused:
            with pytest.raises(ValueError, match="only Python"):
                call_program(language, request)
        else:
            assert call_program(language, request)


def test_a_websocket_is_an_asynchronous_program(catalog: Catalog) -> None:
    entry = catalog.methods["realtime.connect"]
    text = call_program("python", CallRequest(entry, {"model": "m"}, "http://x/v1"))
    compile(text, "x", "exec")
    assert "async with client.realtime.connect(" in text
