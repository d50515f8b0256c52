"""How the single parts of native widgets are painted; `style.py` says when."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionFrame,
    QStyleOptionHeader,
    QStyleOptionMenuItem,
    QStyleOptionProgressBar,
    QStyleOptionTab,
    QStyleOptionViewItem,
    QWidget,
)

from playground.widgets.theme import RADIUS, current_theme, scaled, ui_font

State = QStyle.StateFlag
Align = Qt.AlignmentFlag


def rounded(
    painter: QPainter,
    rect: QRect | QRectF,
    fill: str | None,
    line: str | None,
    radius: float = RADIUS,
    width: float = 1.0,
    dashed: bool = False,
) -> None:
    """A rounded box whose border lies inside the rectangle; roles, or None for no fill or no border."""
    theme = current_theme()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        pen = QPen(theme.color(line), width)
        if dashed:
            pen.setDashPattern([3, 2.5])
        painter.setPen(pen)
    painter.setBrush(theme.color(fill) if fill else Qt.BrushStyle.NoBrush)
    inset = width / 2 if line else 0
    painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), radius, radius)
    painter.restore()


def chevron(painter: QPainter, rect: QRect, direction: str, role: str) -> None:
    """A small open arrow, `down`, `up`, `right` or `left`."""
    center = QRectF(rect).center()
    a, b = 3.5, 1.9
    points = {
        "down": (QPointF(-a, -b), QPointF(0, b), QPointF(a, -b)),
        "up": (QPointF(-a, b), QPointF(0, -b), QPointF(a, b)),
        "right": (QPointF(-b, -a), QPointF(b, 0), QPointF(-b, a)),
        "left": (QPointF(b, -a), QPointF(-b, 0), QPointF(b, a)),
    }[direction]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(current_theme().color(role), 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPolyline([center + point for point in points])
    painter.restore()


def field(painter: QPainter, option: QStyleOption) -> None:
    """The box of a line edit or combo box."""
    focus = bool(option.state & State.State_HasFocus)
    enabled = bool(option.state & State.State_Enabled)
    if isinstance(option, QStyleOptionFrame) and option.lineWidth == 0:
        return
    rounded(
        painter,
        option.rect,
        "surface" if enabled else "window",
        "accent" if focus else "line",
        RADIUS,
        1.5 if focus else 1,
    )


def frame(painter: QPainter, option: QStyleOption, widget: QFrame) -> None:
    """The box round a text edit; plain scroll areas and item views have none."""
    if widget.frameShape() != QFrame.Shape.StyledPanel:
        return
    if isinstance(widget, QAbstractScrollArea):
        focus = widget.hasFocus()
        rounded(painter, option.rect, None, "accent" if focus else "line", RADIUS, 1.5 if focus else 1)


def shaped_frame(painter: QPainter, option: QStyleOption, widget: QWidget | None) -> None:
    """QFrame's lines are hairlines, its panels rounded boxes."""
    if not isinstance(option, QStyleOptionFrame):
        return
    line = current_theme().color("line")
    rect = option.rect
    shape = option.frameShape
    if shape == QFrame.Shape.HLine:
        painter.fillRect(QRect(rect.x(), rect.center().y(), rect.width(), 1), line)
    elif shape == QFrame.Shape.VLine:
        painter.fillRect(QRect(rect.center().x(), rect.y(), 1, rect.height()), line)
    elif shape == QFrame.Shape.StyledPanel and isinstance(widget, QFrame):
        if isinstance(widget, QAbstractScrollArea):
            frame(painter, option, widget)
        elif type(widget) is QFrame:
            rounded(painter, rect, "surface", "line", 8)


def button(painter: QPainter, option: QStyleOption) -> None:
    """A push button: accent where it is the default one, else surface with a border."""
    enabled = bool(option.state & State.State_Enabled)
    down = bool(option.state & (State.State_Sunken | State.State_On))
    hover = enabled and bool(option.state & State.State_MouseOver)
    flat = isinstance(option, QStyleOptionButton) and bool(option.features & QStyleOptionButton.ButtonFeature.Flat)
    default = isinstance(option, QStyleOptionButton) and bool(
        option.features & QStyleOptionButton.ButtonFeature.DefaultButton
    )
    if flat:
        if hover or down:
            rounded(painter, option.rect, "pressed" if down else "hover", None)
        return
    if default and enabled:
        rounded(painter, option.rect, "accent_hover" if hover or down else "accent", None)
        option.palette.setColor(QPalette.ColorRole.ButtonText, current_theme().color("on_accent"))
        return
    fill = "pressed" if down else "hover" if hover else "surface" if enabled else "window"
    rounded(painter, option.rect, fill, "line_strong" if enabled else "line")


