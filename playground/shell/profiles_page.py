"""The profiles in the settings: who answers, with which key. Keys are taken in and never shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidgetItem, QMessageBox, QVBoxLayout, QWidget

from playground.core.errors import Problem, ProblemError
from playground.core.profiles import OPENAI_BASE_URL, KeySource, Profile
from playground.core.secrets import KeyProblem, clean_key
from playground.shell import profile_work as work
from playground.shell.pages import NavList, command_button, scrolled_page
from playground.shell.profile_form import LABEL_WIDTH, ProfileForm
from playground.shell.surface import Text
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import HairLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from playground.bridge import Bridge, Operation

FIXED_WORDS = {
    "sandbox": "The sandbox runs on this machine and needs no key. It is always there and cannot be changed.",
    "environment": "This profile is made from OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_ORG_ID and OPENAI_PROJECT_ID. "
    "Change the variables to change it.",
}
NEW_ID = "new"


class ProfilesPage(QWidget):
    """List at the left, the chosen profile's fields at the right."""

    def __init__(
        self, bridge: Bridge, things: work.ProfileWork, commands: CommandRegistry, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("profiles")
        self._bridge, self._work = bridge, things
        self._current: Profile = things.profiles.active
        self._new: Profile | None = None
        self._after_save: Callable[[Any], None] | None = None
        self._operation: Operation[Any] | None = None
        self._presence: Operation[Any] | None = None
        self._keyring: Operation[Any] | None = None
        self._offer_memory = False
        """The keyring does not work: a key can be kept in memory for this run."""
        self.box: QMessageBox | None = None
        self._add_commands(commands)
        self._build()
        self.form.changed.connect(self._edited)
        self.list.currentItemChanged.connect(self._chosen)
        self.key.textChanged.connect(self._edited)
        bridge.listen(things.profiles.changed, self._profiles_changed, self)
        self._fill_list(self._current.id)
        self._ask_keyring()

    # Set-up -----------------------------------------------------------------------------------------------------

    def _add_commands(self, commands: CommandRegistry) -> None:
        rows = (
            ("add", "Add Profile", self.add_profile),
            ("remove", "Remove Profile…", self.ask_remove),
            ("save", "Save Profile", self.save),
            ("revert", "Undo Changes", self.revert),
            ("test", "Test Key", self.test),
            ("save-key", "Save Key", self.save_key),
            ("memory-key", "Keep Key in Memory", self.save_key_in_memory),
            ("remove-key", "Remove Key", self.remove_key),
        )
        self.commands = {
            name: commands.add(f"profiles.{name}", title, slot, group="Profile", scope=self)
            for name, title, slot in rows
        }

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(self._left())
        row.addWidget(HairLine(Qt.Orientation.Vertical))
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(scrolled_page(self._content(), "profiles.form", "The chosen profile"), 1)
        right.addWidget(HairLine(Qt.Orientation.Horizontal))
        right.addLayout(self._foot())
        row.addLayout(right, 1)

    def _left(self) -> QVBoxLayout:
        self.list = NavList("profiles.list", "Profiles")
        self.list.setFixedWidth(176)
        left = QVBoxLayout()
        left.setContentsMargins(12, 12, 12, 12)
        left.setSpacing(8)
        left.addWidget(self.list, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(command_button(self.commands["add"]))
        buttons.addStretch(1)
        left.addLayout(buttons)
        return left

    def _content(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        self._words = Text("", "muted", wrap=True)
        self.form = ProfileForm()
        column.addWidget(self._words)
        column.addWidget(self.form)
        self._add_key(column)
        column.addSpacing(8)
        column.addWidget(self.form.limits)
        column.addStretch(1)
        return content

    def _add_key(self, column: QVBoxLayout) -> None:
        self.key = QLineEdit()
        self.key.setObjectName("profiles.key")
        self.key.setAccessibleName("A new key")
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key_state = Text("", "muted", size=12, wrap=True)
        self.key_state.setObjectName("profiles.key-state")
        self.keyring_state = Text("", "muted", size=12, wrap=True)
        self.keyring_state.setObjectName("profiles.keyring-state")
        self._key_buttons = {
            name: command_button(self.commands[name]) for name in ("save-key", "memory-key", "remove-key")
        }
        typed, keys = QHBoxLayout(), QHBoxLayout()
        for line in (typed, keys):
            line.setSpacing(8)
            line.setContentsMargins(LABEL_WIDTH + 12, 0, 0, 0)
            column.addLayout(line)
        typed.addWidget(self.key, 1)
        typed.addWidget(self._key_buttons["save-key"])
        keys.addWidget(command_button(self.commands["test"]))
        keys.addWidget(self._key_buttons["memory-key"])
        keys.addWidget(self._key_buttons["remove-key"])
        keys.addStretch(1)
        for text in (self.key_state, self.keyring_state):
            text.setContentsMargins(LABEL_WIDTH + 12, 0, 0, 0)
            column.addWidget(text)

    def _foot(self) -> QHBoxLayout:
        self.verdict = Text("", "muted", wrap=True)
        self.verdict.setObjectName("profiles.verdict")
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 8, 20, 12)
        foot.setSpacing(8)
        foot.addWidget(self.verdict, 1)
        foot.addWidget(command_button(self.commands["remove"], "quiet"))
        foot.addWidget(command_button(self.commands["revert"]))
        foot.addWidget(command_button(self.commands["save"], "primary"))
        return foot

    # The list ---------------------------------------------------------------------------------------------------

    def _fill_list(self, chosen_id: str) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        shown = [*self._work.profiles.profiles, *([self._new] if self._new is not None else [])]
        for profile in shown:
            item = QListWidgetItem(profile.name or "New profile")
            item.setData(Qt.ItemDataRole.UserRole, profile.id)
            self.list.addItem(item)
            if profile.id == chosen_id:
                self.list.setCurrentItem(item)
        if self.list.currentItem() is None:
            self.list.setCurrentRow(0)
        self.list.blockSignals(False)
        self._show(self._listed(self.list.currentItem()))

    def _listed(self, item: QListWidgetItem | None) -> Profile:
        profile_id = item.data(Qt.ItemDataRole.UserRole) if item is not None else "sandbox"
        if self._new is not None and profile_id == self._new.id:
            return self._new
        return self._work.profiles.get(profile_id) or self._work.profiles.active

    def _chosen(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        self._show(self._listed(item))

    def _profiles_changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        if self._new is not None and self._work.profiles.get(self._new.id) is not None:
            self._new = None
        if self._dirty() and self._work.profiles.get(self._current.id) is not None and self._operation is None:
            return  # what is being typed is not thrown away
        self._fill_list(self._current.id)

    def show_profile(self, profile_id: str) -> None:
        """Choose a profile in the list."""
        self._fill_list(profile_id)

    def current(self) -> Profile:
        return self._current

    def _show(self, profile: Profile) -> None:
        if profile.id != self._current.id:
            self.key.clear()
            self._say("")
        self._current = profile
        self.form.set_profile(profile)
        self._words.set_text(FIXED_WORDS.get(profile.id, ""))
        self._words.setVisible(not profile.is_stored)
        self._edited()
        self._look_for_key()

    # Buttons' state ---------------------------------------------------------------------------------------------

    def _dirty(self) -> bool:
        if not self._current.is_stored:
            return False
        return self._current is self._new or self.form.profile(self._current) != self._current

    def _edited(self) -> None:
        stored, dirty = self._current.is_stored, self._dirty()
        source = self.form.profile(self._current).key if stored else self._current.key
        takes_key = stored and source in (KeySource.KEYRING, KeySource.MEMORY)
        typed, busy = bool(self.key.text().strip()), self._operation is not None
        self.key.setVisible(takes_key)
        self.key.setPlaceholderText("Paste a key; it is not shown again")
        enable = {
            "save": stored and dirty and not busy,
            "revert": stored and dirty and not busy,
            "remove": stored and not busy,
            "test": not busy,
            "save-key": takes_key and typed and not busy,
            "memory-key": takes_key and typed and not busy and source is KeySource.KEYRING and self._offer_memory,
            "remove-key": takes_key and self._current is not self._new and not busy,
        }
        for name, enabled in enable.items():
            self.commands[name].setEnabled(enabled)
        for name, button in self._key_buttons.items():
            visible = takes_key and (name != "memory-key" or (self._offer_memory and source is KeySource.KEYRING))
            self.commands[name].setVisible(visible)
            button.setVisible(visible)

    def _say(self, words: str, role: str = "muted") -> None:
        self.verdict.set_role(role)
        self.verdict.set_text(words)

    # What the buttons do ----------------------------------------------------------------------------------------

    def add_profile(self, base_url: str = "", key: str = "") -> None:
        """Begin a profile, perhaps with a base URL and a key, which is kept where a button says."""
        if self._new is None:
            self._new = Profile.new("New profile")
        self._fill_list(self._new.id)
        if base_url and base_url.rstrip("/") != OPENAI_BASE_URL:
            self.form.base_url.setText(base_url)
        if key:
            self.key.setText(key)
            self._say("Save Key puts it into the keyring, and saves the profile. Until then it is in this field only.")
        self.form.name.setFocus()
        self.form.name.selectAll()

    def save(self) -> None:
        self._begin(work.SaveProfile(self._work, self.form.profile(self._current)), "Saving a profile", self._saved)

    def save_key(self) -> None:
        self._save_key(memory_only=False)

    def save_key_in_memory(self) -> None:
        self._save_key(memory_only=True)

    def _save_key(self, *, memory_only: bool) -> None:
        try:
            key = clean_key(self.key.text())
        except ValueError as error:
            self._say(str(error), "error")
            return
        profile = self.form.profile(self._current)
        self._begin(work.SaveProfile(self._work, profile, key, memory_only=memory_only), "Saving a key", self._saved)

    def _saved(self, profile: Profile) -> None:
        self.key.clear()
        self._current = profile
        self._new = None
        self._fill_list(profile.id)
        self._say("Saved.", "good")

    def revert(self) -> None:
        if self._current is self._new:
            self._new = None
            self._fill_list(self._work.profiles.active.id)
        else:
            self._show(self._current)

    def test(self) -> None:
        typed = self.key.text().strip()
        self._say("Asking the server…")
        profile = self.form.profile(self._current) if self._current.is_stored else self._current
        self._begin(work.TestKey(self._work, profile, typed), "Testing a key", self._tested)

    def _tested(self, verdict: Any) -> None:
        self._say(verdict.words, "good" if verdict.ok else "error")

    def remove_key(self) -> None:
        self._begin(work.RemoveKey(self._work, self._current), "Removing a key", self._key_removed)

    def _key_removed(self, _nothing: None) -> None:
        self._say("The key was removed.", "good")
        self._look_for_key()

    def ask_remove(self) -> None:
        """Confirm, naming the profile; without a nested event loop."""
        if self._current is self._new:
            self.revert()
            return
        box = QMessageBox(self)
        box.setObjectName("profiles.confirm-remove")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Remove profile")
        box.setText(f"Remove the profile “{self._current.name}” and its key?")
        box.setInformativeText("Requests that were made with it stay in the log.")
        yes = box.addButton(f"Remove “{self._current.name}”", QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(QMessageBox.StandardButton.Cancel)
        for button, name in ((yes, "remove"), (no, "cancel")):
            button.setObjectName(f"profiles.confirm-remove.{name}")
            button.setAccessibleName(button.text())
        box.setDefaultButton(no)
        yes.clicked.connect(self._remove)
        self.box = box
        box.open()

    def _remove(self) -> None:
        self._begin(work.RemoveProfile(self._work, self._current), "Removing a profile", self._removed)

    def _removed(self, _nothing: None) -> None:
        self._fill_list(self._work.profiles.active.id)
        self._say("The profile was removed.", "good")

    # One piece of work at a time --------------------------------------------------------------------------------

    def _begin(self, make: Callable[[], Any], label: str, then: Callable[[Any], None]) -> None:
        self._after_save = then
        self._operation = self._bridge.call(make, label=label, owner=self)
        self._operation.finished.connect(self._ended)
        self._edited()

    def _ended(self) -> None:
        operation, self._operation = self._operation, None
        then, self._after_save = self._after_save, None
        if operation is None:
            return
        error = operation.error
        self._edited()
        if error is None:
            if then is not None:
                then(operation.result)
        elif isinstance(error, ProblemError):
            self._offer_memory = self._offer_memory or isinstance(error, KeyProblem)
            self._edited()
            self._say(error.problem.line(), "error")
        elif isinstance(error, ValueError | OSError):
            self._say(f"It was not saved: {error}", "error")
        else:
            self._say(f"It failed: {error}", "error")
            raise error

    # Key and keyring --------------------------------------------------------------------------------------------

    def _look_for_key(self) -> None:
        profile = self._current
        self._show_keyring()
        if profile is self._new or profile.key in (KeySource.NONE, KeySource.SANDBOX):
            self._presence = None
            self.key_state.hide()
            return
        self.key_state.show()
        self.key_state.set_text("Looking for the key…")
        self._presence = self._bridge.call(work.LookForKey(self._work, profile), label="Looking for a key", owner=self)
        self._presence.finished.connect(self._presence_known)

    def _presence_known(self) -> None:
        operation = self._presence
        if operation is None or not operation.done:
            return
        error = operation.error
        if error is not None:
            problem = (
                error.problem if isinstance(error, ProblemError) else Problem("The key is not known", str(error), "")
            )
            self.key_state.set_role("error")
            self.key_state.set_text(problem.line())
            return
        result = operation.result
        if result is None or result.profile_id != self._current.id:
            return
        self.key_state.set_role("muted")
        saved = "A key is saved. It is not shown; paste another one to replace it."
        self.key_state.set_text(saved if result.present else "No key is saved yet.")

    def _ask_keyring(self) -> None:
        self._keyring = self._bridge.call(work.AskKeyring(self._work), label="Asking the keyring", owner=self)
        self._keyring.finished.connect(self._keyring_known)

    def _keyring_known(self) -> None:
        operation = self._keyring
        if operation is None:
            return
        if operation.error is not None:
            raise operation.error
        status = operation.result
        if status is None:
            return
        if status.ok:
            self.keyring_state.set_text(f"The keyring works ({status.backend}).")
        elif status.problem is not None:
            self._offer_memory = True
            self._edited()
            self.keyring_state.set_role("warning")
            self.keyring_state.set_text(status.problem.line())
        self._show_keyring()

    def _show_keyring(self) -> None:
        """How the keyring is matters to a profile that can have a key there."""
        self.keyring_state.setVisible(self._current.is_stored)
