"""The library on a real folder: what is saved is exactly the text; nobody's work is written over or lost."""

from __future__ import annotations

import json
import os
import socket
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.core.schemas.library import (
    ChangedElsewhere,
    Library,
    LibraryProblem,
    Style,
    check_name,
    folder_of,
    free_name,
    library_of,
)
from playground.core.settings import SCHEMAS_FOLDER, Settings
from tests.helpers.disks import fill, small_disk

ODD = '{ "type":"object",\n\n  "properties": {"zeta": {"type": "string"},  "alpha": {"type":"integer"}}   }\n\n'
TOOL = {
    "type": "function",
    "name": "look_up",
    "description": "Finds a customer",
    "parameters": {"properties": {"e_mail": {}}},
}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "schemas")


def files(library: Library) -> list[str]:
    return sorted(path.relative_to(library.folder).as_posix() for path in library.folder.rglob("*") if path.is_file())


# What is written


def test_a_full_disk_leaves_a_file_as_it_was_read(tmp_path: Path) -> None:
    """So that the next save, once there is room, does not take it for another program's."""
    with small_disk(tmp_path / "disk", 256) as disk:
        library = Library(disk / "schemas")
        stored = library.save("triage", ODD)
        longer = ODD + " " * 30_000
        for room in (20_000, 40_000):  # too little for the version, and too little for the file as well
            ballast = fill(disk)
            with ballast.open("r+b") as file:
                file.truncate(ballast.stat().st_size - room)
            with pytest.raises((LibraryProblem, OSError)):
                library.save("triage", longer, stamp=stored.stamp)
            ballast.unlink()
            assert library.read("triage").text == ODD
        library.save("triage", longer, stamp=stored.stamp)
        assert library.read("triage").text == longer


def test_a_file_is_exactly_the_text_and_a_version_of_it_too(library: Library) -> None:
    stored = library.save("triage", ODD)
    assert (library.folder / "triage.json").read_bytes() == ODD.encode()
    assert (library.folder / "triage.versions" / "1.json").read_bytes() == ODD.encode()
    assert (stored.text, stored.entry.id, stored.version, stored.newest) == (ODD, "triage", 1, 1)
    assert list(stored.value["properties"]) == ["zeta", "alpha"]
    again = library.save("triage", ODD, stamp=stored.stamp)
    assert (again.stamp, again.newest) == (stored.stamp, 1), "saving what did not change writes nothing"
    assert files(library) == ["triage.json", "triage.versions/1.json", "triage.versions/notes.json"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=200),
    style=st.builds(Style, st.booleans(), st.booleans()),
)
def test_every_text_comes_back_with_its_line_ends(tmp_path: Path, text: str, style: Style) -> None:
    library = Library(tmp_path / "any")
    name = free_name("any", [one.id for one in (*library.scan().entries, *library.scanned.broken)])
    if text.startswith("\ufeff"):
        return  # a byte order mark is one of the file's, not of the text
    stored = library.save(name, text, style=style)
    assert stored.text == text
    before = stored.entry.path.read_bytes()
    assert library.save(name, stored.text, stamp=stored.stamp, style=stored.style).entry.path.read_bytes() == before
    assert before.startswith(b"\xef\xbb\xbf") == style.bom


def test_a_file_of_another_editor_keeps_its_line_ends_and_its_mark(library: Library) -> None:
    library.folder.mkdir()
    path = library.path("theirs")
    path.write_bytes(b'\xef\xbb\xbf{\r\n  "type": "object"\r\n}\r\n')
    stored = library.read("theirs")
    assert (stored.text, stored.value) == ('{\n  "type": "object"\n}\n', {"type": "object"})
    library.save("theirs", stored.text.replace("object", "array"), stamp=stored.stamp, style=stored.style)
    assert path.read_bytes() == b'\xef\xbb\xbf{\r\n  "type": "array"\r\n}\r\n'


def test_who_may_read_a_file_stays_as_it_was(library: Library) -> None:
    stored = library.save("mine", ODD)
    stored.entry.path.chmod(0o600)
    library.save("mine", "{}", stamp=stored.stamp)
    assert stored.entry.path.stat().st_mode & 0o777 == 0o600
    stored = library.read("mine")
    stored.entry.path.chmod(0o444)
    with pytest.raises(LibraryProblem, match=r"not written.*write-protected"):
        library.save("mine", ODD, stamp=stored.stamp)


