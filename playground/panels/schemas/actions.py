"""The panel's commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.core.schemas.convert import KINDS, SOURCES
from playground.widgets.actions import Opener

if TYPE_CHECKING:
    from playground.panels.schemas.view import SchemasView
    from playground.widgets.commands import Command, CommandRegistry

GROUP = "Schemas"
TABS = (
    ("source", "Source"),
    ("example", "Example"),
    ("code", "Code"),
    ("versions", "Versions"),
    ("bench", "Bench"),
)


def add_commands(view: SchemasView, registry: CommandRegistry) -> dict[str, Command]:
    """All of them, by their names without `schemas.`."""
    rows = (
        ("fix_all", "Fix All That Can Be Fixed", view.fixing.fix_all, "Ctrl+Shift+F", "wrench"),
        ("preview_fixes", "Show What Fixing All Would Change", view.fixing.preview_all, None, "git-compare"),
        ("format", "Lay the Schema Out Anew", view.format, "Ctrl+Shift+I", "text-align-start"),
        ("undo", "Undo in the Schema", view.undo, None, "undo-2"),
        ("redo", "Redo in the Schema", view.redo, None, ""),
        ("from", "From…", view.show_sources, None, "download"),
        ("to", "To…", view.show_kinds, None, "code"),
        ("fold", "Fold or Open Here", view.fold, "Ctrl+Shift+[", ""),
        ("fold_all", "Fold All", view.fold_all, None, ""),
        ("unfold_all", "Open All Folds", view.unfold_all, None, ""),
        ("another", "Another Example", view.another_example, None, "refresh-cw"),
        ("copy_code", "Copy the Schema as Code", view.copy_code, None, "copy"),
        ("copy", "Copy the Schema", view.copy, None, "copy"),
        ("focus_tree", "Go to the Tree of the Schema", view.focus_tree, "Alt+T", ""),
        ("focus_findings", "Go to the Findings", view.focus_findings, "Alt+F", ""),
        ("next_finding", "Go to the Next Finding", view.next_finding, "F8", "chevron-down"),
    )
    commands = {
        name: registry.add(f"schemas.{name}", title, handler, group=GROUP, shortcut=keys, icon=icon, scope=view)
        for name, title, handler, keys, icon in rows
    }
    for number, (tab_id, title) in enumerate(TABS, 1):
        opener = Opener(view, view.show_tab, tab_id)
        commands[f"tab_{tab_id}"] = registry.add(
            f"schemas.tab_{tab_id}", f"Show the {title} of the Schema", opener.open, group=GROUP,
            shortcut=f"Alt+{number}", scope=view,
        )  # fmt: skip
    for kind, title in (*SOURCES, ("words", "a Description")):
        opener = Opener(view, view.bring, kind)
        registry.add(f"schemas.from_{kind}", f"A Schema from {title}…", opener.open, group=GROUP, icon="download",
                     scope=view)  # fmt: skip
    for kind, title in KINDS:
        opener = Opener(view, view.show_as, kind)
        name = kind.replace(".", "_")
        registry.add(f"schemas.to_{name}", f"The Schema as {title}", opener.open, group=GROUP, icon="code", scope=view)
    registry.add("schemas.open_value", "Open a Schema Here", view.open_value, group=GROUP, icon="braces", scope=view)
    return commands
