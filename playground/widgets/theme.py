"""Colours and type: the themes in `resources/themes` as a palette, and the bundled fonts.

Widgets take their colours from `current_theme()` when they paint, or set them again in `changeEvent` on
`PaletteChange` (see `is_theme_change`). There is one current theme and one type scale in the process.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from playground.core.resources import resource
from playground.widgets.presentation import TYPE_FACTOR, presenting, revision

Mode = Literal["system", "light", "dark"]

GRID = 8
"""Pixels. Distances are multiples of this, or of its half."""
RADIUS = 6
"""Pixels. Corners of fields and buttons; larger boxes have 8."""

EAGER_FONTS = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "JetBrainsMono-Regular.ttf")
IDLE_FONTS = ("Inter-Italic.otf", "JetBrainsMono-Medium.ttf")

_THEME_EVENTS = frozenset(
    {
        QEvent.Type.PaletteChange,
        QEvent.Type.ApplicationPaletteChange,
        QEvent.Type.ApplicationFontChange,
        QEvent.Type.StyleChange,
    }
)


@dataclass(frozen=True, eq=False)
class Theme:
    """The colours of one theme, by role."""

    name: str
    dark: bool
    roles: Mapping[str, QColor]
    syntax: Mapping[str, QColor]

    def color(self, role: str) -> QColor:
        """The colour of a role, or of `syntax.<kind>`. Raises KeyError for a role that no theme has."""
        if role.startswith("syntax."):
            return self.syntax[role[7:]]
        return self.roles[role]

    def css(self, role: str) -> str:
        """The colour as `#rrggbb`."""
        return self.color(role).name()

    def palette(self) -> QPalette:
        """What native widgets paint with."""
        palette = QPalette()
        group = QPalette.ColorRole
        for role, name in (
            (group.Window, "window"),
            (group.WindowText, "text"),
            (group.Base, "surface"),
            (group.AlternateBase, "sunken"),
            (group.Text, "text"),
            (group.Button, "surface"),
            (group.ButtonText, "text"),
            (group.BrightText, "error"),
            (group.PlaceholderText, "muted"),
            (group.Highlight, "highlight"),
            (group.HighlightedText, "text"),
            (group.Link, "accent"),
            (group.LinkVisited, "accent"),
            (group.ToolTipBase, "tooltip"),
            (group.ToolTipText, "on_tooltip"),
            (group.Light, "surface"),
            (group.Midlight, "hover"),
            (group.Mid, "line"),
            (group.Dark, "line_strong"),
            (group.Shadow, "line_strong"),
            (group.Accent, "accent"),
        ):
            palette.setColor(role, self.roles[name])
        for role in (group.WindowText, group.Text, group.ButtonText, group.HighlightedText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.roles["faint"])
        return palette


@cache
def load_theme(name: str) -> Theme:
    """Read `resources/themes/<name>.json`. Raises FileNotFoundError where there is none."""
    data = json.loads(resource("themes", f"{name}.json").read_text("utf-8"))
    roles = {role: QColor(value) for role, value in data["roles"].items()}
    syntax = {kind: QColor(value) for kind, value in data["syntax"].items()}
    return Theme(data["name"], data["dark"], roles, syntax)


@dataclass
class _Current:
    theme: Theme | None = None
    scale: float = 1.0
    wanted: float = 1.0
    """The scale without what presentation mode adds to it."""
    presented: int = 0
    fonts_loaded: bool = False
    idle_fonts_loaded: bool = False


_current = _Current()


def current_theme() -> Theme:
    """The theme in force; light until a `ThemeManager` applied another."""
    if _current.theme is None:
        _current.theme = load_theme("light")
    return _current.theme


def color(role: str) -> QColor:
    """Short for `current_theme().color(role)`."""
    return current_theme().color(role)


def is_theme_change(event: QEvent) -> bool:
    """Whether a `changeEvent` means that colours or fonts may be others now."""
    return event.type() in _THEME_EVENTS


def font_scale() -> float:
    """The factor on every font size; 1.0 is the design's."""
    return _current.scale


