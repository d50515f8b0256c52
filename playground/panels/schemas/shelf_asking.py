"""The library's commands, and what they ask first: a name, whether to delete, what to do when two hands wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from playground.core.schemas.library import ChangedElsewhere, LibraryProblem, check_name
from playground.panels.schemas.head import clean_name
from playground.panels.schemas.shelf_bar import ShelfBar
from playground.panels.schemas.shelf_work import Doing, Renaming, Saving

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

    from playground.core.errors import Problem
    from playground.core.schemas.library import Stored
    from playground.panels.schemas.library_rows import Row
    from playground.panels.schemas.shelf import Shelf
    from playground.panels.schemas.shelving import Shelving
    from playground.panels.schemas.view import SchemasView
    from playground.widgets.commands import Command, CommandRegistry

GROUP = "Schemas"


class Asking(QObject):
    """Adds the commands; `bar` is where it asks."""

    def __init__(self, view: SchemasView, home: Shelving, registry: CommandRegistry) -> None:
        super().__init__(view)
        self._view, self._home = view, home
        self._shelf = shelf = home.shelf
        self._asked = ""
        self._about = ""
        """The ID that is asked about."""
        self._theirs: Stored | None = None
        self._renaming = ""
        """The ID of the schema that is being renamed."""
        self._save_then = False
        self.dialog: QFileDialog | None = None
        rows = (
            ("library", "Show the Library of Schemas", home.show_library, "Ctrl+O", "folder"),
            ("back", "Back to the Tree of the Schema", home.show_tree, None, "x"),
            ("new", "New Schema", self.new, "Ctrl+N", "plus"),
            ("save", "Save the Schema", self.save, "Ctrl+S", "save"),
            ("save_as", "Save the Schema As…", self.save_as, "Ctrl+Shift+S", "save"),
            ("rename", "Rename the Schema…", self.rename, None, "pencil"),
            ("duplicate", "Save a Copy of the Schema…", self.duplicate, None, "copy"),
            ("delete", "Delete the Schema…", self.delete, None, "trash-2"),
            ("bring_back", "Bring Back the Schema That Was Deleted", self.bring_back, None, "undo-2"),
            ("erase", "Remove the Deleted Schema for Good…", self.erase, None, "trash-2"),
            ("drop_draft", "Drop the Schema That Was Never Saved…", self.drop_draft, None, "trash-2"),
            ("revert", "Give Up the Unsaved Changes", self.revert, None, "undo-2"),
            ("open_folder", "Open the Folder of Schemas", self.open_folder, None, "external-link"),
            ("choose_folder", "Choose the Folder of Schemas…", self.choose_folder, None, "folder"),
            ("take_theirs", "Take Over the File", self.take_theirs, None, "download"),
            ("write_over", "Write Over the File", self.write_over, None, "save"),
            ("save_mine", "Save Mine As…", self.save_as, None, "save"),
            ("show_both", "Show Both", self.show_both, None, "git-compare"),
            ("agree", "Do What Is Asked About the Schema", self.agree, None, "check"),
            ("refrain", "Leave It As It Is", self.refrain, None, "x"),
        )
        self.commands: dict[str, Command] = {
            name: registry.add(f"schemas.{name}", title, handler, group=GROUP, shortcut=keys, icon=icon, scope=view,
                               keywords=("library", "file"))
            for name, title, handler, keys, icon in rows
        }  # fmt: skip
        registry.add("schemas.open", "Open a Schema of the Library", self.open, group=GROUP, icon="braces", scope=view,
                     listed=False)  # fmt: skip
        get = self.commands.__getitem__
        self.bar = ShelfBar(get("refrain"), [get(name) for name in ("agree", "show_both", "take_theirs", "write_over",
                                                                    "save_mine")])  # fmt: skip
        shelf.conflicted.connect(self.conflict)
        shelf.failed.connect(self.say_problem)
        shelf.moved.connect(self._moved)

    # The list

    def open(self, entry_id: str = "") -> None:
        """Open a schema by its ID; without one, the list."""
        self._view.bring_forward()
        if not entry_id:
            self._home.show_library()
            return
        self.refrain()
        self._home.show_tree()
        self._shelf.open(entry_id)

    def chosen(self, row: Row) -> None:
        """Open what a row of the list is."""
        if row.kind == "draft" and row.draft is not None:
            self._home.show_tree()
            self._shelf.open_draft(row.draft)
        elif row.kind == "removed":
            self._restore(row.id)
        elif row.kind == "schema" or row.id:
            self.open(row.id)
        else:
            self._say(f"{row.title} cannot be opened", row.detail, role="error")

    def new(self) -> None:
        self._view.bring_forward()
        self.refrain()
        self._home.show_tree()
        self._shelf.new()
        self._view.focus_tree()

    def _target(self) -> str:
        """The schema that is meant: the chosen one of the list where that is shown, else the one that is open."""
        row = self._home.row()
        return row.id if row is not None and row.kind == "schema" else self._shelf.current.entry_id

    # Names

    def save(self) -> None:
        """Write what is open; under the name that stands in the head, where that is just being typed."""
        self.refrain()
        self._save_then = True
        self.name_settled(self._view.head.name.text())
        if not self._renaming:
            self._save_then = False
            self._shelf.save()

    def save_as(self) -> None:
        """Ask for a name, then write a new file."""
        entry_id = self._shelf.current.entry_id
        words = f"A new file; {entry_id}.json stays as it is." if entry_id else "A new file of the library."
        self._ask_name("save_as", "Save as", words, "Save",
                       self._shelf.free(self._shelf.current.entry_id or self._view.workshop.name))  # fmt: skip

    def duplicate(self) -> None:
        """Ask for a name, then copy the file of a schema."""
        self._about = self._target()
        if self._about:
            words = f"A copy of {self._about}.json, without its versions."
            self._ask_name("duplicate", "Save a copy", words, "Save", self._shelf.free(self._about))
        else:
            self.save_as()

    def rename(self) -> None:
        """Ask for another name."""
        self._about = self._target()
        if self._about:
            words = "Its versions go with it."
            self._ask_name("rename", f"Rename {self._about}.json", words, "Rename", self._about)
        else:
            self._view.head.name.setFocus()
            self._view.head.name.selectAll()

    def name_settled(self, name: str) -> None:
        """The name in the head is another: the file is called so, too."""
        entry_id = self._shelf.current.entry_id
        if entry_id and name and name != clean_name(entry_id) and not self._renaming:
            self._about = entry_id
            self._run_rename(entry_id, name)

    def _ask_name(self, what: str, title: str, words: str, yes: str, name: str) -> None:
        self._view.bring_forward()
        self._asked = what
        self.commands["agree"].setText(yes)
        self.bar.ask(title, words, [self.commands["agree"]], name=name, label="Name of the file")

    # Deleting

    def delete(self) -> None:
        """Ask, then remove the file; its text stays as a version."""
        self._about = self._target()
        if self._about:
            self._ask("delete", f"Delete {self._about}.json?",
                      "Its versions stay, and it can be brought back from the list.", "Delete", "Keep It")  # fmt: skip
        else:
            self._say("There is no file to delete", "What is open was never saved.")

    def bring_back(self) -> None:
        """The removed schema that is chosen in the list, or the one that was removed last."""
        row = self._home.row()
        removed = sorted(self._shelf.scan.removed, key=lambda one: one.when)
        if row is not None and row.kind == "removed":
            self._restore(row.id)
        elif removed:
            self._restore(removed[-1].id)
        else:
            self._say("No schema was deleted", "Nothing is there to bring back.")

    def _restore(self, entry_id: str) -> None:
        self._shelf.run(Doing(self._shelf.folder, "restore", entry_id), "Bringing back a schema", self._restored)

    def _restored(self, stored: Stored) -> None:
        self._shelf.refresh()
        self.open(stored.entry.id)

    def erase(self) -> None:
        """Ask, then remove the versions of a removed schema."""
        row = self._home.row()
        if row is not None and row.kind == "removed":
            self._about = row.id
            words = f"{row.detail.replace(' kept', '')}: they cannot be brought back."
            self._ask("erase", f"Remove the versions of “{row.id}” for good?", words, "Remove for Good", "Keep Them")

    def drop_draft(self) -> None:
        """Ask, then forget a schema that was never saved."""
        row = self._home.row()
        if row is not None and row.draft is not None:
            self._about = row.title
            self._ask("drop", f"Drop “{row.title}”?", "It was never saved, and cannot be brought back.", "Drop It",
                      "Keep It")  # fmt: skip

    def revert(self) -> None:
        """Show the file again; Ctrl+Z brings back what was written."""
        current = self._shelf.current
        if current.saved is not None and self._view.workshop.text() != current.saved:
            self._view.workshop.set_text(current.saved)
            self._view.say("As it was saved; Ctrl+Z brings back what was written.", "good")

    # Answers

    def agree(self) -> None:
        asked, name, about = self._asked, self.bar.text(), self._about
        if asked in ("save_as", "duplicate", "rename"):
            try:
                name = check_name(name)
            except LibraryProblem as problem:
                self.bar.words.set_role("error")
                self.bar.words.setText(problem.problem.line())
                return
        self.refrain()
        shelf = self._shelf
        if asked == "save_as":
            shelf.write(name, None, shelf.current.style)
        elif asked == "rename":
            self._run_rename(about, name)
        elif asked == "duplicate":
            self._copy(about, name)
        elif asked == "delete":
            shelf.run(Doing(shelf.folder, "remove", about), "Deleting a schema", self._removed)
        elif asked == "erase":
            shelf.run(Doing(shelf.folder, "erase", about), "Removing the versions of a schema", self._erased)
        elif asked == "drop":
            for draft in [one for one in shelf.drafts if not one.entry_id and one.name == about]:
                shelf.drafts.take(draft)
            self._erased(None)

    def _run_rename(self, entry_id: str, name: str) -> None:
        self._shelf.tried, self._renaming = "", entry_id
        self._shelf.run(Renaming(self._shelf.folder, entry_id, name), "Renaming a schema", self._renamed,
                        self._not_renamed)  # fmt: skip

    def _renamed(self, stored: Stored) -> None:
        former, self._renaming = self._renaming, ""
        save, self._save_then = self._save_then, False
        self._shelf.called(stored, former)
        self._view.say(f"It is {stored.entry.path.name} now.", "good")
        if save:
            self._shelf.save()

    def _not_renamed(self, error: BaseException) -> None:
        former, self._renaming, self._save_then = self._renaming, "", False
        if self._shelf.current.entry_id == former:
            self._view.rename(clean_name(former))
        self._shelf.tell(error)

    def _copy(self, entry_id: str, name: str) -> None:
        if entry_id == self._shelf.current.entry_id:
            text, style = self._view.workshop.text(), self._shelf.current.style
            self._shelf.run(Saving(self._shelf.folder, name, text, None, style), "Copying a schema", self._copied)
        else:
            self._shelf.run(_Copying(self._shelf, entry_id, name), "Copying a schema", self._copied)

    def _copied(self, stored: Stored) -> None:
        self._view.say(f"The copy is {stored.entry.path.name}.", "good")
        self._shelf.refresh()

    def _removed(self, _number: int) -> None:
        if self._shelf.current.entry_id == self._about:
            self._shelf.let_go()
            self._view.say("The file was deleted. What it held is still here.", "warning")
        self._shelf.drafts.drop(self._about)
        self._shelf.refresh()

    def _erased(self, _nothing: None) -> None:
        self._view.keep_soon()
        self._shelf.refresh()

    def refrain(self) -> None:
        """Ask no more."""
        self._asked = ""
        self.commands["agree"].setText("Do What Is Asked About the Schema")
        self.bar.put_away(self._home.focus())
        self.bar.words.set_role("muted")

    # Two hands

    def conflict(self, error: ChangedElsewhere) -> None:
        """The file is not as it was read: nothing is written before somebody says what."""
        self._theirs, self._about = error.theirs, error.entry_id
        get = self.commands.__getitem__
        if error.theirs is None:
            get("write_over").setText("Save It Again")
            offered, words = [get("write_over"), get("save_mine")], "What is here is all there is of it now."
        else:
            get("write_over").setText("Write Over the File")
            offered = [get("show_both"), get("take_theirs"), get("write_over"), get("save_mine")]
            words = "It is not as it was when it was read here. What you write over stays as a version of it."
        self._view.bring_forward()
        self._asked = "conflict"
        self.bar.ask(error.problem.title, words, offered, role="warning", no="Later")

    def take_theirs(self) -> None:
        """Show what the file holds now; Ctrl+Z brings back what was written here."""
        theirs = self._theirs
        self.refrain()
        if theirs is not None and theirs.entry.id == self._shelf.current.entry_id:
            self._shelf.adopt_text(theirs)
            self._view.say("This is what the file holds; Ctrl+Z brings back what was written here.", "good")

    def write_over(self) -> None:
        """Write what is here; what the file held stays as a version."""
        theirs, about = self._theirs, self._about
        self.refrain()
        if about == self._shelf.current.entry_id:
            self._shelf.write(about, theirs.stamp if theirs is not None else None, self._shelf.current.style)

    def show_both(self) -> None:
        """Beside each other, in the tab of the versions."""
        if self._theirs is not None:
            self._home.versions.show_other(self._theirs.text, "the file")
            self._view.show_tab("versions")

    # Telling

    def _moved(self) -> None:
        self.commands["revert"].setEnabled(self._shelf.is_dirty and self._shelf.current.saved is not None)
        if self._asked == "conflict" and self._about != self._shelf.current.entry_id:
            self.refrain()

    def say_problem(self, problem: Problem) -> None:
        """Said in place; a name that is taken is asked for again."""
        if "is taken" in problem.title and self._shelf.tried:
            self._ask_name("save_as", problem.title, problem.cause, "Save", self._shelf.free(self._shelf.tried))
        else:
            self._say(problem.title, f"{problem.cause} {problem.remedy}".strip(), role="error")

    def _ask(self, what: str, title: str, words: str, yes: str, no: str) -> None:
        self._view.bring_forward()
        self._asked = what
        self.commands["agree"].setText(yes)
        self.bar.ask(title, words, [self.commands["agree"]], no=no)

    def _say(self, title: str, words: str, *, role: str = "text") -> None:
        self._view.bring_forward()
        self._asked = ""
        self.bar.ask(title, words, [], role=role, no="Close")

    # The folder

    def open_folder(self) -> None:
        """Show it in the system's file manager."""
        folder = self._shelf.folder
        self._shelf.run(_Made(folder), "Making the folder of schemas", self._folder_there)

    def _folder_there(self, _nothing: None) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._shelf.folder))):
            self._say("The folder cannot be shown", f"No file manager was found. It is {self._shelf.folder}.")

    def choose_folder(self) -> None:
        """Ask for another folder."""
        from PySide6.QtWidgets import QFileDialog  # a dear class, and not needed before

        self._view.bring_forward()
        self.dialog = dialog = QFileDialog(self._view, "Folder of schemas", str(self._shelf.folder))
        dialog.setObjectName("schemas.folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.use_folder)
        dialog.open()

    def use_folder(self, folder: str) -> None:
        """List the schemas of this folder, from now on."""
        self.refrain()
        self._shelf.use_folder(folder)


class _Made:
    """Makes a folder. Raises OSError."""

    def __init__(self, folder: Any) -> None:
        self._folder = folder

    def __call__(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)


class _Copying:
    """Copies a file of the library. Raises LibraryProblem."""

    def __init__(self, shelf: Shelf, entry_id: str, name: str) -> None:
        self._folder, self._entry_id, self._name = shelf.folder, entry_id, name

    def __call__(self) -> Stored:
        from playground.panels.schemas.shelf_work import library

        shelf = library(self._folder)
        stored = shelf.read_text(self._entry_id)
        return shelf.save(self._name, stored.text, style=stored.style)
