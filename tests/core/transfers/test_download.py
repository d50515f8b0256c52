"""Downloads: from the real sandbox and over connections that are cut, to disks with and without room."""

from __future__ import annotations

import os
import random
import threading
from dataclasses import replace
from pathlib import Path

from playground.core.transfers.download import partial_of
from playground.core.transfers.local import safe_name
from playground.core.transfers.queue import TransferQueue
from tests.core.transfers.conftest import QUICK, Movers
from tests.core.transfers.test_queue import states, until
from tests.helpers.cutting import cutting_proxy
from tests.helpers.disks import fill, small_disk
from tests.helpers.servers import RecordingServer, Reply

META = {"id": "file-1", "object": "file", "bytes": 300_000, "created_at": 1, "filename": "a", "purpose": "batch"}


def there(movers: Movers, size: int) -> tuple[str, bytes]:
    """A file on the server."""
    data = os.urandom(size)
    with movers.client() as client:
        return client.files.create(file=("there.bin", data), purpose="user_data").id, data


def test_a_file_comes_whole_over_a_connection_that_is_cut(movers: Movers, tmp_path: Path) -> None:
    identifier, data = there(movers, 3_000_000)
    chance = random.Random(5)
    target = tmp_path / "Ünïcode.bin"

    with cutting_proxy(movers.base_url, lambda _: (None, chance.randrange(0, 700_000))) as proxy:
        movers.profile = replace(movers.profile, base_url=proxy.base_url)

        async def scenario(queue: TransferQueue) -> None:
            await queue.download(identifier, target, movers.profile.id)
            await queue.wait()
            state = queue.states()[0]
            assert state.item.state == "done" and state.share == 1, state.item.problem
            assert "anew" not in state.item.note

        movers.run(scenario, replace(QUICK, tries=40))
        assert proxy.cuts >= 5
    assert target.read_bytes() == data
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == [target.name]
    mask = os.umask(0)
    os.umask(mask)
    assert target.stat().st_mode & 0o777 == 0o666 & ~mask
    parts = [movers.log.load(one.id) for one in movers.log.recent(100) if one.sdk_method == "files.content"]
    assert len(parts) > 5 and all(len(one.attempts[0].response_body) <= 16 * 1024 for one in parts)


def test_a_paused_download_is_gone_on_with_by_another_process(movers: Movers, tmp_path: Path) -> None:
    identifier, data = there(movers, 30_000_000)
    target = tmp_path / "a.bin"

    async def first(queue: TransferQueue) -> None:
        await queue.download(identifier, target, movers.profile.id)
        await until(queue, lambda state: state.sent > 3_000_000)
        await queue.pause()
        assert not target.exists() and partial_of(target, identifier).stat().st_size >= 3_000_000

    async def second(queue: TransferQueue) -> None:
        (state,) = await queue.restore()
        assert state.sent >= 3_000_000
        await queue.resume()
        await queue.wait()
        assert states(queue) == ["done"]

    movers.run(first)
    movers.run(second)
    assert target.read_bytes() == data
    ranges = [
        dict(one.attempts[0].request_headers).get("Range") or dict(one.attempts[0].request_headers).get("range")
        for one in map(movers.log.load, (one.id for one in movers.log.recent(50)))
        if one.summary.sdk_method == "files.content"
    ]
    assert sum(one is not None for one in ranges) == 1


def test_a_wrong_end_of_what_had_come_is_noticed(movers: Movers, tmp_path: Path) -> None:
    """As a power cut leaves it: zeros where the last bytes were to be; and more than there can be."""
    identifier, data = there(movers, 500_000)
    for wrong in (data[:200_000] + bytes(100), bytes(600_000), data[:1000]):
        target = tmp_path / f"{len(wrong)}.bin"
        partial_of(target, identifier).write_bytes(wrong)

        async def scenario(queue: TransferQueue, target: Path = target) -> None:
            await queue.download(identifier, target, movers.profile.id)
            await queue.wait()
            assert states(queue)[-1] == "done"

        movers.run(scenario)
        assert target.read_bytes() == data


def test_nobodys_file_is_overwritten_unless_it_may_be(movers: Movers, tmp_path: Path) -> None:
    identifier, data = there(movers, 10)
    target, link = tmp_path / "mine.txt", tmp_path / "link.txt"
    target.write_text("mine")
    link.symlink_to(tmp_path / "nowhere")

    async def scenario(queue: TransferQueue) -> None:
        profile = movers.profile.id
        for path in (target, link, tmp_path, tmp_path / "no" / "folder"):
            await queue.download(identifier, path, profile)
        await queue.wait()
        assert states(queue) == ["failed"] * 4
        assert target.read_text() == "mine"
        await queue.download(identifier, target, profile, overwrite=True)
        await queue.wait()
        assert target.read_bytes() == data

    movers.run(scenario)


def test_a_place_taken_while_the_file_came_is_left_alone(movers: Movers, tmp_path: Path) -> None:
    identifier, _ = there(movers, 1_000_000)
    target = tmp_path / "late.bin"

    async def scenario(queue: TransferQueue) -> None:
        queue.changed.connect(lambda state: state.sent and not target.exists() and target.write_text("mine"))
        await queue.download(identifier, target, movers.profile.id)
        await queue.wait()
        problem = queue.states()[0].item.problem
        assert problem is not None and "already" in problem.title

    movers.run(scenario)
    assert target.read_text() == "mine"


