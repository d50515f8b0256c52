"""Hostile Python: nothing of it runs, everything has an end, and the words say what it was."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

from playground.core.schemas.convert import ConvertError, Imported, from_python, from_signature
from playground.core.schemas.convert.python_in import process, reader

ROOT = Path(process.__file__).parents[5]
MODEL = "\nfrom pydantic import BaseModel\nclass Person(BaseModel):\n    name: str\n"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the system-call filter is Linux's")


def words(made: Imported) -> str:
    return "\n".join(map(str, made.notes))


@pytest.fixture
def listener() -> socket.socket:
    """A loopback server that nobody is to come to."""
    server = socket.create_server(("127.0.0.1", 0))
    server.setblocking(False)
    return server


def attacks(folder: Path, port: int) -> list[str]:
    """Statements and expressions that would leave a file, or call at the port, if anything ran."""
    touch = f"__import__('os').system('touch {folder}/hacked')"
    call = f"__import__('socket').create_connection(('127.0.0.1', {port}))"
    opened = f"open({str(folder / 'hacked')!r}, 'w').close()"
    bad = [touch, call, opened]
    made = [f"import os\n{touch}\n{MODEL}"]
    made += [f"{MODEL}    x: {call}\n"]
    made += [f'{MODEL}    x: "{opened}"\n']
    made += [f"{MODEL}    x: int = {touch}\n"]
    made += [f"{MODEL}    x: int = Field(default_factory=lambda: {call})\n"]
    made += [f"{MODEL}    x: int = Field({opened}, description={opened})\n"]
    made += [f"{MODEL}    x: Literal['a', {touch}]\n"]
    made += [f"{MODEL}    x: Literal[*[{call} for _ in range(10**9)]]\n"]
    made += [f"{MODEL}    x: int = (y := {opened})\n"]
    made += [f"{MODEL}    x: Annotated[int, AfterValidator(lambda v: {touch}), {touch}]\n"]
    made += [
        f"def evil(c):\n    {one}\n    return c\n@evil\nclass Other(BaseModel):\n    a: int\n{MODEL}" for one in bad
    ]
    made += [
        f"class Meta(type):\n    def __new__(*a):\n        {one}\nclass O(metaclass=Meta):\n    a: int\n{MODEL}"
        for one in bad
    ]
    made += [f"{MODEL}    @field_validator('name')\n    def check(cls, v):\n        {call}\n"]
    made += [
        f"{MODEL}    def __init_subclass__(cls):\n        {one}\nclass B(Person):\n    b: int\n" for one in bad[2:3]
    ]
    made += [
        f"{MODEL}    @classmethod\n    def __get_pydantic_core_schema__(cls, s, h):\n        {one}\n" for one in bad
    ]
    made += [
        f"{MODEL}    model_config = ConfigDict(json_schema_extra=lambda s: {one}, alias_generator=lambda s: {one})\n"
        for one in bad
    ]
    made += [f'{MODEL}    x: str = f"""{{{touch}}}"""\n']
    made += [f"class E(str, Enum):\n    a = {call}\n    b = 'b'\n{MODEL}    e: E\n"]
    return made


def test_nothing_runs(tmp_path: Path, listener: socket.socket) -> None:
    texts = attacks(tmp_path, listener.getsockname()[1])
    for text in texts:
        made = from_python(text)
        assert made.schema["properties"]["name"]["type"] == "string" or made.main == "B", text
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BlockingIOError):
        listener.accept()
    listener.close()


def test_nothing_runs_without_the_jail_either(tmp_path: Path, listener: socket.socket) -> None:
    """The reader alone, in this process: it is to run nothing, wherever there is no such filter."""
    for text in attacks(tmp_path, listener.getsockname()[1]):
        for what in ("python", "signature"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                reader.read(text, what)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BlockingIOError):
        listener.accept()
    listener.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"import os\nos.system('id')\n{MODEL}", "line 2: `os.system('id')` is not run."),
        (f"while True: pass\n{MODEL}", "line 1: `while True: pass` is not run."),
        (f"{MODEL}    x: list[__import__('os')]\n", "line 5: “__import__” is not declared in the text."),
        (f"{MODEL}    x: int = lambda: 1\n", "line 5: `lambda: 1` is not run: only plain values are read. That “x” of"),
        (f"{MODEL}    x: Literal[*(i for i in range(10))]\n", "line 5: `*(i for i in range(10))` is not run"),
        (f"@evil\nclass A(BaseModel):\n    a: int\n{MODEL}", "line 1: The decorator `evil` of “A” is not run."),
        (f"class A(metaclass=Evil):\n    a: int\n{MODEL}", "line 1: The metaclass `Evil` of “A” is not run."),
        (f"{MODEL}    x: str = 'a' * 10**12\n", "line 5: `'a' * 10 ** 12` is not worked out here."),
        (f"{MODEL}    x: int = 9 ** 9 ** 9\n", "is not worked out here."),
        (f"{MODEL}    x: int = 1 << 10**12\n", "is not worked out here."),
        (f"{MODEL}    @field_validator('name')\n    def check(cls, v): return v\n",
         "line 6: The validator `check` of “Person” is not part of the schema."),
        (f"{MODEL}    x: SomeModel\n", "line 5: “SomeModel” is not declared in the text. It takes anything."),
        (f"from app.models import Base\n{MODEL}    x: Base\n",
         "line 6: “Base” comes from “app.models”, which is not read: paste its declaration"),
    ],
)  # fmt: skip
def test_what_is_not_run_is_said(text: str, said: str) -> None:
    made = from_python(text)
    assert said in words(made)
    assert made.main == "Person"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("class A(BaseModel)\n    x: int\n", r"line 1: This is no Python: expected ':', in “class A\(BaseModel\)”"),
        (f"{MODEL}    x: int\n  y: int\n", "line 6: This is no Python: unindent"),
        (f"{MODEL}\0", "line 5: there is a null byte"),
        ("", "There is no model, dataclass, TypedDict, enum or function in it"),
        ("x = 1\n", "There is no model"),
        ("class A(BaseModel):\n    x: " + "list[" * 5000 + "int" + "]" * 5000, "line 2: .*too many nested"),
        ("class A(BaseModel):\n    x: int = " + "-" * 200_000 + "1", "too deeply"),
        ("class A(BaseModel):\n    x: int = " + "1+" * 100_000 + "1", "too deeply"),
        ("x = '" + "a" * 10_000_000 + "'", "10.0 million characters of Python; up to 2 are read"),
        ("class A(BaseModel):\n    x: int = " + "9" * 5000, "line 2: This is no Python: Exceeds the limit"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_where(text: str, said: str) -> None:
    began = time.monotonic()
    with pytest.raises(ConvertError, match=said):
        from_python(text)
    assert time.monotonic() - began < process.PATIENCE + 10


def test_deep_but_possible() -> None:
    made = from_python("class A(BaseModel):\n    x: " + "list[" * 60 + "int" + "]" * 60)
    depth, one = 0, made.schema["properties"]["x"]
    while "items" in one:
        depth, one = depth + 1, one["items"]
    assert depth == 60


def test_types_that_double_have_an_end() -> None:
    lines = ["T0 = tuple[int, int]"] + [f"T{n} = tuple[T{n - 1}, T{n - 1}]" for n in range(1, 60)]
    with pytest.raises(ConvertError, match=r"too much time or memory|too large"):
        from_python("\n".join([*lines, "class A(BaseModel):\n    x: T59\n"]))


def test_a_long_text_has_an_end() -> None:
    text = "from pydantic import BaseModel\n" + "".join(
        f"class A{n}(BaseModel):\n    x: A{max(0, n - 1)} | None\n    y: list[int]\n" for n in range(2000)
    )
    try:
        made = from_python(text)
    except ConvertError as error:
        assert "too much time" in str(error) or "nested too deeply" in str(error)
    else:
        assert made.schemas


def test_a_model_beside_what_is_broken() -> None:
    made = from_python(
        "class Bad(BaseModel):\n    x: Optional[int, str]\n    y: Literal[[]]\nclass Good(BaseModel):\n    b: int\n"
    )
    assert list(made.schemas) == ["Bad", "Good"]
    assert made.schemas["Bad"]["properties"] == {"x": {"title": "X"}, "y": {"title": "Y"}}
    assert len(made.notes) == 2


def test_a_class_that_is_made_of_itself() -> None:
    made = from_python(
        "class A(A): pass\nclass C(B): x: int\nclass B(C): y: int\nX = X\nclass G(BaseModel):\n    x: X\n"
    )
    assert made.main == "G" and "made of itself" in words(made) and "inherits from itself" in words(made)


def test_a_signature_is_not_run_either(tmp_path: Path) -> None:
    made = from_signature(f"def f(a: int = open({str(tmp_path / 'x')!r}, 'w')): ...")
    assert made.schema["properties"] == {"a": {"type": "integer"}} and "required" not in made.schema
    assert not list(tmp_path.iterdir())


# The jail itself, tried with code that does run


def jailed(code: str) -> subprocess.CompletedProcess[str]:
    text = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\nimport os, socket, threading\n"
        f"from playground.core.schemas.convert.python_in import jail\nheld = jail.seal()\n{code}"
    )
    return subprocess.run([sys.executable, "-I", "-c", text], capture_output=True, text=True, timeout=60, check=False)


@LINUX
@pytest.mark.parametrize(
    "code",
    [
        "open('/etc/hostname')",
        "open(sys.argv[0] or 'x', 'w')",
        "os.listdir('/')",
        "os.unlink('/tmp/nothing')",
        "socket.socket()",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "os.kill(os.getppid(), 0)",
        "os.posix_spawn('/bin/true', ['true'], {})",
    ],
)  # fmt: skip
def test_the_jail_holds(code: str) -> None:
    done = jailed(code)
    assert "PermissionError" in done.stderr, done


@LINUX
def test_the_jail_bounds_memory_and_time() -> None:
    assert "MemoryError" in jailed("x = bytearray(2**30)").stderr
    assert jailed("while True: pass").returncode < 0


@LINUX
def test_the_child_is_in_the_jail_before_it_reads() -> None:
    answer = process.ask({"text": MODEL, "what": "python"})
    assert set(answer["held"]) - {"network"} == {"time", "memory", "files", "processes", "calls"}
    # The namespace is one lock more: some containers do not let it be made.


def test_it_is_ended_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_CODE", "import time; time.sleep(600)")
    began = time.monotonic()
    with pytest.raises(ConvertError, match="too much time"):
        process.ask({"text": MODEL, "what": "python"}, patience=0.5)
    assert time.monotonic() - began < 10


def test_an_answer_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MAX_ANSWER", 100_000)
    monkeypatch.setattr(process, "_CODE", "import sys\nwhile True: sys.stdout.write('[' * 65536)")
    with pytest.raises(ConvertError, match="too much time"):
        process.ask({"text": MODEL, "what": "python"})


def test_the_child_has_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setattr(
        process,
        "_CODE",
        "import json, os, sys; json.dump({'env': sorted(os.environ), 'path': '/nowhere' in sys.path, "
        "'open': sorted(os.listdir('/proc/self/fd')) if os.path.isdir('/proc/self/fd') else []}, sys.stdout)",
    )
    answer = process.ask({})
    assert not [name for name in answer["env"] if not name.startswith("LC_") and name != "SYSTEMROOT"]
    assert not answer["path"] and len(answer["open"]) <= 4


@LINUX
def test_every_known_type_is_there_behind_the_door() -> None:
    """Pydantic loads modules late: what is not loaded before the filter is never."""
    from playground.core.schemas.convert.python_in import known

    names = [name for name in known.bare() if name.isidentifier() and not isinstance(known.bare()[name], known.Told)]
    text = "".join(f"class A{n}(BaseModel):\n    x: {name} = ()\n    y: list[{name}]\n" for n, name in enumerate(names))
    made = process.ask({"text": text, "what": "python"})
    assert len(made["schemas"]) > 100
    assert not [note for note in made["notes"] if "No module" in note[0] or "not permitted" in note[0]], made["notes"]
