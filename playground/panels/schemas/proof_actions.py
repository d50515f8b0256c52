"""The commands of the right column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from playground.panels.schemas.proof import ProofColumn
    from playground.widgets.commands import Command, CommandRegistry

GROUP = "Schemas"


def add_proof_commands(column: ProofColumn, registry: CommandRegistry, scope: QWidget) -> dict[str, Command]:
    """All of them, by their names without `schemas.proof_`. `scope`: where the keys work."""
    rows = (
        ("run", "Prove the Schema", column.run, "Ctrl+Return", "play", ("run", "test")),
        ("stop", "Stop the Proof", column.stop, "Ctrl+.", "square", ("cancel",)),
        ("failed", "Prove It on the Inputs That Failed", column.run_failed, "Ctrl+Shift+Return", "", ("regression",)),
        ("tab", "Show the Proof of the Schema", column.show_proof, "Alt+P", "", ()),
        ("inputs_tab", "Show the Inputs of the Proof", column.show_inputs, "Alt+I", "", ()),
        ("options", "Choose What the Proof Runs", column.toggle_options, None, "sliders-horizontal", ("model",)),
        ("open", "Show the Request of This Run", column.open_request, None, "text-align-start", ()),
        ("copy", "Copy the Output of This Run", column.copy_output, None, "copy", ()),
        ("add", "Write an Input", column.add_input, None, "plus", ()),
        ("remove", "Remove the Input", column.remove_input, None, "trash-2", ("delete",)),
        ("import", "Import Inputs…", column.bring.ask, None, "download", ("csv", "jsonl")),
        ("export", "Export the Inputs…", column.bring.ask_where, None, "upload", ("jsonl",)),
        ("history", "Take Inputs From the Last Runs in Compose", column.bring.history, None, "", ()),
        ("stored", "Check Past Outputs Against the Schema…", column.check_stored, None, "history", ("break",)),
        ("keep", "Keep the Input as Failed, or No Longer", column.toggle_failed, None, "pin", ("regression",)),
    )
    commands = {
        name: registry.add(
            f"schemas.proof_{name}", title, handler, group=GROUP, shortcut=keys, icon=icon, keywords=words, scope=scope
        )
        for name, title, handler, keys, icon, words in rows
    }
    commands["options"].setCheckable(True)
    commands["stop"].setEnabled(False)
    return commands
