"""The commands of a JSON view: for its buttons, its menus, its keys, and the palette while it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from playground.widgets.commands import CommandRegistry
from playground.widgets.icons import icon

if TYPE_CHECKING:
    from playground.widgets.json.view import JsonView


class JsonCommands:
    """Registered when the view is made; they go away with it."""

    def __init__(self, view: JsonView, name: str, registry: CommandRegistry, group: str) -> None:
        def add(id_: str, title: str, handler: object, icon_name: str, shortcut: str | None = None):
            return registry.add(
                f"{name}.{id_}",
                title,
                handler,  # type: ignore[arg-type]
                group=group,
                icon=icon_name,
                shortcut=shortcut,
                scope=view,
                enabled=False,
            )

        self.copy_value = add("copy-value", "Copy Value", view.copy_value, "copy", "Ctrl+C")
        self.copy_json = add("copy-json", "Copy as JSON", view.copy_json, "braces")
        self.copy_path = add("copy-path", "Copy Path", view.copy_path, "link", "Ctrl+Shift+C")
        self.copy_pointer = add("copy-pointer", "Copy JSON Pointer", view.copy_pointer, "link")
        self.copy_all = add("copy-all", "Copy Whole JSON", view.copy_all, "copy")
        self.show_full = add("show-full", "Show Full Text", view.show_full, "text-align-start")
        self.expand = add("expand-all", "Expand All", view.expand_all, "maximize-2")
        self.collapse = add("collapse-all", "Collapse All", view.collapse_all, "minus")
        self.find = add("find", "Find in JSON", view.show_find, "search", "Ctrl+F")
        self.following = add("find-next", "Find Next", view.find_next, "chevron-down", "F3")
        self.previous = add("find-previous", "Find Previous", view.find_previous, "chevron-up", "Shift+F3")
        self.close_find = add("find-close", "Close Find", view.close_find, "x")

    def enable(self, *, shown: bool, document: bool, tree: bool, hits: bool) -> None:
        """Only what can be done here and now."""
        any_ = shown and document
        for command in (self.copy_json, self.copy_path, self.copy_pointer, self.show_full, self.expand, self.collapse):
            command.setEnabled(any_ and tree)
        for command in (self.copy_value, self.copy_all, self.find):
            command.setEnabled(any_)
        for command in (self.following, self.previous):
            command.setEnabled(any_ and hits)
        self.close_find.setEnabled(shown)

    def fill(self, menu: QMenu, *, tree: bool) -> None:
        """A context menu."""
        copies = [self.copy_value, self.copy_json, self.copy_path, self.copy_pointer] if tree else [self.copy_value]
        for command in [*copies, self.copy_all]:
            command.setIcon(icon(command.icon_name))
            menu.addAction(command)
        menu.addSeparator()
        for command in [self.show_full, self.expand, self.collapse] if tree else []:
            menu.addAction(command)
        menu.addAction(self.find)
