"""Settings: declared data, checked values, one file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playground.core.settings import DECLARED, FONT_SCALE, KEEP_DAYS, THEME, Settings


def test_defaults_changes_and_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings = Settings(path)
    settings.load()
    told: list[str] = []
    settings.changed.connect(told.append)
    assert settings.get("appearance.theme") == "system" and settings.get(FONT_SCALE) == 1.0
    settings.set(THEME, "dark")
    settings.set("appearance.theme", "dark")
    assert told == ["appearance.theme"] and settings.unsaved and not path.exists()
    settings.save()
    again = Settings(path)
    again.load()
    assert again.get(THEME) == "dark" and not again.unsaved
    again.reset(THEME)
    assert again.get(THEME) == "system"


def test_what_does_not_fit_is_refused_in_words(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "s.json")
    for key, value in ((THEME, "pink"), (THEME, 3), (KEEP_DAYS, -1), (KEEP_DAYS, True), (FONT_SCALE, "big")):
        with pytest.raises(ValueError, match=key.title):
            settings.set(key, value)
    with pytest.raises(KeyError):
        settings.set("no.such", 1)


def test_a_file_of_another_version_or_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"appearance.theme": "pink", "new.setting": 1}))
    settings = Settings(path)
    settings.load()
    assert settings.get(THEME) == "system"
    settings.set(KEEP_DAYS, 7)
    settings.save()
    assert json.loads(path.read_text())["new.setting"] == 1
    path.write_text("[")
    settings.load()
    assert settings.problem is not None and settings.get(KEEP_DAYS) == 30
    assert len(list(tmp_path.glob("settings.json.broken-*"))) == 1


def test_every_declared_default_fits_its_own_rules() -> None:
    assert len({setting.key for setting in DECLARED}) == len(DECLARED)
    for setting in DECLARED:
        assert setting.check(setting.default) == setting.default and setting.title


def test_two_instances_do_not_undo_each_other(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    one, two = Settings(path), Settings(path)
    for settings in (one, two):
        settings.load()
    one.set(THEME, "dark")
    two.set(KEEP_DAYS, 7)
    one.save()
    two.save()
    one.reset(THEME)
    one.save()
    after = Settings(path)
    after.load()
    assert (after.get(THEME), after.get(KEEP_DAYS)) == ("system", 7)
    assert [file.name for file in tmp_path.iterdir()] == ["settings.json"]


def test_a_file_damaged_meanwhile_is_set_aside_and_nothing_that_was_set_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings = Settings(path)
    settings.load()
    settings.set(THEME, "dark")
    settings.save()
    path.write_text("{" + "[" * 100_000)
    settings.set(KEEP_DAYS, 7)
    settings.save()
    after = Settings(path)
    after.load()
    assert (after.get(THEME), after.get(KEEP_DAYS), after.problem) == ("dark", 7, None)
    assert settings.problem is not None and len(list(tmp_path.glob("settings.json.broken-*"))) == 1
