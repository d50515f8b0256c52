"""The look of native widgets: Fusion with rounded fields and buttons, thin scroll bars, underlined tabs.

A proxy style and a palette instead of an application style sheet: under a style sheet `setPalette` stops working and
every widget's start costs more (150 widgets: 43 ms more than plain Fusion; this style 6). Only what Fusion draws
differently is overridden. `pixelMetric` and `styleHint` are not: they are asked thousands of times as a window is built
(6,400 for those 150 widgets, 25 ms in Python); sizes come from `sizeFromContents`.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionComplex,
    QStyleOptionSlider,
    QWidget,
)

from playground.widgets import style_parts as parts
from playground.widgets.theme import current_theme, scaled

PE = QStyle.PrimitiveElement
CE = QStyle.ControlElement
CC = QStyle.ComplexControl
CT = QStyle.ContentsType
SC = QStyle.SubControl
State = QStyle.StateFlag

SCROLLBAR = 10
_LISTS = ("QComboBoxListView", "QCompleterListView")
"""The lists that a choice opens."""


class PlaygroundStyle(QProxyStyle):
    """Fusion in the playground's clothes."""

    def __init__(self) -> None:
        super().__init__("Fusion")
        self.setObjectName("playground")

    # sizes

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        result = super().sizeFromContents(kind, option, size, widget)
        if kind in (CT.CT_LineEdit, CT.CT_ComboBox, CT.CT_SpinBox):
            result.setHeight(max(scaled(26), size.height() + 6))
            if kind == CT.CT_ComboBox:
                result.setWidth(result.width() + 8)
        elif kind == CT.CT_PushButton:
            result = QSize(max(result.width() + 4, size.width() + 24), max(scaled(28), size.height() + 8))
        elif kind == CT.CT_MenuItem:
            result = parts.menu_item_size(option, size, result)
        elif kind == CT.CT_HeaderSection:
            result.setHeight(scaled(28))
        elif kind == CT.CT_TabBarTab:
            result = parts.tab_size(option, result)
        elif kind == CT.CT_ItemViewItem and _is(widget, *_LISTS):
            result.setHeight(max(scaled(26), result.height()))
        elif kind == CT.CT_ScrollBar and isinstance(option, QStyleOptionSlider):
            if option.orientation == Qt.Orientation.Vertical:
                result.setWidth(SCROLLBAR)
            else:
                result.setHeight(SCROLLBAR)
        return result

    def subElementRect(self, element: QStyle.SubElement, option: QStyleOption, widget: QWidget | None = None) -> QRect:
        if element == QStyle.SubElement.SE_LineEditContents:
            inset = 7 if getattr(option, "lineWidth", 1) else 0
            return option.rect.adjusted(inset, 1, -inset, -1)
        rect = super().subElementRect(element, option, widget)
        if element == QStyle.SubElement.SE_ItemViewItemText and _is(widget, *_LISTS):
            rect.adjust(5, 0, 0, 0)  # below the text of the field
        return rect

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        sub: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        if control == CC.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            return self._scrollbar_rect(option, sub)
        if control == CC.CC_ComboBox:
            rect = option.rect
            if sub == SC.SC_ComboBoxArrow:
                return QRect(rect.right() - 21, rect.y(), 20, rect.height())
            if sub == SC.SC_ComboBoxEditField:
                room = widget.property("room") if widget is not None else None
                return rect.adjusted(8, 1, -22 - (room or 0), -1)
        if control == CC.CC_SpinBox:
            return parts.spin_rect(option.rect, sub)
        return super().subControlRect(control, option, sub, widget)

    def _scrollbar_rect(self, option: QStyleOptionSlider, sub: QStyle.SubControl) -> QRect:
        rect = option.rect
        vertical = option.orientation == Qt.Orientation.Vertical
        length = rect.height() if vertical else rect.width()
        span = option.maximum - option.minimum
        if sub == SC.SC_ScrollBarGroove:
            return rect
        if sub in (SC.SC_ScrollBarAddLine, SC.SC_ScrollBarSubLine) or span < 0:
            return QRect()
        size = length
        if span > 0:
            size = min(length, max(28, int(length * option.pageStep / (span + option.pageStep))))
        start = QStyle.sliderPositionFromValue(
            option.minimum, option.maximum, option.sliderPosition, length - size, option.upsideDown
        )
        first, last = {
            SC.SC_ScrollBarSlider: (start, start + size),
            SC.SC_ScrollBarSubPage: (0, start),
            SC.SC_ScrollBarAddPage: (start + size, length),
        }.get(sub, (0, 0))
        if vertical:
            return QRect(rect.x(), rect.y() + first, rect.width(), last - first)
        return QRect(rect.x() + first, rect.y(), last - first, rect.height())

    # drawing

    def drawPrimitive(
        self, element: QStyle.PrimitiveElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        if element == PE.PE_PanelLineEdit:
            # Inside a combo or spin box the outer widget draws the field.
            if not _is(widget.parentWidget() if widget else None, "QComboBox", "QAbstractSpinBox"):
                parts.field(painter, option)
        elif element == PE.PE_FrameLineEdit or element == PE.PE_FrameTabWidget or element == PE.PE_FrameTabBarBase:
            pass
        elif element == PE.PE_Frame and isinstance(widget, QFrame) and not _is(widget, "QAbstractItemView"):
            parts.frame(painter, option, widget)
        elif element == PE.PE_Frame:
            pass
        elif element == PE.PE_PanelButtonCommand:
            parts.button(painter, option)
        elif element == PE.PE_PanelButtonTool:
            parts.tool_button(painter, option)
        elif element == PE.PE_FrameFocusRect:
            parts.focus_ring(painter, option, widget)
        elif element == PE.PE_IndicatorCheckBox:
            parts.check_box(painter, option)
        elif element == PE.PE_IndicatorRadioButton:
            parts.radio_button(painter, option)
        elif element in (PE.PE_PanelMenu, PE.PE_FrameMenu):
            parts.menu_panel(painter, option)
        elif element == PE.PE_PanelTipLabel:
            parts.tip(painter, option)
        elif element == PE.PE_PanelItemViewItem:
            parts.item(painter, option)
        elif element == PE.PE_PanelItemViewRow:
            parts.item_row(painter, option)
        elif element == PE.PE_IndicatorBranch:
            parts.branch(painter, option)
        elif element == PE.PE_IndicatorArrowDown:
            parts.chevron(painter, option.rect, "down", "muted")
        elif element == PE.PE_IndicatorHeaderArrow:
            pass  # header_label draws it beside the text
        else:
            super().drawPrimitive(element, option, painter, widget)

    def drawControl(
        self, element: QStyle.ControlElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        if element == CE.CE_TabBarTabShape:
            parts.tab(painter, option)
        elif element == CE.CE_TabBarTabLabel:
            parts.tab_label(painter, option)
        elif element == CE.CE_MenuItem:
            parts.menu_item(painter, option)
        elif element == CE.CE_HeaderSection or element == CE.CE_HeaderEmptyArea:
            parts.header_section(painter, option)
        elif element == CE.CE_HeaderLabel:
            parts.header_label(painter, option)
        elif element == CE.CE_Splitter:
            painter.fillRect(option.rect, current_theme().color("line"))
        elif element == CE.CE_PushButtonBevel:
            self.drawPrimitive(PE.PE_PanelButtonCommand, option, painter, widget)
        elif element == CE.CE_ProgressBar:
            parts.progress_bar(painter, option)
        elif element == CE.CE_ShapedFrame:
            parts.shaped_frame(painter, option, widget)
        else:
            super().drawControl(element, option, painter, widget)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if control == CC.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            self._scrollbar(option, painter)
        elif control == CC.CC_ComboBox:
            parts.combo_box(painter, option)
        elif control == CC.CC_SpinBox:
            parts.spin_box(painter, option)
        else:
            super().drawComplexControl(control, option, painter, widget)

    def _scrollbar(self, option: QStyleOptionSlider, painter: QPainter) -> None:
        slider = QRectF(self._scrollbar_rect(option, SC.SC_ScrollBarSlider))
        if option.maximum <= option.minimum:
            return
        active = bool(option.activeSubControls & SC.SC_ScrollBarSlider) or bool(option.state & State.State_Sunken)
        inset = 2.0 if active else 3.0
        slider = slider.adjusted(inset, 2, -inset, -2)
        if option.orientation == Qt.Orientation.Horizontal:
            slider = QRectF(option.rect).adjusted(0, inset, 0, -inset).intersected(slider.adjusted(0, -9, 0, 9))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current_theme().color("faint" if active else "line_strong"))
        radius = min(slider.width(), slider.height()) / 2
        painter.drawRoundedRect(slider, radius, radius)
        painter.restore()


def _is(widget: QWidget | None, *classes: str) -> bool:
    """Whether a widget is of a class, by name: making Python's class for QAbstractItemView takes 3 ms at the start."""
    return widget is not None and any(widget.inherits(name) for name in classes)


_style: PlaygroundStyle | None = None


def install_style(app: QApplication) -> None:
    """Make it the application's style, once; Qt owns it from then on."""
    global _style
    if _style is None:
        _style = PlaygroundStyle()
        app.setStyle(_style)
