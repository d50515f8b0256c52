"""What can be done with a row of a schema: for keys, the context menu and the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from playground.core.schemas.outline import (
    ADD,
    DEFINITION,
    GROUP,
    OPTION,
    OTHER,
    PROPERTY,
    ROOT,
    Node,
    holder_of,
    inside,
)
from playground.widgets.commands import Command, CommandRegistry
from playground.widgets.icons import icon
from playground.widgets.schema.rows import NAMED

if TYPE_CHECKING:
    from playground.widgets.schema.tree import SchemaTree

_MENU = (
    "edit", "rename", "", "add", "add-inside", "duplicate", "remove", "", "up", "down", "", "required", "nullable", "",
    "define", "inline", "follow", "add-option", "", "expand-all", "collapse-all",
)  # fmt: skip


class SchemaCommands:
    """Their keys work while the rows have the focus; they go away with them."""

    def __init__(self, tree: SchemaTree, name: str, registry: CommandRegistry, group: str) -> None:
        self._all: dict[str, Command] = {}

        def add(id_: str, title: str, handler: object, icon_name: str = "", shortcut: str | None = None) -> None:
            self._all[id_] = registry.add(
                f"{name}.{id_}", title, handler, group=group, icon=icon_name, shortcut=shortcut, scope=tree.rows,  # type: ignore[arg-type]
                keywords=("schema", "property"), enabled=False,
            )  # fmt: skip

        add("edit", "Edit Property…", tree.toggle_sheet, "sliders-horizontal", "Space")
        add("rename", "Rename Property", tree.rename, "pencil", "F2")
        add("add", "Add Property Below", tree.add, "plus", "Ins")
        add("add-inside", "Add Property Inside", tree.add_inside, "plus", "Ctrl+Ins")
        add("duplicate", "Duplicate Property", tree.duplicate, "copy", "Ctrl+D")
        add("remove", "Remove Property", tree.remove, "trash-2", "Del")
        add("up", "Move Property Up", tree.move_up, "chevron-up", "Alt+Up")
        add("down", "Move Property Down", tree.move_down, "chevron-down", "Alt+Down")
        add("required", "Property Required or Optional", tree.toggle_required, "check")
        add("nullable", "Property May Be Null or Not", tree.toggle_nullable)
        add("define", "Make a Definition of It", tree.make_definition, "box")
        add("inline", "Inline the Definition", tree.inline)
        add("follow", "Go to Definition", tree.follow, "arrow-right", "F12")
        add("add-option", "Add an Option", tree.add_option, "plus")
        add("add-definition", "Add Definition", tree.add_definition, "plus")
        add("undo", "Undo in the Schema", tree.undo, "undo-2", "Ctrl+Z")
        add("redo", "Redo in the Schema", tree.redo, "", "Ctrl+Shift+Z")
        add("expand-all", "Open All Properties", tree.open_all, "maximize-2")
        add("collapse-all", "Close All Properties", tree.close_all, "minus")

    def __getitem__(self, id_: str) -> Command:
        return self._all[id_]

    def enable(self, node: Node | None, *, known: bool) -> None:
        """Only what can be done with the current row; `known`: whether there is a schema."""
        kind = node.kind if node is not None else ""
        schema = node.schema if node is not None and isinstance(node.schema, dict) else None
        member = kind not in ("", ADD, GROUP, ROOT)
        inner = inside(schema, "")[0] if schema is not None and node is not None and member else {}
        can = {
            "edit": kind not in ("", ADD, GROUP) and schema is not None,
            "rename": kind in NAMED,
            "add": kind in (PROPERTY, ROOT, ADD, DEFINITION),
            "add-inside": node is not None and holder_of(node) is not None,
            "duplicate": kind in (*NAMED, OPTION),
            "remove": kind in (*NAMED, OPTION, OTHER),
            "up": kind in (*NAMED, OPTION),
            "down": kind in (*NAMED, OPTION),
            "required": kind == PROPERTY,
            "nullable": member and schema is not None,
            "define": member and kind != DEFINITION and schema is not None and "$ref" not in schema,
            "inline": "$ref" in inner,
            "follow": "$ref" in inner,
            "add-option": "anyOf" in inner or "oneOf" in inner,
        }
        for id_, command in self._all.items():
            command.setEnabled(can.get(id_, known))

    def fill(self, menu: QMenu) -> None:
        """A context menu: what can be done with the row."""
        for id_ in _MENU:
            if not id_:
                menu.addSeparator()
            elif self._all[id_].isEnabled():
                command = self._all[id_]
                if command.icon_name:
                    command.setIcon(icon(command.icon_name))
                menu.addAction(command)
