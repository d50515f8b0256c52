"""Every operation of the API's OpenAPI document: its smallest body, through the real SDK, to a server that checks."""

from __future__ import annotations

import asyncio
import contextlib
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playground.core.calls import arguments_of, resolve
from playground.core.catalog import Catalog
from tests.core.catalog.walk_child import with_file
from tests.helpers.needs import SHARED, shared

VERBS = ("get", "post", "put", "patch", "delete")
ELSEWHERE = {"POST /evals/{eval_id}/runs/{run_id}": "the SDK cancels at …/runs/{run_id}/cancel"}
"""Operations that the SDK has not."""
REFUSED = {
    "beta.realtime.sessions.create": (
        "the document wants `client_secret`, which is part of the answer; the SDK's method has no field for it"
    )
}


def operations() -> list[tuple[str, str]]:
    """(verb, path) of each operation."""
    import yaml

    path = shared("openapi", "openapi.yaml")
    if path is None:
        pytest.skip(f"needs {SHARED / 'openapi' / 'openapi.yaml'} (PLAYGROUND_SHARED points elsewhere)")
    document = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return [(verb, path) for path, item in document["paths"].items() for verb in VERBS if verb in item]


async def send(base_url: str, bodies: dict[str, dict[str, Any]]) -> dict[str, str]:
    """What was refused, and why."""
    import openai

    refused = {}
    async with openai.AsyncOpenAI(api_key="k", admin_api_key="a", base_url=base_url, max_retries=0) as client:
        for name, body in bodies.items():
            with contextlib.ExitStack() as opened, warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                method = resolve(client, name)
                try:
                    async with method.send(**arguments_of(method, body, opened)) as response:
                        await response.read()
                except openai.APIStatusError as error:
                    refused[name] = f"{error.status_code} {error.body or ''}"
    return refused


@pytest.mark.steady
def test_each_operations_smallest_body_is_accepted(
    catalog: Catalog, steady_server: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    file = tmp_path / "file.txt"
    file.write_text("x")
    absent, bodies = set(), {}
    for verb, path in operations():
        found = catalog.match(verb, re.sub(r"\{[^}]*\}", "x", path))
        if found:
            bodies[found[0][0]] = with_file(catalog.minimal(found[0][0]), file)
        else:
            absent.add(f"{verb.upper()} {path}")
    refused = asyncio.run(send(steady_server, bodies))
    accepted = len(bodies) - len(refused)
    said = [f"{len(bodies) + len(absent)} operations, {len(bodies)} of them in the SDK; Steady accepts {accepted}."]
    for name, answer in refused.items():
        said.append(f"  refused: {name}: {answer}: {REFUSED.get(name, 'no reason is known')}")
    for operation in absent:
        said.append(f"  not in the SDK: {operation}: {ELSEWHERE.get(operation, 'no reason is known')}")
    record_property("said", "\n".join(said))
    assert absent == set(ELSEWHERE)
    assert set(refused) == set(REFUSED)
    assert len(bodies) == 287, "two operations found the same method"


@pytest.mark.steady
def test_a_wrong_body_is_refused(steady_server: str) -> None:
    """So that the test before this one proves something."""
    refused = asyncio.run(send(steady_server, {"responses.create": {"model": 7, "temperature": "hot"}}))
    assert "400" in refused["responses.create"]