def tool_button(painter: QPainter, option: QStyleOption) -> None:
    """Nothing until it is pointed at, pressed or checked."""
    if option.state & State.State_On:
        rounded(painter, option.rect, "accent_soft", None)
    elif option.state & State.State_Sunken:
        rounded(painter, option.rect, "pressed", None)
    elif option.state & State.State_Enabled and option.state & State.State_MouseOver:
        rounded(painter, option.rect, "hover", None)


def focus_ring(painter: QPainter, option: QStyleOption, widget: QWidget | None) -> None:
    """Round whatever has the focus, where the keyboard brought it there."""
    if option.state & State.State_KeyboardFocusChange or option.state & State.State_HasFocus:
        rect = widget.rect() if widget is not None and option.rect.width() < 8 else option.rect
        rounded(painter, rect, None, "accent", RADIUS, 1.5)


def check_box(painter: QPainter, option: QStyleOption) -> None:
    theme = current_theme()
    enabled = bool(option.state & State.State_Enabled)
    on = bool(option.state & State.State_On)
    rect = QRectF(option.rect)
    if on:
        rounded(painter, rect, "accent" if enabled else "faint", None, 4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("on_accent"), 1.8, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        x, y, w, h = rect.x(), rect.y(), rect.width(), rect.height()
        painter.drawPolyline([QPointF(x + w * a, y + h * b) for a, b in ((0.25, 0.52), (0.43, 0.7), (0.76, 0.32))])
        painter.restore()
        return
    hover = enabled and bool(option.state & State.State_MouseOver)
    rounded(painter, rect, "surface", "accent" if hover else "line_strong", 4)
    if option.state & State.State_NoChange:
        painter.fillRect(rect.adjusted(4, 7, -4, -7), theme.color("muted"))


def radio_button(painter: QPainter, option: QStyleOption) -> None:
    rect = QRectF(option.rect)
    radius = rect.width() / 2
    if option.state & State.State_On:
        rounded(painter, rect, "accent", None, radius)
        rounded(painter, rect.adjusted(5, 5, -5, -5), "on_accent", None, radius)
    else:
        hover = bool(option.state & State.State_MouseOver)
        rounded(painter, rect, "surface", "accent" if hover else "line_strong", radius)


def combo_box(painter: QPainter, option: QStyleOption) -> None:
    """Field and arrow; the open or focused one has the accent border."""
    editable = bool(getattr(option, "editable", False))
    if getattr(option, "frame", True):
        enabled = bool(option.state & State.State_Enabled)
        focus = bool(option.state & State.State_HasFocus)
        hover = enabled and not editable and bool(option.state & State.State_MouseOver)
        line = "accent" if focus else "line_strong" if hover else "line"
        rounded(painter, option.rect, "surface" if enabled else "window", line, RADIUS, 1.5 if focus else 1)
    arrow = QRect(option.rect.right() - 20, option.rect.y(), 16, option.rect.height())
    chevron(painter, arrow, "down", "muted")


def spin_rect(rect: QRect, sub: QStyle.SubControl) -> QRect:
    """Where the parts of a spin box are."""
    half = rect.height() // 2
    if sub == QStyle.SubControl.SC_SpinBoxUp:
        return QRect(rect.right() - 19, rect.y(), 20, half)
    if sub == QStyle.SubControl.SC_SpinBoxDown:
        return QRect(rect.right() - 19, rect.y() + half, 20, rect.height() - half)
    if sub == QStyle.SubControl.SC_SpinBoxEditField:
        return rect.adjusted(1, 1, -20, -1)
    return rect


def spin_box(painter: QPainter, option: QStyleOption) -> None:
    """A field with two small arrows."""
    enabled = bool(option.state & State.State_Enabled)
    focus = bool(option.state & State.State_HasFocus)
    line = "accent" if focus else "line"
    rounded(painter, option.rect, "surface" if enabled else "window", line, RADIUS, 1.5 if focus else 1)
    up = spin_rect(option.rect, QStyle.SubControl.SC_SpinBoxUp)
    down = spin_rect(option.rect, QStyle.SubControl.SC_SpinBoxDown)
    chevron(painter, up.translated(-1, 2), "up", "muted")
    chevron(painter, down.translated(-1, -2), "down", "muted")


def progress_bar(painter: QPainter, option: QStyleOption) -> None:
    """A thin bar, full width while the end is unknown; no text over it."""
    if not isinstance(option, QStyleOptionProgressBar):
        return
    rect = QRectF(option.rect)
    groove = QRectF(rect.x(), rect.center().y() - 2, rect.width(), 4)
    rounded(painter, groove, "line", None, 2)
    span = option.maximum - option.minimum
    if span <= 0:
        rounded(painter, groove, "accent_light", None, 2)
        return
    done = (option.progress - option.minimum) / span
    if done > 0:
        rounded(painter, QRectF(groove.x(), groove.y(), max(4.0, groove.width() * done), 4), "accent", None, 2)


def menu_panel(painter: QPainter, option: QStyleOption) -> None:
    painter.fillRect(option.rect, current_theme().color("surface"))
    painter.setPen(current_theme().color("line_strong"))
    painter.drawRect(option.rect.adjusted(0, 0, -1, -1))


def tip(painter: QPainter, option: QStyleOption) -> None:
    painter.fillRect(option.rect, current_theme().color("tooltip"))


def menu_item_size(option: QStyleOption, size: QSize, result: QSize) -> QSize:
    """Room for an icon or tick, the text, and the shortcut."""
    if not isinstance(option, QStyleOptionMenuItem):
        return result
    if option.menuItemType == QStyleOptionMenuItem.MenuItemType.Separator:
        return QSize(10, 9)
    width = size.width() + 28 + 24
    if "\t" in option.text:
        width += 24
    return QSize(width, scaled(28))


def menu_item(painter: QPainter, option: QStyleOption) -> None:
    if not isinstance(option, QStyleOptionMenuItem):
        return
    theme = current_theme()
    rect = option.rect
    if option.menuItemType == QStyleOptionMenuItem.MenuItemType.Separator:
        painter.fillRect(QRect(rect.x() + 4, rect.center().y(), rect.width() - 8, 1), theme.color("line"))
        return
    enabled = bool(option.state & State.State_Enabled)
    if enabled and option.state & State.State_Selected:
        rounded(painter, rect.adjusted(4, 1, -4, -1), "accent_soft", None)
    mark = QRect(rect.x() + 10, rect.y(), 18, rect.height())
    if option.checkType != QStyleOptionMenuItem.CheckType.NotCheckable:
        if option.checked:
            icon = _icon("check", "accent")
            icon.paint(painter, mark.adjusted(1, 0, -1, 0))
    elif not option.icon.isNull():
        option.icon.paint(painter, mark.adjusted(1, 0, -1, 0), Align.AlignCenter, _mode(enabled))
    text, _, shortcut = option.text.partition("\t")
    flags = int((Align.AlignVCenter | Align.AlignLeft).value) | int(Qt.TextFlag.TextHideMnemonic.value)
    painter.setFont(option.font)
    painter.setPen(theme.color("text" if enabled else "faint"))
    body = rect.adjusted(34, 0, -14, 0)
    painter.drawText(body, flags, text)
    if shortcut:
        painter.setPen(theme.color("muted" if enabled else "faint"))
        painter.setFont(ui_font(12))
        painter.drawText(body, int((Align.AlignVCenter | Align.AlignRight).value), shortcut)
    if option.menuItemType == QStyleOptionMenuItem.MenuItemType.SubMenu:
        chevron(painter, QRect(rect.right() - 20, rect.y(), 14, rect.height()), "right", "muted")


def _icon(name: str, role: str) -> QIcon:
    from playground.widgets.icons import icon

    return icon(name, role, 16)


def _mode(enabled: bool) -> QIcon.Mode:
    return QIcon.Mode.Normal if enabled else QIcon.Mode.Disabled


def tab_size(option: QStyleOption, result: QSize) -> QSize:
    """A tab as wide as its text and 10 pixels on each side, 36 high."""
    if not isinstance(option, QStyleOptionTab):
        return result
    width = QFontMetrics(ui_font(13, 500)).horizontalAdvance(option.text.replace("&", ""))
    return QSize(width + 22, max(scaled(36), 36))


def tab(painter: QPainter, option: QStyleOption) -> None:
    """No box; an accent line under the selected tab."""
    rect = option.rect
    if option.state & State.State_Selected:
        bar = QRect(rect.x() + 10, rect.bottom() - 1, rect.width() - 20, 2)
        painter.fillRect(bar, current_theme().color("accent"))
    if option.state & State.State_HasFocus:
        rounded(painter, rect.adjusted(2, 4, -2, -6), None, "accent", RADIUS, 1.5)


def tab_label(painter: QPainter, option: QStyleOption) -> None:
    if not isinstance(option, QStyleOptionTab):
        return
    theme = current_theme()
    selected = bool(option.state & State.State_Selected)
    hover = bool(option.state & State.State_MouseOver)
    enabled = bool(option.state & State.State_Enabled)
    painter.setPen(theme.color("faint" if not enabled else "text" if selected or hover else "muted"))
    painter.setFont(ui_font(13, 500))
    flags = int(Align.AlignCenter.value) | int(Qt.TextFlag.TextHideMnemonic.value)
    painter.drawText(option.rect.adjusted(0, -1, 0, -1), flags, option.text)


def header_section(painter: QPainter, option: QStyleOption) -> None:
    """Flat, on the window's colour, with a hairline below."""
    theme = current_theme()
    rect = option.rect
    painter.fillRect(rect, theme.color("window"))
    if isinstance(option, QStyleOptionHeader) and option.orientation == Qt.Orientation.Vertical:
        return
    painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), theme.color("line"))


