"""Every fault of the sandbox in Compose: what a person reads then, and that nothing they have is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from playground.core import profiles
from playground.core.profiles import Timeouts
from playground.core.runs import BlockKind
from playground.panels.compose.view import ComposeView
from playground.sandbox.faults import KINDS, parse
from tests.helpers.sandbox import running_sandbox
from tests.panels.conftest import House
from tests.panels.test_compose import banner, enabled, finish, status, write

PROMPT = "Name the planets of the solar system."
Put = Callable[[str], House]


@dataclass(frozen=True)
class Told:
    """What the box says, in parts; `kept`: whether a part of the answer came before."""

    title: str
    why: str
    do: str
    again: str
    kept: bool = False
    role: str = "error"


SERVER_FAILED = Told("The server failed", "An error inside", "What came is kept. Try again", "Yes, in a moment", True)
DAMAGED = Told(
    "Part of the stream could not be read", "One event", "shown as it came", "look at proxies", True, "warning"
)
FAILURES = {
    "401": Told("The key was not accepted", "does not know this key", "Check the key of", "Not with this key"),
    "403": Told("The key may not do this", "lacks a permission", "Give the key", "Not with this key"),
    "404": Told("The model is not there", "no such model", "Choose a model from the list", "No."),
    "429=7": Told("The rate limit is reached", "More requests or tokens", "Wait, send fewer", "Yes, in 7 seconds"),
    "quota": Told("The account has no credit left", "quota is used up", "Add credit", "never repeated by itself"),
    "500": Told("The server failed", "An error inside the server at 127.0.0.1", "Try again", "Yes, in a moment"),
    "503=4": Told("The server is overloaded", "more requests than it can answer", "Wait", "Yes, in 4 seconds"),
    "html-502": Told("A gateway got no good answer", "could not reach it", "behind a proxy of your own", "Yes"),
    "cut=9": Told("The connection broke", "before the answer was complete", "What came is kept. Try", "Yes", True),
    "malformed-sse=9": DAMAGED,
    "invalid-json=9": DAMAGED,
    "invalid-utf8=9": DAMAGED,
    "error-event=9": SERVER_FAILED,
    "error-object=9": SERVER_FAILED,
    "failed=9": SERVER_FAILED,
    "incomplete=9": Told(
        "The answer is incomplete", "the most output tokens", "“Max output tokens”", "", True, "warning"
    ),
    "refusal": Told("The model refused", "gave a refusal", "Reword the prompt", "Perhaps", True, "warning"),
    "tls": Told("No secure connection could be made", "does not speak TLS", "http:// and https://", "No."),
    "refused": Told("Nothing answers at this address", "refused the connection", "Start the server", "After that"),
}
WITHOUT_A_BOX = ("latency", "slow-tokens", "stall", "unknown-event", "unknown-item", "huge-body")
AT_ONCE = ("401", "403", "404", "429=7", "quota", "500", "503=4")


def test_every_fault_is_provoked() -> None:
    assert {parse(text).kind.name for text in FAILURES} | set(WITHOUT_A_BOX) == {kind.name for kind in KINDS}


@pytest.fixture
def put(sandbox_house: House, tmp_path: Path) -> Iterator[Put]:
    """Compose's house on a sandbox with this fault."""
    with ExitStack() as stack:

        def start(fault: str) -> House:
            sandbox_house.sandbox = stack.enter_context(
                running_sandbox(tmp_path / "state", "--echo-rate", "0", "--fault", fault)
            )
            return sandbox_house

        yield start


def provoke(view: ComposeView, qtbot: QtBot, api: str) -> None:
    view.settings.api.set_value(api)
    view.run()
    finish(view, qtbot)


def composed(house: House) -> ComposeView:
    view = house.compose()
    write(view, PROMPT, model="sandbox-echo")
    return view


def nothing_is_lost(house: House, view: ComposeView) -> None:
    """The prompt is there, it can be run again, and the request is on record."""
    assert [message.text for message in view.draft().messages] == [PROMPT]
    assert enabled(house, "compose.run") and enabled(house, "compose.retry") and not enabled(house, "compose.stop")
    assert house.store.flush()
    recorded = next(summary for summary in house.store.recent(20) if summary.method == "POST")
    assert recorded.state != "open"


