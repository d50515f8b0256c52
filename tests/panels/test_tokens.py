"""The prompt's tokens, cost and context in Compose, through the real panel, server and sandbox."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from playground.core.profiles import SANDBOX, Profile
from playground.core.tokens import PromptCount, count_prompt
from playground.panels.compose.counting import Estimate, estimate
from playground.panels.compose.foot import ContextMeter
from playground.panels.compose.view import ComposeView
from playground.widgets.theme import ThemeManager
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import PATIENCE, House
from tests.panels.test_compose import write

OPENAI = Profile.new("OpenAI")


def said(view: ComposeView) -> str:
    return view.prompt.foot.tokens.source()


def counted(tokens: int, **body: object) -> Estimate:
    return estimate(PromptCount(tokens, 0, (tokens,), False), {"model": "gpt-4o", **body}, OPENAI)


def test_what_is_written_is_counted(house: House, qtbot: QtBot) -> None:
    view = house.compose()
    write(view, "What is a request ID?", instructions="Be brief.")
    view.use_model("gpt-4o")
    expected = count_prompt("Be brief.", [("user", "What is a request ID?")], "gpt-4o").total
    qtbot.waitUntil(lambda: said(view) == f"{expected} tokens in · cost unknown", timeout=PATIENCE)
    card = view.prompt.messages.cards[0]
    assert card.tokens.text() == "6 tokens"
    assert view.prompt._told.text() == "3 tokens"
    card.editor.insertPlainText(" Show three lines.")
    qtbot.waitUntil(lambda: card.tokens.text() == "10 tokens", timeout=PATIENCE)
    assert said(view) == f"{expected + 4} tokens in · cost unknown"
    view.prompt.instructions.set_text("")
    card.editor.set_text("")
    qtbot.waitUntil(view.prompt.foot.isHidden, timeout=PATIENCE)
    assert card.tokens.text() == "" and view.prompt._told.text() == ""


def test_a_model_nobody_knows_is_counted_about(house: House, qtbot: QtBot) -> None:
    view = house.compose()
    write(view, "hello")
    view.use_model("some-model")
    qtbot.waitUntil(lambda: said(view).startswith("about "), timeout=PATIENCE)
    assert "encoding is not known" in view.prompt.foot.tokens.toolTip()
    assert view.prompt.foot.meter.isHidden(), "no context is known, so none is shown"


def test_a_message_that_came_since_says_nothing(house: House, qtbot: QtBot) -> None:
    view = house.compose()
    write(view, "hello")
    qtbot.waitUntil(lambda: bool(view.prompt.messages.cards[0].tokens.text()), timeout=PATIENCE)
    house.commands.run("compose.add_message")
    view.prompt.messages.show_tokens((5,))
    assert [card.tokens.text() for card in view.prompt.messages.cards] == ["5 tokens", ""]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (counted(418), "418 tokens in · about $0.0010"),
        (counted(1), "1 token in · about under $0.0001"),
        (counted(0), ""),
        (counted(418, model="nobody"), "418 tokens in · cost unknown"),
        (counted(418, service_tier="priority"), "418 tokens in · cost unknown"),
        (estimate(PromptCount(57, 0, (57,), True), {"model": "sandbox-echo"}, SANDBOX), "about 57 tokens in · $0"),
        (estimate(PromptCount(57, 0, (), False), {"model": "gpt-4o"}, SANDBOX), "57 tokens in · cost unknown"),
    ],
)
def test_the_words(made: Estimate, words: str) -> None:
    assert made.words() == words


def test_the_dearest_it_can_become_is_told() -> None:
    made = counted(1000, max_output_tokens=1000)
    assert made.cost == Decimal("0.0025") and made.most == Decimal("0.0125")
    assert "With 1,000 tokens of output it costs $0.0125 at most." in made.tip()


@pytest.mark.parametrize(
    ("tokens", "body", "role", "words"),
    [
        (1000, {}, "accent", ""),
        (1000, {"max_output_tokens": 127_000}, "accent", ""),
        (1001, {"max_output_tokens": 127_000}, "warning", "together are 128,001 tokens; the model takes 128,000"),
        (1001, {"max_completion_tokens": 127_000}, "warning", "together are 128,001 tokens"),
        (120_000, {}, "warning", ""),
        (128_001, {}, "error", "does not fit"),
    ],
)
def test_the_context_warns(house: House, tokens: int, body: dict[str, int], role: str, words: str) -> None:
    view = house.compose()
    view.prompt.show_estimate(counted(tokens, **body))
    foot = view.prompt.foot
    assert foot.meter.role() == role and foot.meter.isVisibleTo(view)
    assert words in foot.warning.source() and foot.warning.isVisibleTo(view) == bool(words)
    assert f"{tokens:,} of the model's 128,000 tokens" in foot.meter.toolTip()


def test_the_meter_says_how_much() -> None:
    ThemeManager().apply("light")
    meter = ContextMeter()
    for tokens, text in ((10, "under 0.1 %"), (512, "0.4 %"), (64_000, "50 %"), (256_000, "200 %")):
        meter.show_share(tokens / 128_000, tokens, 128_000, warns=False)
        assert meter.text() == text
        assert text in meter.accessibleName()


def test_the_server_counts_when_it_is_asked(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses/input_tokens", Reply.of_json({"object": "response.input_tokens", "input_tokens": 1234}))
    view = house.compose()
    write(view, "hello", instructions="Be brief.")
    view.use_model("gpt-4o")
    house.commands.run("compose.count_tokens")
    qtbot.waitUntil(lambda: said(view).startswith("1,234 tokens in, by the server's count"), timeout=PATIENCE)
    house.settled()
    assert said(view).startswith("1,234"), "the count made here does not take its place"
    (asked,) = [request for request in server.received if request.path.endswith("input_tokens")]
    body = asked.json()
    assert body["model"] == "gpt-4o" and body["instructions"] == "Be brief."
    assert "stream" not in body
    view.prompt.messages.cards[0].editor.insertPlainText(" again")
    qtbot.waitUntil(lambda: "server" not in said(view), timeout=PATIENCE)


def test_a_server_that_cannot_count_says_so_in_its_place(house: House, server: RecordingServer, qtbot: QtBot) -> None:
    view = house.compose()
    write(view, "hello")
    view.use_model("gpt-4o")
    error = {"error": {"message": "no such path", "type": "invalid_request_error"}}
    server.add("/responses/input_tokens", Reply.of_json(error, status=404))
    house.commands.run("compose.count_tokens")
    qtbot.waitUntil(lambda: "did not count" in view.prompt.foot.warning.source(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(said(view)), timeout=PATIENCE)
    assert "server" not in said(view), "the count made here stands"
    assert "did not count" in view.prompt.foot.warning.source(), "and why there is no other"
    view.prompt.messages.cards[0].editor.insertPlainText(" again")
    qtbot.waitUntil(view.prompt.foot.warning.isHidden, timeout=PATIENCE)


def test_the_sandbox_counts_both_apis(sandbox_house: House, qtbot: QtBot) -> None:
    view = sandbox_house.compose()
    write(view, "hello there", instructions="Be brief.", model="sandbox-echo")
    numbers = []
    for api in ("responses", "chat"):
        view.settings.api.set_value(api)
        sandbox_house.settled()
        view.prompt.foot.tokens.setText("")
        sandbox_house.commands.run("compose.count_tokens")
        qtbot.waitUntil(lambda: "by the server's count · $0" in said(view), timeout=PATIENCE)
        numbers.append(int(said(view).split()[0]))
    assert numbers[0] > 3 and numbers[0] == numbers[1]
