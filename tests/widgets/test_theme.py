"""The themes: contrast by the numbers, changes that reach every widget, fonts and icons that are really there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontInfo, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

import playground
from playground.core.resources import resource
from playground.widgets.icons import icon, icon_pixmap
from playground.widgets.theme import Theme, ThemeManager, current_theme, load_idle_fonts, load_theme, mono_font, ui_font
from tests.widgets.conftest import Show, settle

ROOT = Path(playground.__file__).parent.parent
THEMES = ("light", "dark")
TEXT = ("text", "muted", "accent", "good", "warning", "error", "simulated")
GROUNDS = ("window", "surface", "sunken", "selection")


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def roles(name: str) -> tuple[dict[str, str], dict[str, str]]:
    data = json.loads(resource("themes", f"{name}.json").read_text("utf-8"))
    return data["roles"], data["syntax"]


@pytest.mark.parametrize("name", THEMES)
def test_every_text_keeps_the_contrast(name: str) -> None:
    colors, syntax = roles(name)
    pairs = [(text, ground, colors[text], colors[ground]) for text in TEXT for ground in GROUNDS]
    pairs += [(f"syntax.{kind}", ground, value, colors[ground]) for kind, value in syntax.items() for ground in GROUNDS]
    pairs += [
        (role, f"{role}_soft", colors[role], colors[f"{role}_soft"])
        for role in ("accent", "good", "warning", "error", "simulated")
    ]
    pairs += [
        ("text", soft, colors["text"], colors[soft]) for soft in ("highlight", "accent_soft", "hover", "error_soft")
    ]
    pairs += [("on_accent", ground, colors["on_accent"], colors[ground]) for ground in ("accent", "accent_hover")]
    pairs += [("on_tooltip", "tooltip", colors["on_tooltip"], colors["tooltip"])]
    poor = [f"{a} on {b}: {contrast(x, y):.2f}" for a, b, x, y in pairs if contrast(x, y) < 4.5]
    assert not poor


def test_both_themes_have_the_same_roles() -> None:
    light, dark = (roles(name) for name in THEMES)
    assert light[0].keys() == dark[0].keys()
    assert light[1].keys() == dark[1].keys()


def test_a_change_of_theme_reaches_palette_and_widgets(light: ThemeManager, show: Show, qapp: QApplication) -> None:
    edit = QLineEdit()
    show(edit, 200, 30)
    heard: list[Theme] = []
    light.changed.connect(lambda: heard.append(current_theme()))
    light.apply("dark")
    settle()
    dark = load_theme("dark")
    assert heard[-1] is dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == dark.color("window")
    assert edit.palette().color(QPalette.ColorRole.Text) == dark.color("text")


def test_toggle_goes_to_the_other_theme(light: ThemeManager) -> None:
    assert light.toggle() == "dark"
    assert current_theme().dark
    assert light.toggle() == "light"
    assert not current_theme().dark


def test_the_system_theme_is_followed_only_when_it_is_asked_for(light: ThemeManager, qapp: QApplication) -> None:
    changed = qapp.styleHints().colorSchemeChanged
    light.apply("system")
    changed.emit(Qt.ColorScheme.Dark)
    assert current_theme().dark
    changed.emit(Qt.ColorScheme.Light)
    assert not current_theme().dark
    light.apply("light")
    changed.emit(Qt.ColorScheme.Dark)
    assert not current_theme().dark
    light.apply("system")
    assert current_theme().dark
    changed.emit(Qt.ColorScheme.Unknown)
    assert not current_theme().dark


def test_the_type_scale_multiplies_every_font(light: ThemeManager, show: Show, qapp: QApplication) -> None:
    label = QLabel("text")
    show(label, 100, 30)
    light.set_scale(1.5)
    settle()
    assert ui_font(13).pixelSize() == 20
    assert mono_font(12).pixelSize() == 18
    assert label.font().pixelSize() == 20
    light.set_scale(1.0)
    assert qapp.font().pixelSize() == 13


def test_the_bundled_fonts_are_used(qapp: QApplication) -> None:
    load_idle_fonts()
    assert QFontInfo(ui_font(13, 600)).family().startswith("Inter")
    assert QFontInfo(mono_font()).family() == "JetBrains Mono"


def test_an_icon_set_once_follows_the_theme(light: ThemeManager) -> None:
    one = icon("copy", "accent")
    before = one.pixmap(QSize(18, 18)).toImage()
    light.apply("dark")
    after = one.pixmap(QSize(18, 18)).toImage()
    assert before != after
    disabled = one.pixmap(QSize(18, 18), QIcon.Mode.Disabled).toImage()
    assert disabled != after


def test_every_icon_draws_something_and_unknown_ones_are_refused(qapp: QApplication) -> None:
    for path in resource("icons").glob("*.svg"):
        image = icon_pixmap(path.stem, "text", 18).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(18) for y in range(18)), path.stem
        assert 'stroke-width="1.7"' in path.read_text("utf-8")
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_a_program_with_the_style_ends_cleanly() -> None:
    """The style is a Python object that Qt owns: its end must not be the program's crash."""
    program = (
        "from PySide6.QtWidgets import QApplication, QLineEdit\n"
        "from playground.widgets.theme import ThemeManager\n"
        "app = QApplication([])\ntheme = ThemeManager()\ntheme.apply('dark')\n"
        "edit = QLineEdit()\nedit.show()\nedit.grab()\n"
    )
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
        assert done.returncode == 0, done.stderr


def test_no_role_is_asked_for_that_no_theme_has(qapp: QApplication, show: Show) -> None:
    with pytest.raises(KeyError):
        current_theme().color("no-such-role")
    assert isinstance(QWidget().palette(), QPalette)
