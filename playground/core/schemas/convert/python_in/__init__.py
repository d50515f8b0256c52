"""Python as schemas: models, dataclasses, TypedDicts, enums, functions that somebody pasted.

It is never run. A process of its own reads the syntax tree (`reader`, `classes`, `expressions`), rebuilds the types
from a list of known names (`known`), and lets Pydantic make their schemas, so that they are what `model_json_schema()`
would say; what is not on the list is not called but noted. Before it sees the text that process gives up what it does
not need (`jail`), and it has a few seconds (`process`).
"""

from __future__ import annotations

from playground.core.schemas.convert.model import MAX_SOURCE, ConvertError, Imported, Note, chosen
from playground.core.schemas.convert.python_in.process import ask

_NOTHING = (
    "There is no model, dataclass, TypedDict, enum or function in it. Paste the whole class, from “class” on, or the "
    "function from “def” on."
)


def from_python(text: str, name: str = "") -> Imported:
    """The schemas of all classes and functions in a Python text. Takes about 0.2 s, at most `process.PATIENCE`. Raises
    ConvertError (what, in which line, what to do)."""
    return _read(text, name, "python")


def from_signature(text: str, name: str = "") -> Imported:
    """The parameters of the functions in a text, each as a schema whose description is the function's. A body need not
    be there. Raises ConvertError."""
    return _read(text, name, "signature")


def _read(text: str, name: str, what: str) -> Imported:
    if len(text) > MAX_SOURCE:
        raise ConvertError(
            f"This is {len(text) / 1e6:,.1f} million characters of Python; up to {MAX_SOURCE / 1e6:.0f} are read. "
            "Paste only the models."
        )
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ConvertError(f"line {line}: there is a null byte, which no Python source has.")
    answer = ask({"text": text, "what": what})
    if "error" in answer:
        line = answer.get("line") or 0
        raise ConvertError(f"line {line}: {answer['error']}" if line else str(answer["error"]))
    schemas = answer["schemas"]
    notes = tuple(Note(words, line) for words, line in answer["notes"])
    if not schemas:
        raise ConvertError(" ".join([_NOTHING, *map(str, notes[:3])]))
    main = chosen(schemas, name, "model") if name else answer["main"]
    return Imported(schemas, notes, main, frozenset(answer["functions"]))
