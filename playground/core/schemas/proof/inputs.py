"""Inputs as files: JSON Lines, CSV, one text a line; and the file beside a schema in which they are kept."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from playground.core.files import write_atomically
from playground.core.schemas.proof.model import LONGEST_INPUT, MOST_INPUTS, ProofInput

SUFFIX = ".inputs.jsonl"
LARGEST = 50_000_000
"""Bytes of a file that is read."""
_NAMES = ("input", "messages", "text", "prompt", "content", "question", "body")
"""Members that hold the input in somebody else's JSON Lines, and columns of a CSV."""


class InputsError(ValueError):
    """Why inputs cannot be read: a sentence."""


def from_lines(text: str) -> list[ProofInput]:
    """One text a line; empty lines are passed over."""
    return _checked(ProofInput(line.strip()) for line in text.splitlines())


def from_jsonl(text: str) -> list[ProofInput]:
    """One JSON value a line: a text, a list of messages, or an object that has one of them. Raises InputsError."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputsError(f"Line {number} is no JSON: {str(error)[:200]}.") from None
        one = of_value(value)
        if one is None:
            raise InputsError(
                f"Line {number} holds no input: a text, a list of messages, or an object with “input”, “messages”, "
                f"“text” or “prompt”."
            )
        found.append(one)
    return _checked(found)


def of_value(value: Any) -> ProofInput | None:
    """An input as JSON has it; None where it is none. Lines of fine-tuning and batch files are understood, too."""
    if isinstance(value, str):
        return ProofInput(value)
    if isinstance(value, list):
        good = all(isinstance(one, dict) and isinstance(one.get("role"), str) and "content" in one for one in value)
        return ProofInput(messages=tuple(value)) if good and value else None
    if not isinstance(value, Mapping):
        return None
    for name in _NAMES:
        if name in value and (one := of_value(value[name])) is not None:
            return ProofInput(one.text, one.messages, value.get("failed") is True)
    return None


def from_csv(text: str, column: str = "") -> list[ProofInput]:
    """The rows of a column: the one named, else one called input, text, prompt, …, else the first. Raises
    InputsError."""
    try:
        dialect: Any = csv.Sniffer().sniff(text[:10_000], ",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), dialect) if row]
    except csv.Error as error:
        raise InputsError(f"The table cannot be read: {error}.") from None
    if not rows:
        raise InputsError("The table is empty: its first line is to name the columns.")
    names = [name.strip().casefold() for name in rows[0]]
    wanted = [column.strip().casefold()] if column else list(_NAMES)
    place = next((names.index(name) for name in wanted if name in names), None)
    if place is None:
        if column:
            raise InputsError(f"The table has no column “{column[:80]}”.")
        place = 0
    return _checked(ProofInput(row[place]) for row in rows[1:] if len(row) > place)


def read_file(path: Path) -> list[ProofInput]:
    """By the file's name; a name that says nothing: JSON Lines where its first line is JSON, else one text a line.
    Raises InputsError, OSError."""
    with path.open("rb") as opened:
        data = opened.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise InputsError(f"{path.name} is larger than {LARGEST // 1_000_000} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputsError(f"{path.name} is not UTF-8 at byte {error.start:,}.") from None
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv"):
        return from_csv(text)
    if suffix in (".jsonl", ".ndjson"):
        return from_jsonl(text)
    if suffix == ".json":
        return _from_json(text)
    first = text.lstrip()[:1]
    return from_jsonl(text) if first and first in '{["' else from_lines(text)


def _from_json(text: str) -> list[ProofInput]:
    """A list of inputs, or one."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputsError(f"It is no JSON: {str(error)[:200]}.") from None
    if (one := of_value(value)) is not None:
        return _checked([one])
    found = [of_value(each) for each in value] if isinstance(value, list) else []
    if not found or None in found:
        raise InputsError("It holds no inputs: a list of texts, of lists of messages, or of objects with “input”.")
    return _checked(one for one in found if one is not None)


def _checked(found: Iterable[ProofInput]) -> list[ProofInput]:
    """Without blanks and repetitions. Raises InputsError."""
    kept: dict[str, ProofInput] = {}
    for one in found:
        if one.is_blank:
            continue
        if len(one.key) > LONGEST_INPUT:
            raise InputsError(f"An input is longer than {LONGEST_INPUT:,} characters.")
        kept.setdefault(one.key, one)
        if len(kept) > MOST_INPUTS:
            raise InputsError(f"There are more than {MOST_INPUTS:,} inputs.")
    if not kept:
        raise InputsError("There is no input in it.")
    return list(kept.values())


def to_jsonl(inputs: Iterable[ProofInput]) -> str:
    """What `from_jsonl` reads."""
    lines = []
    for one in inputs:
        value: dict[str, Any] = {"input": list(one.messages) if one.messages else one.text}
        if one.failed:
            value["failed"] = True
        lines.append(json.dumps(value, ensure_ascii=False) + "\n")
    # Half a surrogate pair, which UTF-8 does not have, is left as JSON escapes it.
    return "".join(line if _is_text(line) else json.dumps(json.loads(line)) + "\n" for line in lines)


def _is_text(line: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in line)


def beside(schema: Path) -> Path:
    """The file of a schema's inputs: `triage.inputs.jsonl` for `triage.json`."""
    return schema.with_name(schema.stem + SUFFIX)


def save_file(path: Path, inputs: Sequence[ProofInput]) -> None:
    """Raises OSError."""
    write_atomically(path, to_jsonl(inputs))


def from_history(draft: Mapping[str, Any]) -> ProofInput | None:
    """The input of a run that Compose keeps: its messages, or the text of the one that it has."""
    messages = draft.get("messages")
    found = []
    for one in messages if isinstance(messages, list) else ():
        if isinstance(one, Mapping) and isinstance(one.get("text"), str) and one["text"].strip():
            found.append({"role": str(one.get("role", "user")), "content": one["text"]})
    if len(found) == 1 and found[0]["role"] == "user":
        return ProofInput(found[0]["content"])
    return ProofInput(messages=tuple(found)) if found else None


def typed(text: str, failed: bool = False) -> ProofInput:
    """What somebody wrote into a field: a text, or a list of messages as JSON."""
    if text.lstrip().startswith("["):
        try:
            found = of_value(json.loads(text))
        except (ValueError, RecursionError):
            found = None
        if found is not None and found.messages:
            return ProofInput(messages=found.messages, failed=failed)
    return ProofInput(text, failed=failed)


def written(one: ProofInput) -> str:
    """What stands in a field for an input: `typed` reads it."""
    return json.dumps(list(one.messages), ensure_ascii=False, indent=2) if one.messages else one.text


def merged(inputs: Sequence[ProofInput], more: Iterable[ProofInput]) -> tuple[list[ProofInput], int]:
    """Inputs with others behind them, none twice and none blank, at most `MOST_INPUTS`; and how many came."""
    kept = {one.key: one for one in inputs if not one.is_blank}
    before = len(kept)
    for one in more:
        if not one.is_blank and len(kept) < MOST_INPUTS:
            kept.setdefault(one.key, one)
    return list(kept.values()), len(kept) - before
