"""The Limits page: what servers told per model, what is to be expected, and the rows behind each mark."""

from __future__ import annotations

import time
from typing import Any

import pytest

from playground.panels.inspector.limits import LimitsPage
from playground.panels.inspector.limits_series import query_at, read
from playground.panels.inspector.view import InspectorView
from playground.widgets.presentation import present
from playground.widgets.theme import ThemeManager
from tests.core.exchanges.test_limits import said, tell
from tests.panels.conftest import PATIENCE, House
from tests.shell.test_window import nameless


def opened(house: House) -> tuple[InspectorView, LimitsPage]:
    """The page, shown and read."""
    assert house.store.flush()
    view = house.inspector()
    assert house.commands.run("inspector.page_limits")
    page = view.page("limits")
    house.qtbot.waitUntil(lambda: page.shown is not None, timeout=PATIENCE)
    return view, page


def meters(page: LimitsPage, model: str) -> dict[str, Any]:
    (card,) = [card for card in page.cards.values() if card.model.full_text() == model]
    return {kind: meter for kind, meter in card.meters.items() if meter.isVisible()}


def test_without_calls_it_says_what_will_be_here(house: House) -> None:
    _, page = opened(house)
    assert page.empty.isVisible() and page.empty.title.text() == "No calls in this time"


def test_answers_that_name_no_limit_are_said_to(house: House) -> None:
    now = time.time()
    for age in (30, 20):
        tell(house.store, now - age, {"content-type": "application/json"})
    _, page = opened(house)
    assert page.empty.title.text() == "No limits were told"
    assert "No answer to 2 calls of the last hour named any" in page.empty.text.text()


def test_each_model_has_its_meters_and_facts(house: House) -> None:
    now = time.time()
    for age in range(50, 0, -2):
        tell(house.store, now - age, said(400 + age, tokens=19_000 - 300 * (50 - age)), model="gpt-x")
    tell(house.store, now - 3, {"openai-processing-ms": "90"}, model="quiet")
    _, page = opened(house)
    assert page.note.full_text().startswith("1 model · as of ")
    found = meters(page, "gpt-x")
    assert list(found) == ["requests", "tokens"]
    assert found["requests"].value.full_text().endswith(" / 500")
    assert found["tokens"].value.full_text() == "4,600 / 200k", "they do not come back: the server did not say when"
    assert "used up at about" in found["tokens"].outlook.full_text()
    assert "does not say when they come back" in found["tokens"].outlook.full_text()
    (card,) = [card for card in page.cards.values() if card.model.full_text() == "gpt-x"]
    keys = [one.key for one in card.chart.plot.content.series]
    assert keys[0] == "requests" and "tokens" in keys and "tokens~" in keys
    (quiet,) = [card for card in page.cards.values() if card.model.full_text() == "quiet"]
    assert quiet.silent.isVisible() and not quiet.chart.isVisible() and not quiet.meters
    assert nameless(page) == []


def test_used_up_and_short_are_said_in_colour_and_words(house: House) -> None:
    now = time.time()
    tell(house.store, now, said(0, tokens=10_000), model="gpt-x")
    assert house.store.flush()
    card = read(house.store, "1h", now).cards[0]
    requests, tokens = card.meters
    assert (requests.role, tokens.role) == ("error", "warning")
    assert requests.outlook == "The requests are used up. The next is back in 120 ms."


def test_a_mark_and_a_model_open_their_rows(house: House) -> None:
    now = time.time()
    exchanges = [tell(house.store, now - age, said(400), model='gpt "x"') for age in (900, 600, 300)]
    tell(house.store, now - 300, said(400), model="other")
    view, page = opened(house)
    (card,) = [card for card in page.cards.values() if card.model.full_text() == 'gpt "x"']
    card.rows.click()
    house.settled()
    assert view.current_page() == "requests" and len(view.shown_numbers()) == 3, view.query()
    assert house.commands.run("inspector.page_limits")
    card.chart.plot.mark_chosen.emit("requests", now - 600, now - 600)
    house.settled()
    (number,) = view.shown_numbers()
    assert house.store.log.rows([number])[0].summary.id == exchanges[1]


def test_a_span_is_chosen_by_a_command(house: House) -> None:
    tell(house.store, time.time() - 7200, said(400))
    _, page = opened(house)
    assert not page.cards
    assert house.commands.run("inspector.limits_6h")
    house.qtbot.waitUntil(lambda: len(page.cards) == 1, timeout=PATIENCE)
    assert page.pills["6h"].isChecked() and not page.pills["1h"].isChecked()
    page.show_span("24h")
    page.show_span("15m")  # while the other is being read
    assert page.shown is not None and page.shown.span == "6h"
    house.settled()
    assert page.shown.span == "15m"
    house.qtbot.waitUntil(lambda: not page.cards, timeout=PATIENCE)


def test_new_answers_appear_and_a_hidden_page_reads_nothing(house: House) -> None:
    view, page = opened(house)
    tell(house.store, time.time(), said(400))
    house.qtbot.waitUntil(lambda: len(page.cards) == 1, timeout=PATIENCE)
    view.show_page("requests")
    house.settled()
    before = page.shown
    tell(house.store, time.time(), said(399), model="later")
    assert house.store.flush()
    house.settled()
    assert page.shown is before and not page._timer.isActive()
    view.show_page("limits")
    house.qtbot.waitUntil(lambda: len(page.cards) == 2, timeout=PATIENCE)


def test_what_a_server_writes_is_made_visible(house: House) -> None:
    headers = said(400) | {"openai-version": "1\u202eevil", "openai-organization": "org\u200bhidden"}
    tell(house.store, time.time(), headers)
    _, page = opened(house)
    (card,) = page.cards.values()
    assert "\u200b" not in card.where.text() and "\u202e" not in card.facts._rows[2][1].text()


@pytest.mark.parametrize("moment", [0.0, 1_790_000_000.5])
def test_the_query_of_a_mark_is_one(house: House, moment: float) -> None:
    tell(house.store, time.time(), said(400), model="a b")
    assert house.store.flush()
    card = read(house.store, "24h").cards[0]
    assert house.store.log.count(query_at(card, moment)) == 0


def test_organisation_and_project_are_hidden_while_presenting(house: House) -> None:
    tell(house.store, time.time(), said(400) | {"openai-project": "support team"})
    _, page = opened(house)
    (card,) = page.cards.values()
    shown = card.where.text()
    assert "organisation org-acme" in shown and "project support team" in shown
    present(True)
    try:
        ThemeManager().apply("light")
        house.settled()
        assert "acme" not in card.where.text() and "support" not in card.where.text(), card.where.text()
    finally:
        present(False)
        ThemeManager().apply("light")
    assert card.where.text() == shown
