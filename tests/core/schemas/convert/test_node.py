"""TypeScript's own compiler takes what is written, and Zod accepts what our validator accepts. One process for all."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from playground.core.schemas.check import check
from playground.core.schemas.convert import from_typescript, to_text
from playground.core.schemas.document import Document
from playground.core.schemas.fixing import fix_all
from playground.core.schemas.rules import profile
from playground.core.schemas.validate import Validator
from tests.core.schemas.convert.node_cases import WRITTEN, documents, random_schemas
from tests.helpers.needs import NEEDS

pytestmark = pytest.mark.typescript

HERE = Path(__file__).parent
MODELS = sorted((HERE / "models_typescript").glob("*.ts"))
RANDOM = 40
STRICT = "strict_"
"""Before the names of schemas that are mended for the strict mode, where that could be."""


@dataclass(frozen=True)
class Ran:
    """What one process found."""

    schemas: dict[str, dict[str, Any]]
    documents: dict[str, list[Any]]
    fits: dict[str, list[bool]]
    """As our validator says."""
    verdicts: dict[str, list[bool]]
    """As Zod says."""
    problems: list[str]
    sent: dict[str, Any]
    """The schemas that `zodTextFormat` makes of them, or why it does not."""


def _schemas() -> dict[str, dict[str, Any]]:
    found = {**WRITTEN, **random_schemas(RANDOM, 6)}
    for path in MODELS:
        made = from_typescript(path.read_text("utf-8"))
        found[f"model_{path.stem}"] = made.schema
    rules = profile("openai")
    for name, schema in list(found.items()):
        fixed = fix_all(schema, rules)
        if not any(finding.severity == "error" for finding in fixed.left):
            found[f"{STRICT}{name}"] = fixed.value
    return found


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    modules = NEEDS["typescript"].path
    assert modules is not None
    folder = tmp_path_factory.mktemp("types")
    (folder / "node_modules").symlink_to(modules, target_is_directory=True)
    (folder / "package.json").write_text('{"type": "module"}')
    schemas, made, fits, cases = _schemas(), {}, {}, {}
    for number, (name, schema) in enumerate(schemas.items()):
        (folder / f"{name}_types.ts").write_text(to_text(schema, "Root", "typescript").text)
        (folder / f"{name}.ts").write_text(to_text(schema, "Root", "zod").text)
        validator = Validator(schema)
        made[name] = documents(schema, number)
        fits[name] = [validator.fits(one) for one in made[name]]
        cases[name] = {"root": "Root", "documents": made[name]}
    for path in MODELS:
        if path.stem != "class_dto":  # imports a package
            (folder / f"source_{path.name}").write_bytes(path.read_bytes())
    (folder / "cases.json").write_text(json.dumps(cases))
    command = ["node", str(HERE / "check_types.cjs"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    return Ran(schemas, made, fits, found["verdicts"], found["problems"], found["sent"])


def test_the_compiler_takes_it_all(ran: Ran) -> None:
    """Types and Zod of each schema, and the thirty models themselves."""
    assert ran.problems == []


def test_zod_accepts_what_we_accept(ran: Ran, record_property: Callable[[str, object], None]) -> None:
    wrong = [
        (name, document, fits)
        for name, verdicts in ran.verdicts.items()
        for document, fits, verdict in zip(ran.documents[name], ran.fits[name], verdicts, strict=True)
        if fits is not verdict
    ]
    assert wrong == []
    good = sum(sum(verdicts) for verdicts in ran.fits.values())
    bad = sum(len(verdicts) for verdicts in ran.fits.values()) - good
    assert good > 500 and bad > 500
    record_property("said", f"Zod and our validator agree on {good} documents that fit and {bad} that do not")


def test_the_node_sdk_sends_what_the_strict_mode_takes(
    ran: Ran, record_property: Callable[[str, object], None]
) -> None:
    """What our check calls right, `zodTextFormat` takes, and sends a schema for the same documents."""
    strict = {name: schema for name, schema in ran.sent.items() if name.startswith(STRICT)}
    tuples = [name for name, words in strict.items() if "uses tuple-form `items`" in words]
    assert all("prefixItems" in json.dumps(ran.schemas[name]) for name in tuples)  # our check warns of them
    strict = {name: schema for name, schema in strict.items() if name not in tuples}
    assert {name: words for name, words in strict.items() if not isinstance(words, dict)} == {}
    rules = profile("openai")
    for name, schema in strict.items():
        validator = Validator(schema)
        assert [validator.fits(one) for one in ran.documents[name]] == ran.fits[name], name
        left = check(Document("", schema), rules).findings
        assert [finding for finding in left if finding.severity == "error"] == [], name
    assert len(strict) > 60
    record_property("said", f"{len(strict)} strict schemas are sent by zodTextFormat as they are")
