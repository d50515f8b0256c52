"""TypeScript → schema → TypeScript: thirty models as people write them keep their structure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playground.core.schemas.convert import from_typescript, to_text
from playground.core.schemas.example import generate
from playground.core.schemas.validate import Validator

FOLDER = Path(__file__).parent / "models_typescript"
MODELS = sorted(FOLDER.glob("*.ts"))
SAID = {
    "finance": [
        "Uppercase is written as any text.",
        "A Date is a text in JSON.",
        "bigint is written as a whole number.",
    ],
    "mapped": ["A Date is a text in JSON."],
}
"""All else is kept, so nothing is said."""


def test_there_are_thirty() -> None:
    assert len(MODELS) == 30


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_round_trip(path: Path) -> None:
    made = from_typescript(path.read_text("utf-8"))
    assert [note.words for note in made.notes] == SAID.get(path.stem, [])
    for name, schema in made.schemas.items():
        written = to_text(schema, name, "typescript")
        assert not written.notes
        again = from_typescript(written.text)
        assert json.dumps(again.schema) == json.dumps(schema), name  # order counts, too
        assert to_text(again.schema, again.main, "typescript").text == written.text


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_documents_are_found_for_it(path: Path) -> None:
    schema = from_typescript(path.read_text("utf-8")).schema
    documents = list(generate(schema, 1, count=5))
    assert documents and all(Validator(schema).fits(one) for one in documents)


def test_the_invoice_as_it_was_written() -> None:
    """The one comparison with what a person would write."""
    made = from_typescript((FOLDER / "tree.ts").read_text("utf-8"))
    assert to_text(made.schema, made.main, "typescript").text == (FOLDER / "tree.ts").read_text("utf-8")
