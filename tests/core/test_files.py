"""Small files: whole or not at all, with several processes at once, on a full disk, and after a kill."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from playground.core.errors import explain
from playground.core.files import Held, alone, read_json, remove_leftovers, write_atomically
from playground.core.profiles import Profile, ProfileStore

SAVING = """
import sys
from pathlib import Path
from playground.core.profiles import Profile, ProfileStore
store = ProfileStore(Path(sys.argv[1]), {})
store.load()
for number in range(10):
    store.save(Profile.new(f"{sys.argv[2]}-{number}"))
"""


def test_processes_that_save_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "profiles.json"
    children = [subprocess.Popen([sys.executable, "-c", SAVING, str(path), str(n)]) for n in range(4)]
    assert [child.wait(60) for child in children] == [0] * 4
    store = ProfileStore(path, {})
    store.load()
    assert len(store.profiles) == 41
    assert [file.name for file in tmp_path.iterdir()] == ["profiles.json"]


FULL = """
import json, resource, sys
from pathlib import Path
from playground.core.errors import explain
from playground.core.profiles import Profile, ProfileStore
path = Path(sys.argv[1])
store = ProfileStore(path, {})
store.save(Profile.new("Kept"))
before = path.read_bytes()
resource.setrlimit(resource.RLIMIT_FSIZE, (16, resource.RLIM_INFINITY))
for attempt in (lambda: store.save(Profile.new("Lost")), lambda: store.remove(store.profiles[1].id)):
    try:
        attempt()
    except OSError as error:
        problem = explain(error)
    else:
        raise AssertionError("the disk was not full")
    assert problem.title == "The disk is full" and str(path) in problem.cause, problem
    assert [p.name for p in store.profiles] == ["Sandbox", "Kept"], "what could not be saved is not shown as saved"
try:
    store.set_active(store.profiles[1].id)
except OSError:
    assert store.active.name == "Kept", "it is used all the same"
assert path.read_bytes() == before
assert [file.name for file in path.parent.iterdir()] == [path.name]
"""


def test_a_full_disk_leaves_the_file_as_it_was_and_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path / "profiles.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_file_deleted_meanwhile_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "profiles.json"
    store = ProfileStore(path, {})
    store.save(Profile.new("One"))
    path.unlink()
    store.save(Profile.new("Two"))
    store.load()
    assert [p.name for p in store.profiles] == ["Sandbox", "One", "Two"]


def test_a_file_damaged_meanwhile_is_kept_and_nothing_known_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "profiles.json"
    store = ProfileStore(path, {})
    store.save(Profile.new("One"))
    path.write_text("half of a")
    store.save(Profile.new("Two"))
    (kept,) = tmp_path.glob("profiles.json.broken-*")
    assert kept.read_text() == "half of a" and store.problem is not None and kept.name in store.problem.remedy
    store.load()
    assert [p.name for p in store.profiles] == ["Sandbox", "One", "Two"]


def test_held_is_held_until_it_is_released_or_its_process_ends(tmp_path: Path) -> None:
    place = tmp_path / ".lock"
    code = "import sys; from pathlib import Path; from playground.core.files import Held\n"
    code += "held = Held(Path(sys.argv[1])); print('mine', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None and child.stdout.readline() == "mine\n"
        with pytest.raises(BlockingIOError):
            Held(place)
        child.kill()
        child.wait()
    held = Held(place)
    held.release()
    held.release()
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_locked_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.core.files.WAIT", 0.05)
    held = Held(tmp_path / ".file.lock")
    with alone(tmp_path / "file"):  # another instance hangs
        held.release()
    (tmp_path / "no-folder").write_text("")
    with alone(tmp_path / "no-folder" / "file"):
        pass


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in (".panel-compose.json-ab12", ".trial-77", "panel-compose.json", ".notes", ".fresh.json-1"):
        (tmp_path / name).write_text("{}")
        if name != ".fresh.json-1":
            os.utime(tmp_path / name, (0, 0))
    remove_leftovers(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == [".fresh.json-1", ".notes", "panel-compose.json"]
    remove_leftovers(tmp_path / "nowhere")


def test_a_failed_writing_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError) as caught:
        write_atomically(tmp_path / "file" / "below.json", "{}")
    assert str(tmp_path / "file" / "below.json") in explain(caught.value).cause
    full = OSError(errno.ENOSPC, "No space left on device")
    full.filename = "x.json"
    assert explain(full).title == "The disk is full" and "x.json" in explain(full).cause


def test_json_that_is_damaged_in_any_way_is_a_value_error(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    for data in (b"", b"{", b"\xff\xfe{}", b"[" * 200_000, b"nonsense"):
        path.write_bytes(data)
        with pytest.raises(ValueError):
            read_json(path)
