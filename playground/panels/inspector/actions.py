"""The panel's own commands; those over chosen rows come with the extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.panels.inspector.pages import PAGES
from playground.panels.inspector.tabs import TABS
from playground.widgets.actions import Opener
from playground.widgets.commands import Command, CommandRegistry

if TYPE_CHECKING:
    from playground.panels.inspector.view import InspectorView

GROUP = "Requests"


def add_commands(view: InspectorView, registry: CommandRegistry) -> dict[str, Command]:
    """All of them, by their names without `inspector.`."""
    rows = (
        ("find", "Find Requests…", view.find, "Ctrl+F", "search"),
        ("focus_list", "Go to the List of Requests", view.go_to_list, None, "list"),
        ("focus_details", "Go to the Details of the Request", view.go_to_details, None, ""),
        ("clear", "Clear the Filter", view.clear_filter, None, "x"),
        ("refresh", "Read the Request Log Again", view.refresh, "F5", "refresh-cw"),
        ("errors", "Only Requests That Failed", view.toggle_errors, None, "circle-alert"),
        ("slow", "Only Requests of More than 5 Seconds", view.toggle_slow, None, "hourglass"),
        ("live", "Follow New Requests", view.toggle_live, "Ctrl+L", "radio"),
        ("filters", "Kept Filters…", view.show_filters, None, "bookmark"),
        ("save_filter", "Keep This Filter…", view.filters.save, "Ctrl+S", "bookmark"),
        ("forget_filter", "Forget This Filter", view.filters.forget_current, None, "x"),
        ("export", "Export or Import Requests…", view.show_export, None, "download"),
        ("columns", "Columns of the Requests…", view.show_columns, None, "columns-3"),
        ("show", "Show a Request in the List", view.show_exchange, None, ""),
    )
    commands = {
        name: registry.add(f"inspector.{name}", title, handler, group=GROUP, shortcut=keys, icon=icon, scope=view)
        for name, title, handler, keys, icon in rows
    }
    pages = [("requests", "Requests"), *((entry.id, entry.title) for entry in PAGES)]
    for page_id, title in pages:
        opener = Opener(view, view.show_page, page_id)
        words = "Show the List of Requests" if page_id == "requests" else f"Show the {title} of the Requests"
        commands[f"page_{page_id}"] = registry.add(
            f"inspector.page_{page_id}", words, opener.open, group=GROUP, shortcut=f"Alt+{title[0]}", scope=view
        )
    for number, entry in enumerate(TABS, 1):
        opener = Opener(view, view.show_tab, entry.id)
        commands[f"tab_{entry.id}"] = registry.add(
            f"inspector.tab_{entry.id}",
            f"Show “{entry.title}” of the Request",
            opener.open,
            group=GROUP,
            shortcut=f"Alt+{number}",
            scope=view,
        )
    commands["live"].setCheckable(True)
    commands["live"].setChecked(True)
    return commands
