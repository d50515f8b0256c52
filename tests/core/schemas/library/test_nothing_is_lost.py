"""Whatever is done with a library, and whatever another program does meanwhile: no text that was in it is lost."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.schemas.library import Library, LibraryProblem, Stored

NAMES = st.sampled_from(["a", "a", "A", "b"])
STEPS = st.one_of(
    st.tuples(st.just("save"), NAMES),
    st.tuples(st.just("save over"), NAMES),
    st.tuples(st.just("rename"), NAMES, NAMES),
    st.tuples(st.just("remove"), NAMES),
    st.tuples(st.just("restore"), NAMES),
    st.tuples(st.just("read"), NAMES),
    st.tuples(st.just("another writes"), NAMES),
    st.tuples(st.just("agree"), NAMES),
)


class Story:
    """A library, what was read of it, and every text that it held."""

    def __init__(self, folder: Path) -> None:
        self.library = Library(folder)
        self.read: dict[str, Stored] = {}
        self.texts: set[str] = set()
        self.number = 0

    def text(self) -> str:
        self.number += 1
        return json.dumps({"title": f"text {self.number}"}) + "\n"

    def do(self, what: str, name: str, other: str = "") -> None:
        library = self.library
        if what == "another writes":
            if library.path(name).exists():
                library.path(name).write_text(self.text())
            return
        text = self.text()
        if what == "save":
            self.keep(name, library.save(name, text))
        elif what == "save over" and name in self.read:
            self.keep(name, library.save(name, text, stamp=self.read[name].stamp))
        elif what == "agree" and library.path(name).exists():
            theirs = library.read_text(name)
            self.texts.add(theirs.text)
            self.keep(name, library.save(name, text, stamp=theirs.stamp))
        elif what == "rename":
            self.read[other] = library.rename(name, other)  # what another program wrote there is not ours to keep
            if other != name:
                self.read.pop(name, None)
        elif what == "remove":
            self.texts.add(library.read_text(name).text)
            library.remove(name)
        elif what == "restore":
            self.keep(name, library.restore(name))
        elif what == "read":
            self.read[name] = library.read_text(name)

    def keep(self, name: str, stored: Stored) -> None:
        self.read[name] = stored
        self.texts.add(stored.text)

    def on_disk(self) -> set[str]:
        return {path.read_text() for path in self.library.folder.rglob("*.json") if path.name != "notes.json"}


@settings(max_examples=80, deadline=None)
@given(steps=st.lists(STEPS, min_size=8, max_size=16))
def test_no_text_is_lost(steps: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder) / "schemas")
        story.do("save", "a")
        story.do("save", "b")
        for step in steps:
            with suppress(LibraryProblem):
                story.do(*step)
            missing = story.texts - story.on_disk()
            assert not missing, (step, missing)
        names = [path.stem.casefold() for path in story.library.folder.glob("*.json")]
        assert len(names) == len(set(names)), "two files that a file system may take for one"