def test_cancelling_takes_away_what_had_come(movers: Movers, tmp_path: Path) -> None:
    identifier, _ = there(movers, 30_000_000)
    target = tmp_path / "a.bin"

    async def scenario(queue: TransferQueue) -> None:
        await queue.download(identifier, target, movers.profile.id)
        await until(queue, lambda state: state.sent > 1_000_000)
        await queue.cancel()
        await queue.settled()
        assert states(queue) == ["cancelled"]

    movers.run(scenario)
    assert [one for one in tmp_path.iterdir() if one.is_file()] == []


def test_a_disk_without_room_says_so_and_what_came_is_kept(movers: Movers, tmp_path: Path) -> None:
    identifier, data = there(movers, 900_000)
    with small_disk(tmp_path / "disk", 800) as disk:
        target = disk / "a.bin"

        async def too_small(queue: TransferQueue) -> None:
            await queue.download(identifier, target, movers.profile.id)
            await queue.wait()
            problem = queue.states()[0].item.problem
            assert problem is not None and problem.code == "disk_full"
            assert list(disk.iterdir()) == []  # it was known before anything came

        movers.run(too_small)
    with small_disk(tmp_path / "disk2", 1400) as disk:
        target = disk / "a.bin"

        async def filled(queue: TransferQueue) -> None:
            ballast: list[Path] = []

            def fill_it(state: object) -> None:
                if not ballast and partial_of(target, identifier).exists():
                    ballast.append(fill(disk))

            queue.changed.connect(fill_it)
            await queue.download(identifier, target, movers.profile.id)
            await queue.wait()
            problem = queue.states()[-1].item.problem
            assert problem is not None and problem.code == "disk_full" and not target.exists(), problem
            ballast[0].unlink()
            await queue.retry()
            await queue.wait()
            assert states(queue)[-1] == "done", queue.states()[-1].item.problem

        movers.run(filled)
        assert target.read_bytes() == data


def test_a_server_without_ranges_gives_all_of_it_again(
    movers: Movers, tmp_path: Path, recording_server: RecordingServer
) -> None:
    data = os.urandom(300_000)
    recording_server.add("/files/file-1", Reply.of_json(META, forever=True))
    body = Reply(data, content_type="application/octet-stream", chunk=10_000)
    recording_server.add("/files/file-1/content", replace(body, cut_after=200_000), body)
    movers.profile = replace(movers.profile, base_url=recording_server.base_url)
    target = tmp_path / "a.bin"

    async def scenario(queue: TransferQueue) -> None:
        await queue.download("file-1", target, movers.profile.id)
        await queue.wait()
        assert states(queue) == ["done"] and "began anew" in queue.states()[0].item.note

    movers.run(scenario)
    assert target.read_bytes() == data
    asked = [one.headers.get("range") for one in recording_server.received if one.path.endswith("content")]
    assert asked[0] is None and asked[1] is not None


def test_a_server_that_falls_silent_is_given_up(movers: Movers, tmp_path: Path) -> None:
    hold = threading.Event()
    server = RecordingServer()
    server.add("/files/file-1", Reply.of_json(META))
    server.add("/files/file-1/content", Reply(bytes(300_000), hold=hold, hold_after=1000))
    movers.profile = replace(movers.profile, base_url=server.base_url)

    async def scenario(queue: TransferQueue) -> None:
        await queue.download("file-1", tmp_path / "a.bin", movers.profile.id)
        await queue.wait()
        problem = queue.states()[0].item.problem
        assert problem is not None and problem.title == "The connection stood still", problem

    try:
        movers.run(scenario, replace(QUICK, stall=0.2, tries=1))
    finally:
        hold.set()
        server.close()


def test_two_downloads_to_one_place_do_not_mix(movers: Movers, tmp_path: Path) -> None:
    identifier, data = there(movers, 20_000_000)
    target = tmp_path / "a.bin"

    async def scenario(queue: TransferQueue) -> None:
        for _ in range(2):
            await queue.download(identifier, target, movers.profile.id, overwrite=True)
        await queue.wait()
        assert sorted(states(queue)) == ["done", "failed"]

    movers.run(scenario)
    assert target.read_bytes() == data


def test_ids_that_a_server_makes_up_stay_in_their_folder(tmp_path: Path) -> None:
    for identifier in ("../../etc/x", "a/b", "C:\\x", "." * 300, "\0"):
        assert partial_of(tmp_path / "a", identifier).parent == tmp_path
        assert len(os.fsencode(partial_of(tmp_path / ("文" * 80), identifier).name)) < 200


def test_names_that_a_server_gives_are_names_of_plain_files(tmp_path: Path) -> None:
    for said, name in {
        "report.pdf": "report.pdf", "../../etc/passwd": "_.._etc_passwd", "C:\\a.txt": "C__a.txt", ".bashrc": "bashrc",
        "": "file", "..": "file", "con.txt": "_con.txt", "a\u202eb\n.txt": "a_b_.txt",
        "Ünïcode 文書 🦜.md": "Ünïcode 文書 🦜.md",
        "dot. ": "dot", "\ud800.x": "_.x",
    }.items():  # fmt: skip
        assert safe_name(said) == name
    for long in ("文" * 300 + ".pdf", "x" * 500, "a." + "y" * 500):
        (tmp_path / safe_name(long)).write_bytes(b"")
    assert safe_name("文" * 300 + ".pdf").endswith(".pdf")
