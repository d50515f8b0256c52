"""`playground schema convert` on Python: the real process."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_call import run

MODEL = '''
from pydantic import BaseModel, Field, field_validator

class Answer(BaseModel):
    """What was found."""
    text: str
    score: float = Field(ge=0, le=1)

    @field_validator("text")
    def check(cls, value): return value
'''


def test_a_file_is_known_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text(MODEL)
    code, out, err = run("schema", "convert", path)
    assert code == 0 and "line 10: The validator `check` of “Answer” is not part of the schema." in err.decode()
    schema = json.loads(out)
    assert list(schema["properties"]) == ["text", "score"] and schema["description"] == "What was found."
    code, out, _ = run("schema", "convert", path, "--to", "python_call", "--model", "llama-9")
    assert code == 0 and b'model="llama-9"' in out and b"text_format=Answer" in out


def test_a_signature_from_stdin_as_a_tool() -> None:
    text = b"def look_up(word: str, deep: bool = False) -> str"
    code, out, err = run("schema", "convert", "-", "--from", "signature", "--to", "function", stdin=text)
    assert (code, err) == (0, b"")
    tool = json.loads(out)
    assert tool["name"] == "look_up" and list(tool["parameters"]["properties"]) == ["word", "deep"]


def test_what_is_wrong_has_its_line_and_an_exit_code(tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text("class A(BaseModel):\n    x: int = (\n")
    code, out, err = run("schema", "convert", path)
    assert (code, out) == (1, b"") and "line 2: This is no Python" in err.decode()
    path.write_text("__import__('os').system('echo hacked')\n")
    code, out, err = run("schema", "convert", path)
    assert (code, out) == (1, b"") and "is not run" in err.decode()
