"""The left column's tree over the document of the workshop: edits go to the source's one history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from playground.widgets.schema import SchemaTree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playground.core.schemas import Finding
    from playground.panels.schemas.source import SourceTab
    from playground.panels.schemas.workshop import Workshop
    from playground.widgets.commands import CommandRegistry

SHORT: Mapping[str, str] = {
    "all-required": "not in required",
    "closed-objects": "not closed",
    "missing-type": "no type",
    "missing-items": "no items",
    "required-known": "required, but no property",
    "unknown-type": "unknown type",
    "keyword-refused": "refused keyword",
    "keyword-ignored": "keyword without effect",
    "keyword-unlisted": "keyword in no list",
    "keyword-unknown": "unknown keyword",
    "keyword-misplaced": "misplaced keyword",
    "root-object": "no object",
    "root-anyof": "anyOf at the root",
    "all-of": "allOf",
    "one-of": "oneOf",
    "default": "has a default",
    "nullable": "nullable",
    "ref-missing": "$ref leads nowhere",
    "ref-remote": "$ref to elsewhere",
    "ref-siblings": "$ref with siblings",
    "ref-loop": "$ref in a circle",
    "duplicate-key": "there twice",
    "pattern-invalid": "broken pattern",
    "enum-empty": "empty enum",
    "enum-duplicate": "value twice",
    "enum-type": "enum of another type",
    "malformed": "wrong value",
}
"""What a row has room for. Of other rules the row says “error” or “look here”; the findings say the rest."""
_ROLES = {"error": "error", "warning": "warning", "note": "muted"}
_RANK = {"error": 0, "warning": 1, "note": 2}


class Treeing(QObject):
    """Keeps tree and workshop in step. In a `text.format` or a function tool the tree shows the schema inside."""

    def __init__(
        self, workshop: Workshop, source: SourceTab, registry: CommandRegistry, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workshop, self._source = workshop, source
        self._base = ""
        self._afresh = True
        self._wanted: str | None = None
        self.tree = SchemaTree("schemas.tree", registry)
        self.tree.why_not = workshop.why_not_edit
        self.tree.changed.connect(self._edited)
        self.tree.chosen.connect(self._chosen)
        self.tree.undo_wanted.connect(source.edit.undo)
        self.tree.redo_wanted.connect(source.edit.redo)
        workshop.changed.connect(self._show)
        workshop.checked.connect(self._checked)
        workshop.renamed.connect(self._renamed)
        workshop.place_wanted.connect(self._go_to)
        source.cursor_at.connect(self._go_to)

    def expect_another(self) -> None:
        """The next value is another document's: the tree opens and closes as for one that it never saw."""
        self._afresh = True
        self._workshop.expect_another()

    def _show(self) -> None:
        from playground.core.schemas import schema_base
        from playground.core.schemas.pointers import at

        value = self._workshop.value()
        self._base = schema_base(value)
        self.tree.set_title(self._workshop.name)
        self.tree.set_value(at(value, self._base))
        if self._afresh:
            self._afresh = value is None  # it is seen first when it can be read
            self.tree.open_first()

    def _edited(self, schema: Any, _words: str) -> None:
        from playground.core.schemas.edit_base import with_at

        self._workshop.replace(with_at(self._workshop.value(), self._base, schema) if self._base else schema)

    def _chosen(self, pointer: str) -> None:
        self._wanted = self._base + pointer
        if self._workshop.is_current:
            self._show_wanted()

    def _show_wanted(self) -> None:
        """In the source; after an edit only once its places are known."""
        if self._wanted is not None:
            pointer, self._wanted = self._wanted, None
            self._source.go_to(pointer)

    def _go_to(self, pointer: str) -> None:
        if pointer.startswith(self._base):
            self.tree.go_to(pointer[len(self._base) :])

    def _renamed(self) -> None:
        self.tree.set_title(self._workshop.name)

    def _checked(self) -> None:
        if self._workshop.is_current:
            self._show_wanted()
        report = self._workshop.report
        said: dict[str, Finding] = {}
        for finding in report.findings if report is not None else ():
            pointer = finding.node or finding.pointer
            if not pointer.startswith(self._base):
                continue
            pointer = pointer[len(self._base) :]
            if pointer not in said or _RANK[finding.severity] < _RANK[said[pointer].severity]:
                said[pointer] = finding
        self.tree.set_findings({pointer: (_ROLES[one.severity], _short(one)) for pointer, one in said.items()})


def _short(finding: Finding) -> str:
    return SHORT.get(finding.rule, "error" if finding.severity == "error" else "look here")
