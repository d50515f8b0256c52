"""Compose's commands: one table, so that menu, palette, keys and buttons show the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from playground.panels.compose.samples import SAMPLES
from playground.widgets.commands import CommandRegistry
from playground.widgets.spending import SpendGuard

if TYPE_CHECKING:
    from playground.panels.compose.view import ComposeView
    from playground.panels.contract import PanelContext

GROUP = "Compose"


def add_guard(view: ComposeView, context: PanelContext) -> SpendGuard:
    """What asks before a run that passes the day's budget."""
    guard = SpendGuard("compose", context.bridge, context.store, context.settings, context.commands, GROUP, view)
    guard.passed.connect(view.run)
    return guard


def add_commands(view: ComposeView, commands: CommandRegistry, messages: QWidget) -> None:
    """Register them. Their keys work while the panel has the focus; those that move a message, inside the messages."""

    def add(
        name: str,
        title: str,
        handler: Callable[..., object],
        shortcut: str | None = None,
        icon: str = "",
        keywords: tuple[str, ...] = (),
        scope: QWidget = view,
    ) -> None:
        commands.add(
            f"compose.{name}",
            title,
            handler,
            group=GROUP,
            shortcut=shortcut,
            keywords=keywords,
            icon=icon,
            scope=scope,
        )

    moves, going, models = MessageActions(view), Going(view), ModelActions(view)
    add("run", "Run", view.run, "Ctrl+Return", "play", ("send", "generate"))
    add("stop", "Stop", view.stop, "Esc", "circle-stop", ("cancel",))
    add("wait", "Keep Waiting", view.wait, None, "hourglass", ("stalled", "silent"))
    add("retry", "Try Again", view.run, None, "refresh-cw")
    add("continue", "Continue Conversation", view.continue_conversation, "Ctrl+Shift+Return", "message-square")
    add("new", "New Prompt", view.new_prompt, "Ctrl+N", "square-pen", ("clear",))
    add("restore", "Restore Former Prompt", view.restore_prompt, "Ctrl+Shift+N", "undo-2", ("undo",))
    add("add_message", "Add Message", moves.add_message, None, "plus")
    add("remove_message", "Remove Message", moves.remove_message, None, "trash-2")
    add("move_up", "Move Message Up", moves.move_up, "Alt+Up", "chevron-up", scope=messages)
    add("move_down", "Move Message Down", moves.move_down, "Alt+Down", "chevron-down", scope=messages)
    add("focus_instructions", "Go to Instructions", going.instructions, None, "text-align-start")
    add("focus_messages", "Go to Messages", going.messages, None, "message-square")
    add("focus_output", "Go to Output", going.output, None, "text-align-start")
    add("focus_settings", "Go to Settings", going.settings, None, "sliders-horizontal")
    add("find_setting", "Find a Setting", view.find_setting, "Ctrl+Shift+S", "search", ("filter", "parameter"))
    add("unset_settings", "Unset All Settings", view.unset_settings, None, "undo-2", ("reset", "clear", "parameters"))
    add("forget_refused", "Forget Refused Settings of This Model", models.forget_refused, None, "trash-2", ("marks",))
    add("copy_output", "Copy Output", view.copy_output, "Ctrl+Shift+C", "copy")
    add("use_model", "Choose Model", view.use_model, "Ctrl+L", "cpu")
    add("count_tokens", "Count Tokens on the Server", models.count_tokens, None, "gauge", ("exact", "input", "context"))
    add("reload_models", "Load the List of Models Again", models.reload_models, None, "refresh-cw")
    _add_history(view, add)
    starred = commands.get("compose.history_starred")
    if starred is not None:
        starred.setCheckable(True)
    run = commands.get("compose.run")
    if run is not None:  # Enter of the number block too
        run.setShortcuts([QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")])
        run.setToolTip("Run (Ctrl+Enter)")


class MessageActions(QObject):
    """What the commands do that change the list of messages."""

    def __init__(self, view: ComposeView) -> None:
        super().__init__(view)
        self._view = view
        self._messages = view.prompt.messages

    def add_message(self) -> None:
        self._view.bring_forward()
        self._messages.add(self._messages.next_role())
        self._view.prompt.show_end()

    def remove_message(self) -> None:
        card = self._messages.current
        if card is not None:
            self._messages.remove(card)

    def move_up(self) -> None:
        self._messages.move_current(-1)

    def move_down(self) -> None:
        self._messages.move_current(1)


class ModelActions(QObject):
    """What the commands do that are about the chosen model."""

    def __init__(self, view: ComposeView) -> None:
        super().__init__(view)
        self._view = view

    def forget_refused(self) -> None:
        """Forget which settings the chosen model refused."""
        count = self._view.picker.forget_all()
        self._view.say(f"{count} {'remark was' if count == 1 else 'remarks were'} forgotten.")

    def count_tokens(self) -> None:
        """Have the server count the prompt."""
        self._view.bring_forward()
        self._view.tokens.ask_server()

    def reload_models(self) -> None:
        self._view.picker.load()


class Going(QObject):
    """What the commands do that lead to a part of the panel."""

    def __init__(self, view: ComposeView) -> None:
        super().__init__(view)
        self._view = view

    def instructions(self) -> None:
        self._view.bring_forward()
        self._view.prompt.instructions.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def messages(self) -> None:
        self._view.bring_forward()
        self._view.prompt.show_end()

    def output(self) -> None:
        self._view.bring_forward()
        if self._view.output.view is not None:
            self._view.output.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def settings(self) -> None:
        self._view.bring_forward()
        self._view.settings.go_to_settings()


def _add_history(view: ComposeView, add: Callable[..., None]) -> None:
    history, recordings = view.history, view.recordings
    add("history", "History", history.toggle, "Ctrl+H", "history", ("runs", "former", "search"))
    add("history_close", "Close the History", history.close, None, "x")
    add("history_open", "Open the Selected Run", history.open_selected, None, "corner-down-left", ("reopen",))
    add("history_rename", "Rename Run…", history.rename, "F2", "pencil", ("name",))
    add("history_star", "Star Run", history.star, "Ctrl+D", "star", ("favourite", "mark"))
    add("history_delete", "Delete Runs…", history.ask_delete, "Del", "trash-2", ("remove", "forget"))
    add("history_starred", "Show Starred Runs Only", history.filter_starred, None, "star", ("filter",))
    add("save_recording", "Save as Recording…", recordings.ask_save, "Ctrl+S", "download", ("export", "share"))
    add("open_recording", "Open Recording…", recordings.open_file, "Ctrl+O", "folder", ("import", "play", "demo"))
    add("play_sample", "Play a Recording", recordings.play_sample, None, "play", ("demo", "example"))
    for name, title in SAMPLES:
        play = getattr(recordings, f"play_{name}")
        add(f"play_{name}", f"Play Recording: {title}", play, None, "play", ("demo", "example"))