@pytest.mark.parametrize("fault", FAILURES)
def test_what_the_box_says(put: Put, qtbot: QtBot, fault: str) -> None:
    house, told = put(fault), FAILURES[fault]
    view = composed(house)
    for api in ("responses", "chat"):
        provoke(view, qtbot, api)
        box = banner(view)
        assert box is not None, api
        problem = box.problem
        assert problem.title == told.title
        assert told.why in problem.cause and told.do in problem.remedy and told.again in problem.retry
        assert box.isVisible() and view.output.place.isVisible()
        assert box._role == told.role
        text = view.model.reply.text()
        assert bool(text) is told.kept and text == view.output.view.text()
        assert view.output.view.isVisible() is told.kept
        assert enabled(house, "compose.continue") is told.kept
        if fault in AT_ONCE:
            assert problem.request_id and problem.status == int(problem.status or 0) >= 400
            assert f"its fault “{fault.split('=')[0]}” is on" in (problem.server_words or ""), "simulated, and says so"
        nothing_is_lost(house, view)


def test_a_box_has_words_that_can_be_read(put: Put, qtbot: QtBot) -> None:
    """The library's own words about a cut stream are two lines, the first of which says nothing."""
    house = put("cut=9")
    view = composed(house)
    provoke(view, qtbot, "responses")
    box = banner(view)
    assert box is not None and "Not enough data" in (box.problem.server_words or "")
    assert status(view) == "Cut off. What came is kept."


def test_a_page_of_a_proxy_is_quoted_in_words(put: Put, qtbot: QtBot) -> None:
    house = put("html-502")
    view = composed(house)
    provoke(view, qtbot, "responses")
    box = banner(view)
    assert box is not None and box.problem.status == 502
    words = box.problem.server_words or ""
    assert words.startswith("502 Bad Gateway The proxy") and "<" not in words


@pytest.mark.parametrize("fault", ["malformed-sse=9", "invalid-json=9", "invalid-utf8=9"])
def test_a_damaged_event_is_shown_as_it_came(put: Put, qtbot: QtBot, fault: str) -> None:
    house = put(fault)
    view = composed(house)
    for api in ("responses", "chat"):
        provoke(view, qtbot, api)
        (shown,) = [block for block in view.output.view.blocks() if block.title == "Unreadable event"]
        assert shown.kind is BlockKind.JSON and shown.text().startswith('{"')
        assert ("�" in shown.text()) is (fault == "invalid-utf8=9")
        assert view.model.snapshot is not None and view.model.snapshot.unreadable == 1
        assert view.model.reply.text().endswith("real answer.*"), "the rest came"


def test_a_stalled_stream_is_announced_and_what_came_kept(
    put: Put, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiles, "SANDBOX", replace(profiles.SANDBOX, timeouts=Timeouts(stall=0.3)))
    house = put("stall=9")
    view = composed(house)
    for api in ("responses", "chat"):
        view.settings.api.set_value(api)
        view.run()
        qtbot.waitUntil(view.output.stall.isVisible, timeout=20_000)
        assert view.output.stall.words.text().startswith("Nothing has come for")
        assert view.model.running and enabled(house, "compose.wait") and enabled(house, "compose.stop")
        came = view.model.reply.text()
        house.commands.run("compose.stop")
        finish(view, qtbot)
        assert came and view.model.reply.text() == came == view.output.view.text()
        assert status(view) == "Stopped. What came is kept." and banner(view) is None
        nothing_is_lost(house, view)


@pytest.mark.parametrize("fault", ["latency=0.3", "slow-tokens=400", "unknown-event=9", "unknown-item", "huge-body=3"])
def test_what_is_odd_or_slow_and_no_failure(put: Put, qtbot: QtBot, fault: str) -> None:
    house = put(fault)
    view = composed(house)
    for api in ("responses", "chat"):
        provoke(view, qtbot, api)
        assert status(view).startswith("Done in ") and banner(view) is None
        assert view.model.reply.text().endswith("real answer.*")
        nothing_is_lost(house, view)
        titles = [block.title for block in view.output.view.blocks()]
        if fault == "unknown-event=9":
            name = "response.sandbox_novelty.delta" if api == "responses" else "novelty"
            assert any(name in title for title in titles)
        elif fault == "unknown-item":
            shown = "Unknown item: sandbox_novelty_call" if api == "responses" else "Unknown call: sandbox_novelty_call"
            assert shown in titles
        elif fault == "huge-body=3" and api == "responses":
            assert "File search" in titles
        elif fault == "latency=0.3":
            assert view.model.snapshot is not None and (view.model.snapshot.first_token or 0) >= 0.3