def header_label(painter: QPainter, option: QStyleOption) -> None:
    if not isinstance(option, QStyleOptionHeader):
        return
    theme = current_theme()
    rect = option.rect.adjusted(10, 0, -10, 0)
    sort = option.sortIndicator
    painter.setFont(ui_font(11.5, 500))
    painter.setPen(theme.color("text" if sort != QStyleOptionHeader.SortIndicator.None_ else "muted"))
    right = bool(option.textAlignment & Align.AlignRight)
    if sort != QStyleOptionHeader.SortIndicator.None_:
        width = painter.fontMetrics().horizontalAdvance(option.text)
        x = rect.right() - width - 14 if right else min(rect.left() + width + 4, rect.right() - 10)
        down = sort == QStyleOptionHeader.SortIndicator.SortDown
        chevron(painter, QRect(x, rect.y(), 10, rect.height()), "up" if down else "down", "muted")
    flags = Align.AlignVCenter | (Align.AlignRight if right else Align.AlignLeft)
    text = painter.fontMetrics().elidedText(option.text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(flags.value), text)


def item_row(painter: QPainter, option: QStyleOption) -> None:
    """Rows of lists and trees: the selected one tinted over its whole width."""
    if option.state & State.State_Selected:
        painter.fillRect(option.rect, current_theme().color("selection"))
    elif isinstance(option, QStyleOptionViewItem) and option.features & option.ViewItemFeature.Alternate:
        painter.fillRect(option.rect, current_theme().color("sunken"))


def item(painter: QPainter, option: QStyleOption) -> None:
    theme = current_theme()
    if option.state & State.State_Selected:
        painter.fillRect(option.rect, theme.color("selection"))
    elif option.state & State.State_MouseOver and option.state & State.State_Enabled:
        painter.fillRect(option.rect, theme.color("hover"))
    elif isinstance(option, QStyleOptionViewItem) and option.backgroundBrush.style() != Qt.BrushStyle.NoBrush:
        painter.fillRect(option.rect, option.backgroundBrush)


def branch(painter: QPainter, option: QStyleOption) -> None:
    """A tree's arrow; no lines."""
    if option.state & State.State_Selected:
        painter.fillRect(option.rect, current_theme().color("selection"))
    if option.state & State.State_Children:
        rect = QRect(option.rect.right() - 18, option.rect.y(), 16, option.rect.height())
        chevron(painter, rect, "down" if option.state & State.State_Open else "right", "muted")
