"""The rules that no linter knows, as functions over a tree, so that the tests can try each against a violation."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

MAX_FILE_LINES = 440
MAX_FUNCTION_LINES = 66
"""About 400 and 60, with a tenth of slack: a line over is no reason to cut a thought in two."""

_WORKER = ("playground/core/", "playground/sandbox/", "playground/cli/", "playground/bridge/worker.py")
"""What runs in threads that are not Qt's."""
_MAIN_LOOP = "playground/bridge/application.py"
"""The one place that runs Qt's event loop, the outermost."""


def code_problems(root: Path) -> list[str]:
    """What the program's own code does against the rules; one line each, with the place."""
    found: list[str] = []
    for path in sorted((root / "playground").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > MAX_FILE_LINES:
            found.append(f"{name}: {lines} lines; files are read in one go")
        found += [f"{name}:{line}: {words}" for line, words in _node_problems(ast.parse(text), name)]
    return found


def _node_problems(tree: ast.AST, name: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {length} lines"
        elif isinstance(node, ast.ExceptHandler):
            broad = node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException")
            if broad and all(isinstance(line, ast.Pass) for line in node.body):
                yield node.lineno, "swallows every exception"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _call_problems(node, node.func.attr, name)


def _call_problems(node: ast.Call, method: str, name: str) -> Iterator[tuple[int, str]]:
    if method == "connect" and any(map(_is_capturing, node.args)):
        yield node.lineno, "a lambda or partial as a slot keeps its object alive: use a bound method"
    if method == "processEvents":
        yield node.lineno, "processEvents() loses wake-ups: await an Operation"
    if method in ("exec", "exec_") and name != _MAIN_LOOP:
        yield node.lineno, "exec() nests an event loop: open() the dialog and await it"
    if method == "singleShot" and name.startswith(_WORKER):
        yield node.lineno, "QTimer.singleShot never fires in a plain thread"


def _is_capturing(argument: ast.expr) -> bool:
    if isinstance(argument, ast.Lambda):
        return True
    if not isinstance(argument, ast.Call):
        return False
    called = argument.func
    return getattr(called, "id", getattr(called, "attr", "")) == "partial"


_INDEX_HOSTS = "|".join(
    re.escape(host)
    for host in ("pypi" + ".org", "files.pythonhosted" + ".org", "registry.npmjs" + ".org", "test.pypi" + ".org")
)
_MACHINE_PATHS = "|".join(re.escape(path) for path in ("/wo" + "rk/", "/ro" + "ot/", "/opt/py" + "pi", "/home" + "/"))
_TEXT_RULES = (
    (re.compile(_INDEX_HOSTS), "the host of a package index: people choose their own"),
    (re.compile(rf"(?<![\w.])(?:{_MACHINE_PATHS})"), "a path of one machine"),
    (re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"), "left for later: do it now, or write an issue"),
)
_TEXT_FILES = {".py", ".md", ".toml", ".json", ".yaml", ".yml", ".txt", ".cfg", ".sh", ".css", ""}


def text_problems(root: Path, files: list[Path]) -> list[str]:
    """What stands in the tree's text files and must not."""
    found = []
    for path in files:
        if path.suffix not in _TEXT_FILES or path.name == "LICENSE":
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for rule, words in _TEXT_RULES:
                if rule.search(line):
                    found.append(f"{path.relative_to(root)}:{number}: {words}: {line.strip()[:80]}")
    return found


def tracked_files(root: Path) -> list[Path]:
    """The files under version control; all but the hidden and the built ones where this is no checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        return [root / name for name in listed.stdout.decode().split("\0") if name]
    skipped = {"build", "dist", "__pycache__"}
    return [
        path
        for path in root.rglob("*")
        if path.is_file()
        and not any(part in skipped or part.startswith(".") for part in path.relative_to(root).parts[:-1])
    ]