def test_a_text_that_no_file_can_hold_is_refused_and_nothing_is_left(library: Library) -> None:
    with pytest.raises(LibraryProblem, match="surrogate"):
        library.save("odd", '{"a": "\ud83d"}')
    assert not library.folder.exists() or files(library) == []


def test_a_key_is_never_written(library: Library) -> None:
    with pytest.raises(LibraryProblem, match="looks like a key"):
        library.save("leak", '{"default": "sk-proj-canary0123456789abcdefghij"}')
    assert not library.path("leak").exists()


# Somebody else


def test_what_another_program_wrote_is_never_written_over_unasked(library: Library) -> None:
    stored = library.save("triage", ODD)
    stored.entry.path.write_text('{"type": "string"}')
    with pytest.raises(ChangedElsewhere) as caught:
        library.save("triage", "{}", stamp=stored.stamp)
    theirs = caught.value.theirs
    assert theirs is not None and theirs.text == '{"type": "string"}'
    assert stored.entry.path.read_text() == '{"type": "string"}'
    written = library.save("triage", "{}", stamp=theirs.stamp)  # asked, and agreed
    texts = [library.version_text("triage", one.number) for one in library.versions("triage")]
    assert texts == ["{}", '{"type": "string"}', ODD], "theirs is kept"
    assert library.versions("triage")[1].note == "As another program left it"
    os.utime(written.entry.path, (1, 1))
    library.save("triage", ODD, stamp=written.stamp)  # only its time is another


def test_a_file_that_is_gone_is_not_made_again_unasked(library: Library) -> None:
    stored = library.save("triage", ODD)
    stored.entry.path.unlink()
    with pytest.raises(ChangedElsewhere, match="is gone") as caught:
        library.save("triage", "{}", stamp=stored.stamp)
    assert caught.value.theirs is None and not stored.entry.path.exists()
    assert library.save("triage", "{}").newest == 2, "its versions go on"


def test_the_first_save_keeps_what_was_there_before(library: Library) -> None:
    library.folder.mkdir()
    library.path("foreign").write_text('{"type": "object"}')
    stored = library.read("foreign")
    assert (stored.version, stored.newest, library.versions("foreign")) == (0, 0, ())
    library.save("foreign", "{}", stamp=stored.stamp)
    assert [library.version_text("foreign", n) for n in (1, 2)] == ['{"type": "object"}', "{}"]
    library.path("same").write_text("{}")
    library.save("same", "{}", stamp=library.read("same").stamp)
    assert [one.note for one in library.versions("same")] == [""], "who saves it as it is makes it theirs"


def test_two_windows_that_save_at_once_lose_nothing(library: Library) -> None:
    other = Library(library.folder)
    mine = library.save("both", "{}")
    theirs = other.read("both")
    other.save("both", '{"a": 1}', stamp=theirs.stamp)
    with pytest.raises(ChangedElsewhere):
        library.save("both", '{"b": 1}', stamp=mine.stamp)
    with pytest.raises(LibraryProblem, match="taken"):
        library.save("both", '{"b": 1}')
    assert library.read("both").value == {"a": 1}


# Names


def test_a_name_is_taken_whatever_its_capitals_and_its_composition(library: Library) -> None:
    library.save("Größe", ODD)
    for name in ("größe", "GRÖSSE", unicodedata.normalize("NFD", "Größe"), " Größe "):
        with pytest.raises(LibraryProblem, match="taken"):
            library.save(name, "{}")
    library.save("other", "{}")
    with pytest.raises(LibraryProblem, match="taken"):
        library.rename("other", "GRÖßE")
    assert [one.id for one in library.scan().entries] == ["Größe", "other"]
    assert library.rename("Größe", "GRÖßE").entry.id == "GRÖßE", "its own name in other capitals is free"
    assert free_name("größe", ["GRÖßE", "x"]) == "größe-2"


