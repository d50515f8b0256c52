"""What changes a folder of schemas. Nothing is written over that was not seen before; nothing is lost by a save."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playground.core.files import alone
from playground.core.redact import known
from playground.core.schemas.library.files import encoded, move, read_raw, write_new, write_over
from playground.core.schemas.library.folder import Reading, folder_of
from playground.core.schemas.library.model import PLAIN, ChangedElsewhere, LibraryProblem, Stamp, Stored, Style
from playground.core.schemas.library.names import SUFFIX, check_name, folded
from playground.core.settings import Settings

_AS_FOUND = "As another program left it"


def library_of(settings: Settings, data_dir: Path) -> Library:
    """The library as the settings have it. `data_dir`: for a panel, `context.cache.parent`."""
    return Library(folder_of(settings, data_dir))


class Library(Reading):
    """A folder of schemas. What its methods raise is LibraryProblem, a refused disk included."""

    def save(
        self, name: str, text: str, *, stamp: Stamp | None = None, style: Style = PLAIN, label: str = "",
        note: str = "",
    ) -> Stored:  # fmt: skip
        """Write exactly this text, and keep it as a version.

        `stamp`: of the file as it was read; then it is that file which is written. None: a new one. What another
        program left in the file is kept as a version before it is written over. Raises ChangedElsewhere where the
        file is not as it was read; LibraryProblem where the name is taken or cannot be written.
        """
        data = encoded(text, style)
        if known().text(text) != text:
            raise LibraryProblem(
                "There is what looks like a key in it", "Files of the library are shared, and keys are not.",
                "Take it out; if it was shared already, revoke it.",
            )  # fmt: skip
        with self._writing(name):
            if stamp is None:
                entry_id = self._new_name(name)
                write_new(self.path(entry_id), data)
            else:
                entry_id = name
                path = self._own(entry_id)
                theirs = self._unchanged(entry_id, stamp)
                if theirs.stamp.sha256 != _sha256(data):
                    self._keep_theirs(entry_id)
                    kept = self._versions(entry_id)
                    if not kept.number_of(_sha256(data)):  # first: with a full disk the file is still as it was read
                        kept.add(data, label, note)
                    write_over(path, data)
            versions = self._versions(entry_id)
            newest = versions.number_of(_sha256(data))
            if not newest:
                try:
                    versions.add(data, label, note)
                except (LibraryProblem, OSError):
                    if stamp is None:  # what is said not to be saved does not take the name
                        self.path(entry_id).unlink(missing_ok=True)
                    raise
            elif label or note:
                versions.describe(newest, label=label or None, note=note or None)
            return self.read_text(entry_id)

    def keep_version(self, entry_id: str, label: str = "", note: str = "") -> int:
        """Keep the file's text as a version, and give its number: an older one's where that has the same text."""
        with self._writing(entry_id):
            raw = read_raw(self._own(entry_id))
            versions = self._versions(entry_id)
            number = versions.number_of(raw.stamp.sha256)
            if not number:
                return versions.add(raw.data, label, note)
            if label or note:
                versions.describe(number, label=label or None, note=note or None)
            return number

    def describe_version(
        self, entry_id: str, number: int, *, label: str | None = None, note: str | None = None
    ) -> None:
        """Say something of a version; None leaves what is said."""
        with self._writing(entry_id):
            self._own(entry_id)
            versions = self._versions(entry_id)
            versions.raw(number)
            versions.describe(number, label=label, note=note)

    def rename(self, entry_id: str, name: str) -> Stored:
        """Call a schema otherwise, its versions with it. Never over another."""
        with self._writing(entry_id):
            path = self._own(entry_id)
            read_raw(path)
            new_id = self._new_name(name, but=entry_id)
            if new_id != entry_id:
                target, versions = self.path(new_id), self._versions(new_id).folder
                if os.path.lexists(versions) and folded(new_id) != folded(entry_id):
                    raise LibraryProblem(
                        f"“{new_id}” had versions before",
                        "A schema of this name was removed, and its versions are still there.",
                        "Bring it back, or remove it for good; or choose another name.",
                    )
                move(path, target)
                mine = self._versions(entry_id).folder
                if os.path.lexists(mine):
                    try:
                        mine.rename(versions)
                    except OSError:
                        move(target, path)
                        raise
            return self.read_text(new_id)

    def remove(self, entry_id: str) -> int:
        """Remove a schema's file; its text is kept as a version, whose number is given, so that `restore` brings it
        back."""
        with self._writing(entry_id):
            path = self._own(entry_id)
            raw = read_raw(path)
            versions = self._versions(entry_id)
            number = versions.number_of(raw.stamp.sha256) or versions.add(raw.data)
            path.unlink()
            return number

    def restore(self, entry_id: str) -> Stored:
        """Bring back a schema that was removed: its newest version."""
        with self._writing(entry_id):
            path = self._own(entry_id)
            versions = self._versions(entry_id)
            newest = versions.newest()
            if not newest:
                raise LibraryProblem(f"“{entry_id}” cannot be brought back", "No version of it is there.")
            self._free(entry_id)
            write_new(path, versions.raw(newest).data)
            return self.read_text(entry_id)

    def erase(self, entry_id: str) -> None:
        """Remove the versions of a schema whose file was removed before: it cannot be brought back."""
        with self._writing(entry_id):
            if os.path.lexists(self._own(entry_id)):
                raise LibraryProblem(f"“{entry_id}” is still there", "Only what was removed is removed for good.")
            self._versions(entry_id).remove()

    def _new_name(self, name: str, *, but: str = "") -> str:
        """A name that no other schema has, as a file gets it; made sure that the folder is there."""
        name = check_name(name)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._free(name, but=but)
        return name

    def _free(self, name: str, *, but: str = "") -> None:
        wanted = folded(name)
        for other in (path.name for path in self.folder.iterdir()):
            stem = other[: -len(SUFFIX)]
            if other.lower().endswith(SUFFIX) and folded(stem) == wanted and stem != but:
                reason = f"{other} is there already."
                if stem != name:
                    reason = f"{other} is there already, and capitals and accents do not tell files apart everywhere."
                raise LibraryProblem(f"The name “{name}” is taken", reason, "Choose another.", path=self.folder / other)

    def _unchanged(self, entry_id: str, stamp: Stamp) -> Stored:
        """The file as it is. Raises ChangedElsewhere where that is not as it was; a touched time does not count."""
        if not os.path.lexists(self._own(entry_id)):
            raise ChangedElsewhere(entry_id, None)
        theirs = self.read_text(entry_id)
        if theirs.stamp.sha256 != stamp.sha256:
            raise ChangedElsewhere(entry_id, theirs)
        return theirs

    def _keep_theirs(self, entry_id: str) -> None:
        """Keep what is in the file as a version, where none has it: another program wrote it."""
        raw = read_raw(self._own(entry_id))
        versions = self._versions(entry_id)
        if not versions.number_of(raw.stamp.sha256):
            versions.add(raw.data, note=_AS_FOUND)

    @contextmanager
    def _writing(self, name: str) -> Iterator[None]:
        """One at a time over the whole folder, and what the disk refuses is said in words."""
        try:
            if self.folder.is_dir():
                with alone(self.folder / "library"):
                    yield
            else:
                yield
        except FileExistsError as error:
            if str(error.filename) == str(self.folder):
                raise LibraryProblem(
                    f"{self.folder} is no folder", "Schemas are kept in a folder.", "Choose another."
                ) from None
            raise LibraryProblem(
                f"The name “{name}” is taken", f"{Path(str(error.filename or name)).name} is there already.",
                "Choose another.",
            ) from None  # fmt: skip
        except FileNotFoundError as error:
            raise LibraryProblem(
                f"There is no schema “{name}”", f"{error.filename} is not there.", "Read the list again."
            ) from None
        except OSError as error:
            where = Path(str(error.filename)).name if error.filename else name
            raise LibraryProblem(
                f"{where} could not be written", f"{error.strerror or error}.",
                "Look at the folder's rights and the room on the disk; what is in the editor is still there.",
            ) from error  # fmt: skip


def _sha256(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()
