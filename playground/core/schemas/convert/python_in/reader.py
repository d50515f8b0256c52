"""A Python text as schemas: which names it declares, each made when it is first asked for."""

from __future__ import annotations

import ast
import functools
import re
import sys
import textwrap
import types
import typing
from typing import Any

import typing_extensions

from playground.core.schemas.convert.python_in import classes, comments, functions, making
from playground.core.schemas.convert.python_in.expressions import Expressions
from playground.core.schemas.convert.python_in.known import Module, Told, bare, modules
from playground.core.schemas.convert.python_in.refusal import Circular, Unreadable, said
from playground.core.schemas.convert.python_in.statements import Declared, gather

PASTED = "pasted"
"""The module that the rebuilt types say they are of: Pydantic looks their names up there."""
MAX_NOTES = 40
MAX_SCHEMAS = 300
"""Classes and functions that get a schema of their own."""
_ENDLESS = "it holds itself without end, or is nested too deeply."
_ROUTINES = (ast.FunctionDef, ast.AsyncFunctionDef)


def read(text: str, what: str) -> dict[str, Any]:
    """What `Imported` holds, as JSON; or `error` and `line`. `what`: "python", or "signature" for functions alone."""
    try:
        tree, parsed = _parsed(text, what)
    except SyntaxError as error:
        return {"error": _syntax(error), "line": error.lineno or 0}
    except ValueError as error:
        return {"error": f"It cannot be read: {error}."}
    return Reader(gather(tree), comments.read(parsed), "use_attribute_docstrings" in text).answer(what)


def _parsed(text: str, what: str) -> tuple[ast.Module, str]:
    """The tree, and the text that it is of."""
    text = textwrap.dedent(text.removeprefix("\ufeff"))
    bare = _bare(text)
    tries = [text, bare]
    if what == "signature":  # a signature alone, with its colon or without
        tries += [bare.rstrip() + end for end in (":\n    pass", "\n    pass")]
    errors: dict[str, SyntaxError] = {}
    for one in tries:
        try:
            return ast.parse(one), one
        except SyntaxError as error:
            errors[one] = error
    raise errors[bare]


def _bare(text: str) -> str:
    """The text without what a chat, a notebook or a session puts around it; each line stays in its place."""
    lines = text.splitlines()
    if any(line.startswith(">>> ") for line in lines):
        lines = [line[4:] if line.startswith((">>> ", "... ")) else "" for line in lines]
    fences = [place for place, line in enumerate(lines) if line.lstrip().startswith("```")]
    if fences:
        inside = [False] * len(lines)
        for start, end in zip(fences[::2], [*fences[1::2], len(lines)], strict=False):
            inside[start + 1 : end] = [True] * (end - start - 1)
        lines = [line if kept else "" for line, kept in zip(lines, inside, strict=True)]
    return "\n".join("" if re.match(r"\s*[%!]\w", line) else line for line in lines)


def _syntax(error: SyntaxError) -> str:
    word = error.msg or "it cannot be read"
    if sys.version_info < (3, 12) and re.match(r"\s*(class|def|type) \w+\[|\s*type \w+ =", error.text or ""):
        word += "; type parameters in brackets are read with Python 3.12 or later"
    line = " ".join((error.text or "").split())[:80]
    return f"This is no Python: {word}{f', in “{line}”' if line else ''}."