NO_NAMES = ("", "  ", "a/b", "a\\b", "..", ".hidden", "a.", "con", "LPT1.old", "a\x00b", "a\u202eb", "a" * 101,
            "ü" * 101, "a.json", "a.Versions", "what?", "\ud800")  # fmt: skip


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_is_none_is_refused_in_words(library: Library, name: str) -> None:
    with pytest.raises(LibraryProblem, match="is no name"):
        check_name(name)
    with pytest.raises(LibraryProblem):
        library.save(name, "{}")
    with pytest.raises(LibraryProblem):
        library.read(name + "/../x")


def test_renaming_takes_the_versions_along_and_overwrites_none(library: Library) -> None:
    stored = library.save("old", "{}")
    library.save("old", ODD, stamp=stored.stamp, label="with zeta")
    renamed = library.rename("old", "new")
    assert (renamed.entry.id, renamed.text, renamed.newest) == ("new", ODD, 2)
    assert [one.label for one in library.versions("new")] == ["with zeta", ""]
    assert library.versions("old") == ()
    library.save("there", "{}")
    library.remove("there")
    with pytest.raises(LibraryProblem, match="versions are still there"):
        library.rename("new", "there")
    assert library.read("new").text == ODD


# Removing


def test_what_is_removed_comes_back(library: Library) -> None:
    library.save("triage", ODD)
    library.path("triage").write_text('{"theirs": true}')  # nobody saved that here
    library.remove("triage")
    scan = library.scan()
    assert scan.entries == () and [(one.id, one.versions) for one in scan.removed] == [("triage", 2)]
    assert library.restore("triage").text == '{"theirs": true}'
    with pytest.raises(LibraryProblem, match="still there"):
        library.erase("triage")
    library.remove("triage")
    (library.folder / "triage.versions" / "mine.txt").write_text("a file of the person's")
    library.erase("triage")
    assert library.scan().removed == () and files(library) == ["triage.versions/mine.txt"]
    with pytest.raises(LibraryProblem, match="cannot be brought back"):
        library.restore("triage")


# Versions


def test_versions_are_labelled_and_a_damaged_file_of_notes_is_kept_aside(library: Library) -> None:
    stored = library.save("triage", "{}")
    library.save("triage", ODD, stamp=stored.stamp)
    library.describe_version("triage", 1, label="first", note="as sent to ACME")
    assert [(one.number, one.label, one.note) for one in library.versions("triage")] == [
        (2, "", ""), (1, "first", "as sent to ACME"),
    ]  # fmt: skip
    notes = library.folder / "triage.versions" / "notes.json"
    notes.write_text("{broken")
    assert [one.number for one in library.versions("triage")] == [2, 1]
    library.describe_version("triage", 2, label="second")
    assert [one.label for one in library.versions("triage")] == ["second", ""]
    assert [path.read_text() for path in notes.parent.glob("notes.json.broken-*")] == ["{broken"]
    with pytest.raises(LibraryProblem, match="no version 7"):
        library.describe_version("triage", 7, label="x")
    assert library.keep_version("triage", "kept") == 2, "the same text is no new version"


# Reading a folder


