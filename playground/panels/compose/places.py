"""From what went wrong to what it is about: a click on the parameter that a server names goes to its control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

if TYPE_CHECKING:
    from playground.core.errors import Problem
    from playground.core.runs.request import GenerationRequest, Place
    from playground.panels.compose.view import ComposeView
    from playground.widgets.controls import Banner


class Places(QObject):
    """The way for one view."""

    def __init__(self, view: ComposeView) -> None:
        super().__init__(view)
        self._view = view
        self._request: GenerationRequest | None = None

    def offer(self, box: Banner, problem: Problem, request: GenerationRequest | None) -> None:
        """Have a banner offer the way, where `param` is something that is written here."""
        self._request = request
        if request is not None and request.place(problem.param) is not None:
            box.offer_param()
            box.param_wanted.connect(self.go_to)

    def go_to(self, param: str) -> None:
        """Give the focus to the control of a parameter, by the name that a server has for it."""
        place = self._request.place(param) if self._request is not None else None
        if place is not None:
            self._view.bring_forward()
            self._show(place)

    def _show(self, place: Place) -> None:
        reason = Qt.FocusReason.ShortcutFocusReason
        view = self._view
        if place.kind == "setting":
            view.settings.go_to(place.setting)
        elif place.kind == "extra":
            view.settings.go_to("other")
        elif place.kind == "model":
            view.settings.model.setFocus(reason)
        elif place.kind == "instructions":
            view.prompt.instructions.setFocus(reason)
        else:
            view.prompt.messages.go_to(place.message)