class Reader:
    """The names of one text."""

    def __init__(self, declared: Declared, beside: dict[int, tuple[bool, str]], documented: bool) -> None:
        self.declared = declared
        self.comments = beside
        self.documented = documented
        """Whether Pydantic itself reads the texts under fields somewhere."""
        self.expressions = Expressions(self)
        self.notes: dict[tuple[str, int], None] = {}
        self._made: dict[str, Any] = {}
        self._failed: dict[str, str] = {}
        self._making: list[str] = []
        self._scopes: list[dict[str, Any]] = []
        self._inner: dict[int, dict[str, Any]] = {}
        self.module = sys.modules[PASTED] = types.ModuleType(PASTED)
        for words, line in declared.notes:
            self.note(words, line)

    def note(self, words: str, line: int = 0) -> None:
        """Say something beside the result, once."""
        self.notes.setdefault((words, line))

    def quietly(self, words: str) -> Any:
        """The type that some words are, if all of it is known; else None, and nothing is said."""
        notes = dict(self.notes)
        try:
            made = self.expressions.type_of(ast.parse(words, mode="eval").body)
        except (SyntaxError, ValueError):
            return None
        if self.notes != notes:
            self.notes = notes
            return None
        return made

    # Names

    def resolve(self, name: str, node: ast.AST) -> Any:
        """What a name means. Raises Unreadable."""
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        if name in self.declared.names:
            return self._declared(name, node)
        if name in self.declared.imports:
            return self._imported(name, node)
        if name in bare():
            return bare()[name]
        raise Unreadable(f"“{name[:80]}” is not declared in the text.", node)

    def dated(self, name: str) -> Module | None:
        """The module `datetime` and the like, where a name alone means the class in it."""
        if name in self.declared.names or name in self.declared.imports:
            return None
        return modules()[name] if name in ("datetime", "uuid", "decimal") else None

    def _imported(self, name: str, node: ast.AST) -> Any:
        module, attribute = self.declared.imports[name]
        known = modules().get(module)
        if attribute is None:
            if known is None:
                raise Unreadable(f"“{name}” is a module that is not known here.", node)
            return known
        if known is not None and attribute in known.names:
            return known.names[attribute]
        if f"{module}.{attribute}" in modules():
            return modules()[f"{module}.{attribute}"]
        if attribute in bare() and known is None:
            self.note(
                f"“{attribute}” of “{module}” is taken for the one that is known by this name.",
                getattr(node, "lineno", 0),
            )
            return bare()[attribute]
        raise Unreadable(f"“{attribute}” comes from “{module}”, which is not read: paste its declaration too.", node)

    def _declared(self, name: str, node: ast.AST) -> Any:
        if name in self._made:
            return self._made[name]
        if name in self._failed:
            raise Unreadable(f"“{name}” could not be read: {self._failed[name]}", node)
        if name in self._making:
            return typing.ForwardRef(name)
        try:
            return self._make(name)
        except Circular as error:
            if self._making:  # by a class that it inherits from, which names it in a field
                return typing.ForwardRef(name)
            self._failed[name] = str(error)
            raise

    def _make(self, name: str) -> Any:
        node = self.declared.names[name]
        self._making.append(name)
        scopes, self._scopes = self._scopes, []
        try:
            if isinstance(node, ast.ClassDef):
                made = classes.build(self, node)
            elif isinstance(node, _ROUTINES):
                raise Unreadable(f"“{name}” is a function, which is not called.", node)
            elif self.declared.is_alias_type(name) and not isinstance(node, ast.Call):
                made = self.alias_type(name, node)
            elif name in self.declared.aliases:
                made = self.expressions.type_of(node)
            else:
                made = self.expressions.value_of(node)
        except (Circular, MemoryError, RecursionError):
            raise
        except Exception as error:
            self._failed.setdefault(name, str(error) if isinstance(error, Unreadable) else f"{said(error)}.")
            self.put(name, typing.Any)  # what refers to it takes anything there
            raise error if isinstance(error, Unreadable) else Unreadable(self._failed[name], node) from None
        finally:
            self._scopes = scopes
            self._making.pop()
        if isinstance(made, typing.ForwardRef):
            self._failed[name] = f"“{name}” is made of itself."
            raise Unreadable(self._failed[name], node)
        self.put(name, made)
        self._made[name] = made
        return made

    def put(self, name: str, made: Any) -> None:
        """Let Pydantic find a type by its name."""
        setattr(self.module, name, made)

    def itself(self) -> Any:
        """What `Self` means."""
        name = next(
            (name for name in reversed(self._making) if isinstance(self.declared.names[name], ast.ClassDef)), ""
        )
        return typing.ForwardRef(name) if name else Any

    def enter(self, scope: dict[str, Any]) -> None:
        """Names within a class come first."""
        self._scopes.append(scope)

    def leave(self) -> None:
        self._scopes.pop()

    def keep_inner(self, owner: Any, scope: dict[str, Any]) -> None:
        """What a class declares within itself."""
        self._inner[id(owner)] = {name: value for name, value in scope.items() if isinstance(value, type)}

    def within(self, owner: Any, name: str) -> Any:
        """A class that is declared within another; None: none."""
        return self._inner.get(id(owner), {}).get(name)

    def alias_type(self, name: str, node: ast.expr) -> Any:
        """A named alias, which may use itself."""
        scope: dict[str, Any] = {}
        its = (
            self.expressions.parameters(self.declared.parameters[name], scope)
            if name in self.declared.parameters
            else []
        )
        self.enter(scope)
        try:
            return typing_extensions.TypeAliasType(name, self.expressions.type_of(node), type_params=tuple(its))
        finally:
            self.leave()

    def functional(self, function: Any, name: str, fields: ast.expr, named: dict[str, ast.expr], node: ast.Call) -> Any:
        """`TypedDict("A", {...})` and `NamedTuple("A", [...])`."""
        return classes.functional(self, function, name, fields, named, node)

    # All of it

    def answer(self, what: str) -> dict[str, Any]:
        """Every class and function as a schema; see `read`."""
        schemas: dict[str, Any] = {}
        made_of: list[str] = []
        others: list[str] = []
        routines: list[str] = []
        kinds = {name: self._kind(name, node) for name, node in self.declared.names.items()} if what == "python" else {}
        for name, node in self.declared.names.items():
            if len(schemas) >= MAX_SCHEMAS:
                self.note(f"Only the first {MAX_SCHEMAS} classes and functions are read.", node.lineno)
                break
            if isinstance(node, _ROUTINES):
                if functions.is_meant(node, what):
                    self._try(schemas, routines, name, functools.partial(functions.schema_of, self, node), node)
            elif what == "python":
                kind = kinds[name]
                if kind is not None:
                    make = functools.partial(self._schema, name)
                    self._try(schemas, made_of if kind else others, name, make, node)
        if what == "signature" and not routines:
            self._methods(schemas, routines)
        if what == "signature":
            schemas = {name: schema for name, schema in schemas.items() if name in routines}
        kept = schemas
        if made_of or routines:
            kept = {name: schema for name, schema in schemas.items() if name not in others}
        taking = [name for name in routines if name in kept and kept[name].get("properties")]
        main = self._main(made_of or taking or routines or others) if kept else ""
        notes = [[words, line] for words, line in sorted(self.notes, key=lambda one: one[1])]
        if len(notes) > MAX_NOTES:
            notes = [*notes[:MAX_NOTES], [f"And {len(notes) - MAX_NOTES} more remarks of this sort.", 0]]
        return {"schemas": kept, "notes": notes, "main": main, "functions": [one for one in routines if one in kept]}

    def _methods(self, schemas: dict[str, Any], routines: list[str]) -> None:
        """Where no function stands alone, those of the classes are meant."""
        for owner in [node for node in self.declared.names.values() if isinstance(node, ast.ClassDef)]:
            for name, method in functions.methods(owner).items():
                self._try(schemas, routines, name, functools.partial(functions.schema_of, self, method), method)

    def _schema(self, name: str) -> dict[str, Any]:
        return making.schema_of(self, self._made[name], name)

    def _kind(self, name: str, node: ast.AST) -> bool | None:
        """Whether a name is a class of fields (True), an enum or plain alias (False), or nothing that has a schema."""
        if isinstance(node, _ROUTINES):
            return None
        try:
            made = self._declared(name, node)
        except RecursionError:
            self.note(f"“{name}” is left out: {_ENDLESS}", getattr(node, "lineno", 0))
            return None
        except Unreadable as error:
            if isinstance(node, ast.ClassDef):
                self.note(f"“{name}” is left out: {error}", error.line or getattr(node, "lineno", 0))
            return None
        if isinstance(node, ast.ClassDef):
            return None if isinstance(made, Told) else not classes.is_enum(made)
        if isinstance(
            made, str | int | float | list | dict | set | tuple | bytes | Module | Told | typing.TypeVar | None
        ):
            return None
        if isinstance(made, type):
            return not classes.is_enum(made) if getattr(made, "__module__", "") == PASTED else None
        return bool(self.declared.uses(name)) if typing.get_origin(made) or hasattr(made, "__value__") else None

    def _try(self, schemas: dict[str, Any], names: list[str], name: str, make: Any, node: ast.AST) -> None:
        try:
            schemas[name] = make()
        except MemoryError:
            raise
        except RecursionError:
            self.note(f"“{name}” is left out: {_ENDLESS}", getattr(node, "lineno", 0))
        except Exception as error:
            line = getattr(node, "lineno", 0)
            self.note(f"“{name}” is left out: {said(error)}.", line)
        else:
            names.append(name)

    def _main(self, names: list[str]) -> str:
        """The last one that no other of them uses."""
        types = [name for name, node in self.declared.names.items() if not isinstance(node, _ROUTINES)]
        used = {one for name in types for one in self.declared.uses(name) if one != name}
        free = [name for name in names if name not in used]
        return (free or names)[-1]
