"""Which names a text declares. Statements that would do something are noted."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

_WORD = re.compile(r"[A-Za-z_]\w*")
_QUIET = (ast.Pass, ast.Global, ast.Nonlocal)


@dataclass(slots=True)
class Declared:
    """The names of a text, in its order."""

    names: dict[str, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.expr] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    """Those that are said to be aliases of types: `X: TypeAlias = …`, `type X = …`."""
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """Name → module, and what of it; None: the module itself."""
    parameters: dict[str, ast.stmt] = field(default_factory=dict)
    """Aliases with type parameters (`type X[T] = …`)."""
    notes: list[tuple[str, int]] = field(default_factory=list)
    _uses: dict[str, set[str]] = field(default_factory=dict)

    def is_alias_type(self, name: str) -> bool:
        """Whether an alias may use itself: `type X = …`, `X = TypeAliasType("X", …)`."""
        node = self.names.get(name)
        if name in self.parameters:
            return True
        return (
            isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "TypeAliasType"
        )

    def uses(self, name: str) -> set[str]:
        """The names of this text that a declaration refers to."""
        if name not in self._uses:
            found: set[str] = set()
            for node in ast.walk(self.names[name]):
                if isinstance(node, ast.Name):
                    found.add(node.id)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
                    found.update(_WORD.findall(node.value) if not node.value.count(" ") > 8 else ())
            self._uses[name] = found & self.names.keys()
        return self._uses[name]


def gather(tree: ast.Module) -> Declared:
    """The declarations of a module."""
    found = Declared()
    _body(found, tree.body)
    return found


def _body(found: Declared, body: list[ast.stmt]) -> None:
    for node in body:
        if isinstance(node, ast.Import):
            for one in node.names:
                if one.asname:
                    found.imports[one.asname] = (one.name, None)
                else:
                    found.imports[one.name.split(".")[0]] = (one.name.split(".")[0], None)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for one in node.names:
                if one.name != "*" and module != "__future__":
                    found.imports[one.asname or one.name] = (module, one.name)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.names.pop(node.name, None)
            found.names[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign) or type(node).__name__ == "TypeAlias":
            _assigned(found, node)
        elif isinstance(node, ast.If):
            if "__main__" not in ast.dump(node.test)[:400]:
                _body(found, node.body)
                _missing(found, node.orelse)
        elif isinstance(node, ast.Try):
            _body(found, node.body)
            for handler in node.handlers:
                _missing(found, handler.body)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            pass  # the module's docstring, or one of a constant
        elif isinstance(node, ast.Expr) and ast.unparse(node).endswith((".model_rebuild()", ".update_forward_refs()")):
            pass  # all names are known when the schemas are made
        elif not isinstance(node, _QUIET):
            words = " ".join(ast.unparse(node).split())[:60]
            found.notes.append((f"`{words}` is not run.", node.lineno))


def _missing(found: Declared, body: list[ast.stmt]) -> None:
    """What the other branch declares, where the first did not."""
    other = Declared()
    _body(other, body)
    for name, node in other.names.items():
        if name not in found.imports:
            found.names.setdefault(name, node)
    for name, origin in other.imports.items():
        if name not in found.names:
            found.imports.setdefault(name, origin)
    found.notes += other.notes


def _assigned(found: Declared, node: ast.stmt) -> None:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                found.names.pop(target.id, None)
                found.names[target.id] = node.value
    elif isinstance(node, ast.AnnAssign):
        if isinstance(node.target, ast.Name) and node.value is not None:
            found.names[node.target.id] = node.value
            if "TypeAlias" in ast.dump(node.annotation)[:200]:
                found.aliases.add(node.target.id)
    else:  # `type X = …`, from Python 3.12 on
        name = node.name.id  # type: ignore[attr-defined]
        found.names[name] = node.value  # type: ignore[attr-defined]
        found.parameters[name] = node
