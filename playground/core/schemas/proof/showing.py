"""An output as it is read: laid out, what cannot be seen in codes, and where what is wrong stands in it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from playground.core.schemas.document import Document, SchemaTextError
from playground.core.schemas.proof.model import Outcome, ProofInput, Totals
from playground.core.visible import visible

MOST_MARKS = 50


@dataclass(frozen=True, slots=True)
class ShownOutput:
    """`marks`: first character, character behind the last, words."""

    text: str
    marks: tuple[tuple[int, int, str], ...] = ()
    note: str = ""
    """Stands behind the text: where it was cut."""


def show_output(outcome: Outcome) -> ShownOutput:
    """For the window. In the pool: an output may have `SHOWN` characters."""
    text, note = outcome.text, ""
    if outcome.verdict == "cut":
        note = f" … {outcome.words[:1].lower()}{outcome.words[1:].rstrip('.')}"
    if not outcome.fields:
        return ShownOutput(visible(text), (), note)
    try:
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
        document = Document.parse(text)
    except (ValueError, RecursionError, SchemaTextError):  # longer than is kept, or deeper than is read
        return ShownOutput(visible(outcome.text), (), note)
    marks = []
    for one in outcome.wrong[:MOST_MARKS]:
        start, end = document.place(one.path)
        if text[start : start + 1] in ("{", "["):
            end = start + 1  # a whole object underlined says nothing
        marks.append((len(visible(text[:start])), len(visible(text[:end])), one.line()))
    return ShownOutput(visible(text), tuple(marks), note)


def run_words(outcome: Outcome) -> str:
    """Input 4, run 2."""
    return f"Input {outcome.input + 1}, run {outcome.run + 1}"


def field_words(pointer: str) -> str:
    """A place in the output as people write it: `customer.name`."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    return ".".join(steps) or "the output"


def plan_words(inputs: int, runs: int, model: str) -> str:
    """12 inputs × 5 runs on gpt-5."""
    first = "1 input" if inputs == 1 else f"{inputs:,} inputs"
    second = "1 run" if runs == 1 else f"{runs:,} runs"
    return f"{first} × {second} on {model or 'no model yet'}"


def input_title(one: ProofInput, number: int) -> str:
    """For those who hear it."""
    return f"Input {number + 1}{', failed' if one.failed else ''}: {one.line()[:120]}"


def numbers_words(totals: Totals, *, stopped: bool = False) -> str:
    """Tokens and cost in a line; how far it came where it was stopped."""
    from playground.core.spending import usd

    words = []
    if stopped and totals.done < totals.total:
        words.append(f"Stopped after {totals.done:,} of {totals.total:,} runs.")
    elif totals.done < totals.total:
        words.append(f"{totals.done:,} of {totals.total:,} runs.")
    if totals.input_tokens or totals.output_tokens:
        words.append(f"{totals.input_tokens:,} tokens in, {totals.output_tokens:,} out.")
    if totals.cost:
        words.append(f"{usd(float(totals.cost))}.")
    if totals.unpriced:
        words.append(f"{totals.unpriced:,} {'run' if totals.unpriced == 1 else 'runs'} at an unknown price.")
    return " ".join(words)
