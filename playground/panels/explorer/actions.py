"""The explorer's commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.widgets.commands import Command, CommandRegistry

if TYPE_CHECKING:
    from playground.panels.explorer.view import ExplorerView

GROUP = "Explorer"


def add_commands(view: ExplorerView, registry: CommandRegistry) -> dict[str, Command]:
    """All of them, by their names without `explorer.`."""
    rows = (
        ("send", "Send", view.calling.send, "Ctrl+Return", "play"),
        ("retry", "Try Again", view.calling.send, None, "refresh-cw"),
        ("stop", "Stop the Call", view.calling.stop, "Esc", "square"),
        ("connect", "Connect", view.calling.send, None, "plug"),
        ("disconnect", "Disconnect", view.calling.stop, None, "x"),
        ("search", "Search the Methods", view.go_to_search, "Ctrl+F", "search"),
        ("favourite", "Add to Favourites", view.toggle_favourite, "Ctrl+D", "star"),
        ("successor", "Open What Replaces It", view.open_successor, None, "arrow-right"),
        ("minimal", "Fill In the Least It Takes", view.fill_minimal, None, "zap"),
        ("unset", "Unset All Arguments", view.unset_all, None, "eraser"),
        ("restore", "Restore the Arguments That Were Unset", view.restore, None, "undo-2"),
        ("stream", "Stream the Answer", view.toggle_stream, None, "radio"),
        ("tab_request", "Show the Request", view.show_request, "Alt+1", ""),
        ("tab_preview", "Show What Would Be Sent", view.show_preview, "Alt+2", ""),
        ("show_form", "Show the Form Alone", view.show_form, "Alt+3", ""),
        ("show_both", "Show Form and JSON", view.show_both, "Alt+4", ""),
        ("show_json", "Show the JSON Alone", view.show_json, "Alt+5", "braces"),
        ("focus_request", "Go to the Form", view.focus_request, None, ""),
        ("focus_answer", "Go to the Answer", view.focus_answer, None, ""),
        ("copy_preview", "Copy What Would Be Sent", view.copy_preview, None, "copy"),
        ("copy_http", "Copy as HTTP", view.page_copies.http, None, "copy"),
        ("copy_python", "Copy as Python", view.page_copies.python, None, "copy"),
        ("copy_curl", "Copy as cURL", view.page_copies.curl, None, "copy"),
        ("copy_javascript", "Copy as JavaScript", view.page_copies.javascript, None, "copy"),
        ("confirm", "Send It All the Same", view.calling.confirm, None, "check"),
        ("save_request", "Save the Request", view.saved.save, "Ctrl+S", "save"),
        ("save_as", "Save the Request as Another", view.saved.save_as, "Ctrl+Shift+S", ""),
        ("rename_saved", "Rename the Saved Request…", view.saved.rename, None, "pencil"),
        ("delete_saved", "Delete the Saved Request…", view.saved.delete, None, "trash-2"),
        ("choose_folder", "Choose the Folder of Saved Requests…", view.saved.choose_folder, None, "folder"),
        ("refresh_saved", "Read the Saved Requests Again", view.saved.refresh, None, "refresh-cw"),
        ("agree", "Save", view.saved.agree, None, "check"),
        ("put_away", "Cancel", view.saved.put_away, None, "x"),
        ("open_in_compose", "Open in Compose", view.passing.open_in_compose, None, "square-pen"),
        ("open_exchange", "Open a Logged Request", view.passing.open_exchange, None, "text-align-start"),
        (
            "import",
            "Import cURL or HAR from the Clipboard",
            view.passing.open_text,
            "Ctrl+Shift+V",
            "download",
        ),
        ("keep_key", "Keep the Key…", view.passing.keep_key, None, "key-round"),
        ("forget_key", "Put the Note Away", view.passing.forget_key, None, "x"),
        ("refrain", "Do Not Send", view.calling.refrain, None, "x"),
    )
    commands = {
        name: registry.add(f"explorer.{name}", title, handler, group=GROUP, shortcut=keys, icon=icon, scope=view)
        for name, title, handler, keys, icon in rows
    }
    for name in ("confirm", "refrain", "keep_key", "forget_key", "agree", "put_away"):
        commands[name].setEnabled(False)
    commands["stream"].setCheckable(True)
    commands["favourite"].setCheckable(True)
    registry.add("explorer.open", "Open a Method…", view.open_from_elsewhere, group=GROUP, icon="compass", scope=view)
    return commands