def scaled(pixels: float) -> int:
    """A length that goes with the type, in pixels."""
    return round(pixels * _current.scale)


def ui_font(size: float = 13, weight: int = 400, *, spacing: float = 0.0) -> QFont:
    """Inter in pixels (before the type scale); `spacing`: letter spacing in pixels."""
    font = QFont("Inter")
    font.setPixelSize(max(8, scaled(size)))
    font.setWeight(QFont.Weight(weight))
    if spacing:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing)
    return font


def mono_font(size: float = 12, weight: int = 400) -> QFont:
    """JetBrains Mono in pixels, with its ligatures off so that code reads as it is written."""
    font = QFont("JetBrains Mono")
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(max(8, scaled(size)))
    font.setWeight(QFont.Weight(weight))
    if hasattr(QFont, "setFeature"):
        font.setFeature(QFont.Tag("calt"), 0)
    return font


def load_fonts() -> None:
    """Register the fonts the first frame needs (about 1.5 ms after Qt's own font set-up). Twice does nothing."""
    if _current.fonts_loaded:
        return
    _current.fonts_loaded = True
    for file in EAGER_FONTS:
        QFontDatabase.addApplicationFont(str(resource("fonts", file)))


def load_idle_fonts() -> None:
    """Register the cuts that only content needs: italic and medium mono. Twice does nothing."""
    if _current.idle_fonts_loaded:
        return
    _current.idle_fonts_loaded = True
    for file in IDLE_FONTS:
        QFontDatabase.addApplicationFont(str(resource("fonts", file)))


def _tell_widgets(app: QApplication) -> None:
    """A widget that set a font of its own hears nothing of another application font: tell each one."""
    from shiboken6 import isValid

    for widget in app.allWidgets():
        if isValid(widget):
            QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))


class ThemeManager(QObject):
    """Sets the application's palette, fonts and style, and follows the system where it is asked to."""

    changed = Signal()
    """After palette and fonts were set; widgets have heard of it by their `changeEvent` already."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mode: Mode = "system"
        hints = QGuiApplication.styleHints()
        self._scheme = hints.colorScheme()
        hints.colorSchemeChanged.connect(self._system_changed)

    @property
    def theme(self) -> Theme:
        return current_theme()

    def apply(self, mode: Mode, scale: float | None = None) -> None:
        """Use a theme ("system" follows the desktop), and a factor on font sizes (None: as it is).

        Presentation mode multiplies the factor; a change of that mode is told to every widget here.
        """
        from playground.widgets.style import install_style

        self.mode = mode
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            raise RuntimeError("a theme needs a QApplication")
        load_fonts()
        scale_before = _current.scale
        if scale is not None:
            _current.wanted = min(3.0, max(0.5, scale))
        _current.scale = _current.wanted * (TYPE_FACTOR if presenting() else 1.0)
        theme = load_theme(self._name())
        same = _current.theme is theme
        _current.theme = theme
        install_style(app)
        font = ui_font()
        if app.font() != font:
            app.setFont(font)
        if not same or app.palette() != theme.palette():
            app.setPalette(theme.palette())
        if _current.scale != scale_before or _current.presented != revision():
            _current.presented = revision()
            _tell_widgets(app)
        self.changed.emit()

    def set_scale(self, scale: float) -> None:
        """Multiply every font size (the settings' `appearance.font_scale`)."""
        self.apply(self.mode, scale)

    def toggle(self) -> Mode:
        """From what is seen now to the other theme; returns the mode now in force."""
        self.apply("light" if current_theme().dark else "dark")
        return self.mode

    def _name(self) -> str:
        if self.mode != "system":
            return self.mode
        return "dark" if self._scheme == Qt.ColorScheme.Dark else "light"

    def _system_changed(self, scheme: Qt.ColorScheme) -> None:
        self._scheme = scheme
        if self.mode == "system":
            self.apply("system")
