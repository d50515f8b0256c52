"""Every recorded stream, from a loopback server in small pieces, through the real session, bridge and Compose."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

from pytestqt.qtbot import QtBot

from playground.core.runs import BlockKind
from playground.panels.compose.view import ComposeView
from playground.widgets.blocks.base import BlockView
from tests.core.runs.test_replay import Recording, recordings
from tests.helpers.servers import EVENT_STREAM, RecordingServer, Reply, need_recordings
from tests.panels.conftest import House
from tests.panels.test_compose import banner, finish, write

EVENTS_OF_THE_RUN = ("response.created", "response.in_progress", "response.queued", "keepalive", "response.completed")
CUT = 97


def sizes(recording: Recording) -> list[int]:
    """Of the pieces: small, and never the same twice running; half of the small streams come byte by byte."""
    chance = random.Random(recording.name)
    most = 1 if len(recording.body) < 3000 and chance.random() < 0.5 else 60
    found: list[int] = []
    while sum(found) < len(recording.body):
        found += [chance.randint(1, most) for _ in range(1 + len(recording.body) // max(1, most))]
    return found


def replay(view: ComposeView, server: RecordingServer, qtbot: QtBot, recording: Recording, body: bytes) -> None:
    """Run a prompt whose answer is this body."""
    api, path = ("chat", "/chat/completions") if recording.is_chat else ("responses", "/responses")
    server.add(path, Reply(body, content_type=EVENT_STREAM, chunk=sizes(recording)))
    view.settings.api.set_value(api)
    view.run()
    assert view.model.running, view.prompt.status.text()
    finish(view, qtbot)


def done_texts(recording: Recording) -> Counter[str]:
    """What the server itself says that the texts are."""
    found: Counter[str] = Counter()
    for event in recording.events:
        if event.get("type") == "response.output_text.done" and event["text"]:
            found[event["text"]] += 1
    return found


def joined_texts(recording: Recording) -> Counter[str]:
    """The deltas of each choice of a chat, joined."""
    joined: dict[int, str] = {}
    for event in recording.events:
        for choice in event.get("choices") or []:
            text = (choice.get("delta") or {}).get("content") or choice.get("text")
            if isinstance(text, str):
                joined[choice.get("index") or 0] = joined.get(choice.get("index") or 0, "") + text
    return Counter(text for text in joined.values() if text)


def items(recording: Recording) -> Iterator[tuple[int, str]]:
    """The place and the type of each output item that says anything."""
    for event in recording.events:
        item = event.get("item")
        if event.get("type") == "response.output_item.done" and (item["type"] != "message" or item.get("content")):
            yield event["output_index"], item["type"]


def colours(view: BlockView) -> int:
    """How many colours a block is painted in, so far as it is on the screen; blank ones have one, or two with a bar."""
    image = view.grab().toImage()
    step = max(1, image.height() // 200)
    return len({image.pixel(x, y) for y in range(0, image.height(), step) for x in range(0, image.width(), 3)})


def check_shown(view: ComposeView, recording: Recording, qtbot: QtBot) -> None:
    """Everything that came is on the screen in some way."""
    blocks: list[BlockView] = view.output.view.blocks()
    assert blocks or banner(view) is not None, f"{recording.name}: nothing is shown"
    for block in blocks:
        assert block.isVisible() and block.height() >= 12, (recording.name, block.key, block.height())
        assert colours(block) > 4, f"{recording.name}: {block.key} ({block.kind}) is shown as nothing"
    keys = {block.key.replace("'", "").split(".")[0] for block in blocks}
    for index, kind in items(recording):
        assert str(index) in keys, (recording.name, index, kind)
    for event in recording.events:
        place = event.get("output_index")
        if isinstance(place, int) and event["type"] not in EVENTS_OF_THE_RUN and "item" not in event:
            assert str(place) in keys, (recording.name, event["type"])


def test_every_recorded_stream_is_shown_as_it_was(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    need_recordings()
    view = house.compose()
    write(view, "hi")
    texts = 0
    for recording in recordings():
        replay(view, server, qtbot, recording, recording.body)
        shown = Counter(b.text() for b in view.output.view.blocks() if b.kind is BlockKind.TEXT and b.text())
        expected = joined_texts(recording) if recording.is_chat else done_texts(recording)
        assert not expected - shown, (recording.name, expected - shown)
        texts += sum(expected.values())
        check_shown(view, recording, qtbot)
    assert texts > 60


def test_streams_that_are_cut_are_honest_partial_answers(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    need_recordings()
    view = house.compose()
    write(view, "hi")
    chance = random.Random(97)
    long = [recording for recording in recordings() if 4000 < len(recording.body) < 100_000]
    partial = 0
    for recording in chance.sample(long, 10):
        replay(view, server, qtbot, recording, recording.body)
        whole = {block.key: block.text() for block in view.output.view.blocks() if block.kind is BlockKind.TEXT}
        # Before the server's own last word, which often comes a good while before the last byte.
        ends = [
            recording.body.find(word) for word in (b'finish_reason":"', b"response.completed", b'finish_reason": "')
        ]
        end = min((end for end in ends if end > 0), default=len(recording.body))
        place = chance.randrange(1, max(2, end // CUT)) * CUT
        replay(view, server, qtbot, recording, recording.body[:place])
        snapshot = view.model.snapshot
        assert snapshot is not None and snapshot.status == "cut", (recording.name, place, snapshot)
        box = banner(view)
        assert box is not None and "What came is kept" in box.problem.remedy, recording.name
        assert view.output.stats.text().startswith("cut off")
        for block in view.output.view.blocks():
            if block.kind is BlockKind.TEXT:
                assert whole[block.key].startswith(block.text()), (recording.name, place)
                partial += bool(block.text())
            assert block.state != "streaming", "nothing pretends to go on"
    assert partial >= 3
