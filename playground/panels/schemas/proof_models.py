"""Which model the proof runs on: the server's list, and what was chosen for each profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from playground.core.served import LOCAL_MODEL, LoadModels, ServedModels

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.panels.contract import PanelContext
    from playground.widgets.model_box import ModelBox

ECHO = "sandbox-echo"


class ProofModels(QObject):
    """Follows the active profile. `changed`: another model is in the box, though nobody typed it."""

    changed = Signal()

    def __init__(self, context: PanelContext, box: ModelBox, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._box = context, box
        self.profile = context.sessions.current
        self.chosen: dict[str, str] = {}
        """Profile id → the model that was chosen there by hand."""
        self._listed: tuple[str, ...] | None = None
        self._loading: Operation[ServedModels] | None = None
        self._visible = False
        box.editTextChanged.connect(self._typed)
        context.bridge.listen(context.sessions.changed, self._profile_changed, self)

    def shown(self) -> None:
        """The box is about to be seen: only then is the server asked."""
        self._visible = True
        self.choose()
        if self._listed is None and self._loading is None:
            self.load()

    def load(self) -> None:
        """Ask the server for its models; the answer to a former question no longer counts."""
        if self._loading is not None:
            self._loading.cancel()
        self._loading = self._context.bridge.call(
            LoadModels(self._context.sessions, "schemas"), label="Loading the list of models", owner=self
        )
        self._loading.finished.connect(self._loaded)

    def _loaded(self) -> None:
        operation = self._loading
        if operation is None or not operation.done:
            return
        self._loading = None
        self._listed = ()  # one that failed is not asked again and again: a model can be typed
        if operation.error is None and operation.result is not None:
            self._listed = operation.result.ids
            self._box.set_models(self._listed)
            self.choose()

    def choose(self) -> None:
        """The one chosen for this profile, its own, or what the sandbox has."""
        profile = self.profile
        model = self.chosen.get(profile.id) or profile.default_model or ""
        if not model and profile.is_sandbox:
            model = LOCAL_MODEL if LOCAL_MODEL in (self._listed or ()) else ECHO
        if self._box.currentText() != model:
            self._box.blockSignals(True)
            self._box.setEditText(model)
            self._box.blockSignals(False)
            self.changed.emit()

    def _typed(self, model: str) -> None:
        if model.strip():
            self.chosen[self.profile.id] = model.strip()

    def _profile_changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        self.profile = self._context.sessions.current
        self._listed = None
        self._box.set_models(())
        self.choose()
        if self._visible:
            self.load()
