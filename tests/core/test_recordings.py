"""Recordings: what is saved is what is played, nothing secret is in it, and a bad file is said to be bad."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.core.errors import ProblemError
from playground.core.exchanges import RunSummary
from playground.core.recordings import MOST, SUFFIX, RecordedRun, load, of_stored, save
from playground.core.redact import Redactor
from playground.core.runs import RunSnapshot, TextAppended, Usage
from playground.core.runs.events import EventLog
from playground.core.runs.kept import pack
from tests.core.exchanges.test_history import ask, draft_of, shown
from tests.core.house import KEY, House
from tests.helpers.needs import ROOT
from tests.helpers.servers import Reply
from tests.panels.streams import ID, chat_events, error_reply, responses_events, responses_reply

SAMPLES = sorted((ROOT / "resources" / "recordings").glob(f"*{SUFFIX}"))


def made(text: str = "Hello") -> RecordedRun:
    """A run that no server was needed for."""
    log = EventLog("text/event-stream")
    body = Reply.of_events(responses_events(text)).body
    for number in range(4):
        log.add(0.1 * number, body[number * len(body) // 4 : (number + 1) * len(body) // 4])
    summary = RunSummary(
        "x", 1_795_255_200.0, "A name", False, "", "responses", "gpt-test", "Work", "http://127.0.0.1/v1", False,
        "completed", None, None, None, None, None,
    )  # fmt: skip
    end = pack(RunSnapshot(status="completed", duration=0.5, usage=Usage(input=3, output=4), exchange_id="01ABC"))
    headers = (("content-type", "text/event-stream"),)
    return RecordedRun(
        summary, draft_of("Hi"), log, end, "POST", "http://127.0.0.1/v1/responses", (), b"{}", 200, headers
    )


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
    return path


def test_what_is_saved_is_what_is_played(house: House, tmp_path: Path) -> None:
    house.server.add("/responses", responses_reply("Grüße ", "an **alle** 🙂", chunk=97), error_reply(429, "Slow down"))
    house.server.add("/chat/completions", Reply.of_events(chat_events("One", " two"), done=True, chunk=33))
    runs = [ask(house, "First"), ask(house, "Second", api="chat"), ask(house, "Third")]
    stored = [house.store.history.load(run.id) for run in runs]
    path = tmp_path / f"demo{SUFFIX}"
    assert save(path, map(of_stored, stored)) == 3
    recording = load(path)
    assert recording.problem is None and [run.summary.name for run in recording.runs] == ["First", "Second", "Third"]
    for run, recorded in zip(runs, recording.runs, strict=True):
        again = recorded.reopened()
        assert shown(again.changes) == shown(run.changes)
        assert again.snapshot == replace(run.snapshot, exchange_id=None)
        played, live = list(recorded.log.chunks()), list(run.log.chunks())
        # What could begin a key waits for the next piece, on the way to the window and to the log apart.
        assert b"".join(data for _, data in played) == b"".join(data for _, data in live)
        assert len(played) == pytest.approx(len(live), abs=2)
        ends = [[at for at, _ in chunks[:1] + chunks[-1:]] for chunks in (played, live)]
        assert ends[0] == pytest.approx(ends[1], abs=0.05)
    assert recording.runs[0].summary.output_tokens == 187 and recording.runs[0].summary.request_id == ID
    assert json.loads(recording.runs[0].request_body)["input"][0]["content"] == "First"
    assert recording.runs[2].summary.status == "failed"


def test_nothing_secret_is_in_a_recording(house: House, tmp_path: Path) -> None:
    organisation, project, token = "org-a1b2c3d4e5f6", "proj_Abcdef123456", "sk-proj-0123456789abcdefghij"
    answer = f"Your key is {KEY}, or {token}; you belong to {organisation}."
    reply = responses_reply(*[answer[i : i + 9] for i in range(0, len(answer), 9)], answer, chunk=41)
    reply.headers = {**reply.headers, "openai-organization": organisation, "openai-project": project}
    house.server.add("/responses", reply)
    refusal = error_reply(403, f"Project {project} of {organisation} has no access with {KEY}")
    house.server.add("/responses", refusal)
    ids = [ask(house, f"My key is {KEY}, or {token}").id, ask(house, "Again").id]
    path = tmp_path / f"a{SUFFIX}"
    # By a program that has never heard of the key.
    save(path, (of_stored(house.store.history.load(run_id)) for run_id in ids), Redactor())
    data = path.read_text("utf-8")
    for secret in (KEY, token, organisation, project, "Bearer", "uthorization"):
        assert secret not in data, secret
    assert "My key is ****" in data and "[removed]" in data
    assert len(load(path).runs) == 2


def test_a_file_says_what_it_is_and_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / f"b{SUFFIX}"
    save(path, [made()])
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert lines[0]["format"] == "openai-playground-recording" and lines[0]["version"] == 1 and lines[-1] == {"runs": 1}
    assert [next(iter(line)) for line in lines[1:4]] == ["run", "request", "response"]
    assert "exchange_id" not in lines[-2]["end"]

    def broken() -> Any:
        yield made()
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        save(path, broken())
    assert len(load(path).runs) == 1 and [file.name for file in tmp_path.iterdir()] == [path.name]


HEAD = {"format": "openai-playground-recording", "version": 1}
BEGIN = {"run": {"name": "x", "started_at": "2026-11-21T10:00:00+00:00", "api": "chat", "model": "m"}, "draft": {}}
BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "a picture": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000)), "not a recording"),
    "other JSON": (lambda path: write(path, {"format": "something"}), "not a recording"),
    "50 MB without a line": (lambda path: path.write_bytes(b"[" + b"1," * 25_000_000), "not a recording"),
    "newer": (lambda path: write(path, {**HEAD, "version": 7}, BEGIN), "newer version"),
    "no version": (lambda path: write(path, {"format": HEAD["format"]}), "damaged"),
    "no run": (lambda path: write(path, HEAD, {"runs": 0}), "holds no run"),
    "the head alone": (lambda path: write(path, HEAD), "cut off"),
    "a broken line": (lambda path: write(path, HEAD, BEGIN, '{"chunk": [', {"end": None}, {"runs": 1}), "Line 3"),
    "a chunk that is none": (lambda path: write(path, HEAD, BEGIN, {"chunk": ["x"]}, {"runs": 1}), "Line 3"),
    "a chunk of no run": (lambda path: write(path, HEAD, {"chunk": [0, "x"]}), "Line 2"),
    "bad base64": (lambda path: write(path, HEAD, BEGIN, {"chunk": [0, {"base64": "ä"}]}, {"runs": 1}), "Line 3"),
    "a time that is none": (lambda path: write(path, HEAD, {"run": {"started_at": "soon"}}), "Line 2"),
    "something after the foot": (lambda path: write(path, HEAD, BEGIN, {"end": {}}, {"runs": 1}, BEGIN), "Line 5"),
    "no file": (lambda path: None, "cannot be opened"),
    "a folder": (lambda path: path.mkdir(), "cannot be opened"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_ends_in_clear_words(tmp_path: Path, case: str) -> None:
    make, words = BAD[case]
    path = tmp_path / f"bad{SUFFIX}"
    make(path)
    with pytest.raises(ProblemError) as caught:
        load(path)
    problem = caught.value.problem
    assert words in problem.line() and path.name in problem.title and problem.cause and problem.remedy


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / f"large{SUFFIX}"
    with path.open("wb") as file:
        file.truncate(MOST + 1)
    with pytest.raises(ProblemError, match="too large"):
        load(path)


def test_what_is_there_of_a_cut_file_is_played(tmp_path: Path) -> None:
    path = tmp_path / f"c{SUFFIX}"
    save(path, [made("The first one"), made("The second one")])
    data = path.read_bytes()
    for size in range(data.index(b'"chunk"'), len(data) - 1, 97):
        path.write_bytes(data[:size])
        recording = load(path)
        assert recording.problem is not None and "cut off" in recording.problem.title
        assert 1 <= len(recording.runs) <= 2
        for run in recording.runs:
            assert run.reopened().snapshot.status in ("completed", "cut")


def test_fifty_megabytes_are_read(tmp_path: Path) -> None:
    path = tmp_path / f"d{SUFFIX}"
    run = made()
    piece = Reply.of_events(responses_events("word " * 12_000, end="")).body
    for number in range(900):
        run.log.add(1 + number / 1000, piece)
    save(path, [run])
    assert path.stat().st_size > 50_000_000
    assert load(path).runs[0].log.size == run.log.size


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_recordings_that_come_with_the_program_are_good(path: Path) -> None:
    recording = load(path)
    assert recording.problem is None
    statuses, kinds = [], set()
    for run in recording.runs:
        again = run.reopened()
        statuses.append(again.snapshot.status)
        kinds |= {block.kind for block in shown(again.changes).values()}
        assert any(isinstance(change, TextAppended) for change in again.changes)
        assert run.log.reads > 10 and run.request_body and again.snapshot.request_id
    expected = {
        "failure": (["failed"], {"text"}),
        "reasoning": (["completed"], {"reasoning", "text"}),
        "tools": (["completed", "completed"], {"text", "tool_call"}),
    }
    assert (statuses, kinds) == expected[path.name.removesuffix(SUFFIX)]


def test_all_three_are_there() -> None:
    assert [path.name.removesuffix(SUFFIX) for path in SAMPLES] == ["failure", "reasoning", "tools"]