def test_foreign_and_special_files_are_told_with_the_reason_and_hide_nothing(library: Library, tmp_path: Path) -> None:
    library.save("good", ODD)
    folder = library.folder
    (folder / "cut.json").write_text('{"type": "object",\n  "properties": ')
    (folder / "list.json").write_text("[1]")
    (folder / "latin.json").write_bytes('{"a": "ä"}'.encode("latin-1"))
    (folder / "huge.json").write_bytes(b" " * (10 * 1024 * 1024 + 1))
    (folder / "deep.json").write_text("[" * 100_000)
    (folder / "LOUD.JSON").write_text("{}")
    (folder / "folder.json").mkdir()
    (tmp_path / "secret.json").write_text('{"secret": "x"}')
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    (folder / "dangling.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "pipe.json")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(folder / "socket.json"))
        scan = library.scan()
        reasons = {broken.id: broken.reason for broken in scan.broken}
        assert [entry.id for entry in scan.entries] == ["good"]
        for entry_id, words in {
            "cut": "Line 2, column 17", "list": "no object", "latin": "UTF-8", "huge": "larger than 10 MB",
            "deep": "nested deeper", "LOUD": "call it LOUD.json", "folder": "a folder",
            "link": "links are not followed", "dangling": "links are not followed",
            "pipe": "a pipe", "socket": "a pipe, a socket",
        }.items():  # fmt: skip
            assert words in reasons.pop(entry_id)
        assert reasons == {}
        assert {broken.id for broken in scan.broken if broken.opens} == {"cut", "list", "deep"}
        for entry_id in ("link", "pipe", "socket", "folder"):
            with pytest.raises(LibraryProblem, match="cannot be read"):
                library.read_text(entry_id)
            with pytest.raises(LibraryProblem):
                library.rename(entry_id, "other")
            with pytest.raises(LibraryProblem):
                library.save(entry_id, "{}")
        assert library.read_text("cut").value is None
        with pytest.raises(LibraryProblem, match="holds no schema"):
            library.read("cut")
    assert (tmp_path / "secret.json").read_text() == '{"secret": "x"}'


def test_a_link_in_place_of_the_versions_is_not_written_into(library: Library, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    library.folder.mkdir()
    (library.folder / "mine.versions").symlink_to(tmp_path / "elsewhere")
    library.path("mine").write_text("{}")
    stored = library.read("mine")
    with pytest.raises(LibraryProblem, match="links are not followed"):
        library.save("mine", ODD, stamp=stored.stamp)
    assert list((tmp_path / "elsewhere").iterdir()) == [] and library.read("mine").text == "{}"


def test_a_folder_that_is_not_there_is_empty_and_one_that_is_a_file_is_said(tmp_path: Path) -> None:
    assert Library(tmp_path / "none").scan().entries == ()
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError):
        Library(tmp_path / "file").scan()
    with pytest.raises(LibraryProblem, match="is no folder"):
        Library(tmp_path / "file").save("a", "{}")


def test_a_file_is_read_again_only_when_it_changed(library: Library) -> None:
    library.save("one", ODD)
    library.save("two", "{}")
    first = library.scan()
    second = library.scan()
    assert first == second and first.entries[0] is second.entries[0]
    library.path("two").write_text('{"title": "Now another"}')
    third = library.scan()
    assert third.entries[0] is first.entries[0] and third.entries[1].title == "Now another"


# Searching


def test_a_search_finds_names_titles_descriptions_and_properties(library: Library) -> None:
    library.save("triage", json.dumps({"title": "Triage of tickets", "type": "object",
                                       "properties": {"severity": {"description": "How urgent it is"}}}))  # fmt: skip
    library.save("tool", json.dumps(TOOL))
    library.save("wrapped", json.dumps({"type": "json_schema", "name": "w", "schema": {"properties": {"due": {}}}}))
    entries = {one.id: one for one in library.scan().entries}
    assert {one.id: one.kind for one in entries.values()} == {
        "triage": "schema", "tool": "function", "wrapped": "text.format",
    }  # fmt: skip
    assert (entries["tool"].title, entries["tool"].description) == ("look_up", "Finds a customer")
    for text, wanted in (
        ("triage", "triage"), ("TICKETS", "triage"), ("urgent", "triage"), ("sever", "triage"), ("e_mail", "tool"),
        ("customer", "tool"), ("look", "tool"), ("due", "wrapped"),
    ):  # fmt: skip
        assert [hit.entry.id for hit in library.search(text)][:1] == [wanted], text
    assert library.search("nothing of that") == []
    assert [hit.entry.id for hit in library.search("")] == ["tool", "triage", "wrapped"]
    assert library.search("urgent")[0].words == "how urgent it is"


def test_the_folder_is_the_one_of_the_settings(tmp_path: Path) -> None:
    chosen = Settings(tmp_path / "settings.json")
    assert folder_of(chosen, tmp_path) == tmp_path / "schemas"
    chosen.set(SCHEMAS_FOLDER, str(tmp_path / "elsewhere"))
    assert library_of(chosen, tmp_path).folder == tmp_path / "elsewhere"


def test_a_new_file_whose_version_cannot_be_kept_does_not_take_the_name(library: Library) -> None:
    library.folder.mkdir(parents=True, exist_ok=True)
    beside = library.folder / "one.versions"
    beside.write_text("a file", "utf-8")
    with pytest.raises(LibraryProblem):
        library.save("one", "{}\n")
    assert not library.path("one").exists()
    beside.unlink()
    assert library.save("one", "{}\n").newest == 1, "the same again, once there is room"
