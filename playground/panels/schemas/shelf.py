"""Which schema of the library is open, whether it is saved, and what was written for others and not saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from playground.core.errors import Problem
from playground.core.schemas.library import (
    PLAIN,
    ChangedElsewhere,
    Library,
    LibraryProblem,
    Scan,
    Stamp,
    Stored,
    Style,
    folder_of,
    free_name,
)
from playground.core.settings import SCHEMAS_FOLDER
from playground.panels.schemas.head import clean_name
from playground.panels.schemas.shelf_current import NEW, Current, Saved, problem_of
from playground.panels.schemas.shelf_drafts import Draft, Drafts
from playground.panels.schemas.shelf_work import Opening, Saving, Scanning
from playground.panels.schemas.workshop import LARGE

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.panels.contract import PanelContext
    from playground.panels.schemas.view import SchemasView


AFTER_MS = 60
"""How long nothing is typed before it is looked whether that is saved; ten times as long from `LARGE` characters on."""


class Shelf(QObject):
    """Opens, saves and remembers. `moved`: another document, or it was saved, or changed since: what is said of it is
    another. `scanned`: the folder was looked at."""

    moved = Signal()
    scanned = Signal()
    conflicted = Signal(object)
    """A `ChangedElsewhere`: two hands wrote."""
    failed = Signal(object)
    """A `Problem` that is to be told in place; the name that was tried is in `tried`."""

    def __init__(self, view: SchemasView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._working: dict[Operation[Any], tuple[Callable[[Any], None], Callable[[BaseException], None]]] = {}
        self._scans = Library(folder_of(context.settings, context.cache.parent))
        self._former: tuple[Current, str, str] | None = None
        self._serial = 0
        self._save_again = False
        self.drafts = Drafts()
        self.current = Current()
        self.scan = Scan()
        self.problem = ""
        """Why the folder could not be looked into."""
        self.tried = ""
        self.is_dirty = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AFTER_MS)
        self._soon.timeout.connect(self._look_at_text)
        self._scanning = self._scan_again = False
        view.source.edit.textChanged.connect(self._typed)

    @property
    def folder(self) -> Path:
        return self._scans.folder

    @property
    def is_saving(self) -> bool:
        return any(isinstance(then, Saved) for then, _ in self._working.values())

    # Work

    def run(
        self, work: Callable[[], Any], label: str, then: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:  # fmt: skip
        """Have something done in the pool."""
        operation = self._context.bridge.blocking(work, label=label, owner=self)
        self._working[operation] = (then, failed or self.tell)
        operation.finished.connect(self._finished)

    def _finished(self) -> None:
        for operation in [one for one in self._working if one.done]:
            then, failed = self._working.pop(operation)
            if operation.state == "cancelled":
                continue
            if operation.error is None:
                then(operation.result)
            else:
                failed(operation.error)

    def tell(self, error: BaseException) -> None:
        """Say what went wrong, in place."""
        if isinstance(error, ChangedElsewhere):
            self.conflicted.emit(error)
        else:
            self.failed.emit(problem_of(error))

    # The folder

    def refresh(self) -> None:
        """Look at the folder again; others write there too."""
        self._scan_again = self._scanning  # what it remembers of the files is for one thread at a time
        if not self._scanning:
            self._scanning = True
            self.run(Scanning(self._scans), "Reading the library", self._scanned, self._not_scanned)

    def _scanned(self, scan: Scan) -> None:
        self._has_scanned(scan, "")

    def _not_scanned(self, error: BaseException) -> None:
        words = problem_of(error).line()
        if isinstance(error, OSError) and error.strerror:
            words = f"The folder cannot be read: {error.strerror}. Choose another below."
        self._has_scanned(Scan(), words)

    def _has_scanned(self, scan: Scan, problem: str) -> None:
        self._scanning = False
        if self._scan_again:
            self.refresh()
        else:
            self.scan, self.problem = scan, problem
            self.scanned.emit()

    def use_folder(self, folder: str) -> None:
        """List the schemas of this folder, from now on. What is open is in none of its files."""
        self._context.settings.set(SCHEMAS_FOLDER, folder)
        self.run(self._context.settings.save, "Saving the settings", self._folder_kept)
        self._scans = Library(folder_of(self._context.settings, self._context.cache.parent))
        if self.current.entry_id:
            self.current = Current()
        self.drafts.unbind()
        self._moved()
        self.refresh()

    def _folder_kept(self, _nothing: None) -> None:
        self._view.keep_soon()

    def names(self) -> list[str]:
        """Names that are taken."""
        scan = self.scan
        ids = [*(one.id for one in scan.entries), *(one.id for one in scan.broken), *(one.id for one in scan.removed)]
        return [*ids, *(one.name for one in self.drafts)]

    def free(self, name: str) -> str:
        """A name like this that nobody has."""
        return free_name(name or "schema", self.names())

    # Opening

    def open(self, entry_id: str) -> None:
        """Show a schema of the library, with what was written for it and not saved."""
        if entry_id == self.current.entry_id:
            self.moved.emit()
            return
        self.run(Opening(self.folder, entry_id), "Opening a schema", self._opened)

    def _opened(self, stored: Stored) -> None:
        if stored.entry.id == self.current.entry_id or not self.leave():
            return
        draft = self.drafts.of(stored.entry.id)
        current = Current.of(stored)
        if draft is None:
            self._show(current, stored.text, stored.entry.id)
            return
        self.drafts.take(draft)
        if draft.sha256 != stored.stamp.sha256:
            current = replace(current, stamp=stored.stamp._replace(sha256=draft.sha256))
        self._show(current, draft.text, stored.entry.id)
        self._view.say("Your unsaved changes are here again.", "warning")
        if draft.sha256 != stored.stamp.sha256:
            self.conflicted.emit(ChangedElsewhere(stored.entry.id, stored))

    def open_draft(self, draft: Draft) -> None:
        """Show a schema that was never saved."""
        if self.leave():
            self.drafts.take(draft)
            self._show(Current(), draft.text, draft.name)

    def new(self) -> None:
        """Begin another schema."""
        if self.leave():
            self._show(Current(saved=NEW), NEW, self.free("schema"))

    def adopt(self, value: Any, name: str, *, is_elsewhere: bool) -> bool:
        """Another document, from a value; an edit that can be undone. `is_elsewhere`: it is still where it came from,
        and need not be saved. False: what is open could not be put aside."""
        if not self.leave():
            return False
        former = self.current, self._view.workshop.text(), self._view.workshop.name
        self._view.treeing.expect_another()
        self._view.workshop.replace(value)
        if name:
            self._view.rename(clean_name(name))  # before it is read: its inputs are its own
        self._serial += 1
        self.current = Current(saved=self._view.workshop.text() if is_elsewhere else None)
        self._former = former
        self._moved()
        if is_elsewhere and name:
            self.run(Opening(self.folder, name), "Looking for the schema", self._matched, self._unmatched)
        return True

    def _matched(self, stored: Stored) -> None:
        """Who has a schema of the library gets that, and not a copy of it."""
        workshop = self._view.workshop
        if (
            not self.current.entry_id
            and workshop.text() == self.current.saved
            and workshop.name == clean_name(stored.entry.id)
            and stored.value == workshop.value()
            and self.drafts.of(stored.entry.id) is None
        ):
            self.current = Current.of(stored)
            if stored.text != workshop.text():
                workshop.set_text(stored.text)
            self._moved()

    def _unmatched(self, _error: BaseException) -> None:
        """It is none of the library's."""

    def leave(self) -> bool:
        """Put aside what is written and not saved, before another document is shown. False: there is no room for it,
        which is said."""
        text, current = self._view.workshop.text(), self.current
        if text == current.saved or not text.strip():
            self.drafts.drop(current.entry_id)
            return True
        if not self.drafts.has_room(text):
            self.failed.emit(
                Problem(
                    "What is open is not saved", "There are too many unsaved changes to keep this beside them.",
                    "Save it, or drop some of those that the library lists.",
                )
            )  # fmt: skip
            return False
        name = current.entry_id or free_name(self._view.workshop.name, [one.name for one in self.drafts])
        sha256 = current.stamp.sha256 if current.stamp is not None else ""
        self.drafts.put(Draft(name, text, current.entry_id, sha256))
        return True

    def show_stored(self, stored: Stored) -> None:
        """A file as it is now, in place of what is open."""
        self._show(Current.of(stored), stored.text, stored.entry.id)

    def _show(self, current: Current, text: str, name: str) -> None:
        self._serial += 1
        self._former = None
        self.current = current
        self._view.treeing.expect_another()
        self._view.workshop.set_text(text)
        self._view.source.edit.document().clearUndoRedoStacks()
        self._view.rename(clean_name(name))
        self._view.say("")
        self._moved()

    # Saving

    def save(self) -> None:
        """Write what is open over its file; what is in none yet under its name."""
        current = self.current
        if self.is_saving:
            self._save_again = True
        else:
            name = current.entry_id or self._view.workshop.name
            self.write(name, current.stamp if current.entry_id else None, current.style)

    def write(self, name: str, stamp: Stamp | None, style: Style = PLAIN) -> None:
        """Write what is open; without a stamp as a new file."""
        self.tried = name if stamp is None else ""
        work = Saving(self.folder, name, self._view.workshop.text(), stamp, style)
        self.run(work, "Saving the schema", Saved(self, self._serial))

    def saved(self, stored: Stored, serial: int) -> None:
        """It is in its file; `serial`: of the document that was written."""
        if serial == self._serial:
            before = self.current.newest if self.current.entry_id == stored.entry.id else 0
            self.current = Current.of(stored)
            self._former = None
            if self._view.workshop.name != clean_name(stored.entry.id):
                self._view.rename(clean_name(stored.entry.id))
            is_new = stored.newest != before
            words = f"Saved as v{stored.newest}." if is_new else f"Nothing had changed since v{stored.newest}."
            self._view.say(words, "good")
            self._moved()
        self.refresh()
        if self._save_again:
            self._save_again = False
            self.save()

    def adopt_text(self, stored: Stored) -> None:
        """Take over what the file holds, as an edit that can be undone."""
        self.current = Current.of(stored)
        self._view.workshop.set_text(stored.text)
        self._moved()

    def called(self, stored: Stored, former: str) -> None:
        """A file is called otherwise."""
        self.drafts.rename(former, stored.entry.id)
        if self.current.entry_id == former:
            self.current = replace(self.current, entry_id=stored.entry.id)  # what it was read as stays
            self._view.rename(clean_name(stored.entry.id))
            self._moved()
        self.refresh()

    def let_go(self) -> None:
        """What is open has no file any more; its text stays."""
        self.current = Current(saved=None if self.is_dirty else self._view.workshop.text())
        self._moved()

    # Whether it is saved

    def _typed(self) -> None:
        is_large = self._view.source.edit.document().characterCount() > LARGE
        self._soon.start(AFTER_MS * (10 if is_large else 1))

    def _look_at_text(self) -> None:
        text = self._view.workshop.text()
        if self._former is not None and text == self._former[1] and self.current.saved != text:
            self.current, _, name = self._former  # undone: it is the former document again
            self._former = None
            if not self._view.workshop.is_current:
                self._view.workshop.expect_another()
            self._view.rename(name)
            self.drafts.drop(self.current.entry_id)
            for draft in [one for one in self.drafts if not one.entry_id and one.text == text]:
                self.drafts.take(draft)
        self._moved()

    def _moved(self) -> None:
        self._soon.stop()
        self.is_dirty = self._view.workshop.text() != self.current.saved
        self._view.keep_soon()
        self.moved.emit()

    def look(self) -> None:
        """Whether another program has changed the file since; where nothing is unsaved, that is taken over."""
        if self.current.entry_id and self.current.stamp is not None and not self.is_saving:
            self.run(Opening(self.folder, self.current.entry_id), "Looking at the schema", self._seen, self._gone)

    def _seen(self, stored: Stored) -> None:
        current = self.current
        if stored.entry.id != current.entry_id or current.stamp is None:
            return
        if stored.stamp.sha256 == current.stamp.sha256:
            self.current = Current.of(stored)
            self._moved()
        elif current.saved is not None and self._view.workshop.text() == current.saved:
            self.adopt_text(stored)
            self._view.say("Another program changed the file: this is what it holds now.", "warning")
        else:
            self.current = replace(current, saved=stored.text)
            self._moved()
            self.conflicted.emit(ChangedElsewhere(stored.entry.id, stored))

    def _gone(self, error: BaseException) -> None:
        """The file cannot be read any more."""
        path = self._scans.path(self.current.entry_id)
        if isinstance(error, LibraryProblem) and "is not there" in error.reason:
            self.conflicted.emit(ChangedElsewhere(path.stem, None))
        else:
            self.tell(error)

    # What is remembered

    def to_state(self) -> dict[str, Any]:
        current = self.current
        return {
            "entry": current.entry_id,
            "sha256": current.stamp.sha256 if current.stamp is not None else "",
            "style": list(current.style),
            "clean": self._view.workshop.text() == current.saved,
            "drafts": self.drafts.to_state(),
        }

    def load_state(self, state: object, is_sample: bool) -> None:
        """What was open is open again; `is_sample`: nobody has written anything yet."""
        state = state if isinstance(state, dict) else {}
        self.drafts.load(state.get("drafts"))
        text = self._view.workshop.text()
        clean = is_sample or state.get("clean") is True
        entry, sha256, style = state.get("entry"), state.get("sha256"), state.get("style")
        if isinstance(entry, str) and entry and isinstance(sha256, str):
            pair = Style(*map(bool, style)) if isinstance(style, list) and len(style) == 2 else PLAIN
            self.current = Current(entry, Stamp(0, 0, sha256), pair, text if clean else None)
            self.look()
        else:
            self.current = Current(saved=text if clean else None)
        self._moved()
        self.refresh()
