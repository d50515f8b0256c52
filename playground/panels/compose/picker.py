"""Which model: the server's list, loaded off the GUI thread, and what is said below the model's field."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from playground.bridge import Operation
from playground.core.errors import Problem, ProblemError
from playground.core.profiles import Profile
from playground.core.runs import GenerationRequest
from playground.core.served import LOCAL_MODEL, LoadModels, ServedModels, retirement, today
from playground.core.visible import visible_line
from playground.panels.compose import words
from playground.panels.compose.model import ComposeModel
from playground.panels.compose.refused import Refusal, imprint, is_general, shortened
from playground.panels.compose.settings import SettingsColumn
from playground.panels.compose.settings_row import OTHER
from playground.panels.contract import PanelContext


class ModelPicker(QObject):
    """Follows the active profile. `profile_changed`: another profile, or another state of it, is active."""

    profile_changed = Signal()

    def __init__(self, context: PanelContext, model: ComposeModel, settings: SettingsColumn, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._model = model
        self._settings = settings
        self._loading: Operation[ServedModels] | None = None
        self._served: ServedModels | None = None
        self._problem: Problem | None = None
        self.profile: Profile = context.sessions.current
        settings.model_edited.connect(self._typed)
        settings.forgotten.connect(self.forget)
        context.bridge.listen(context.sessions.changed, self._sessions_changed, self)
        context.bridge.listen(context.settings.changed, self._settings_changed, self)

    def first_choice(self) -> str:
        """The model that the active profile begins with."""
        profile = self.profile
        wanted = str(self._context.settings.get("sandbox.engine") or "")
        # The declared default, echo, stands for the best that is there.
        preferred = LOCAL_MODEL if wanted == LOCAL_MODEL else ""
        default = profile.default_model
        return self._model.model_for(profile.id, sandbox=profile.is_sandbox, default=default, preferred=preferred)

    def use(self, model: str) -> None:
        """Somebody chose this model elsewhere."""
        self._settings.set_model(model)
        self._typed(model)

    def load(self) -> None:
        """Ask the server for its models; the answer to a former question no longer counts."""
        if self._loading is not None:
            self._loading.cancel()
        self._problem = None
        self._loading = self._context.bridge.call(
            LoadModels(self._context.sessions, "compose"), label="Loading the list of models", owner=self
        )
        self._loading.finished.connect(self._loaded)
        self.show_note()

    def _loaded(self) -> None:
        operation = self._loading
        if operation is None or not operation.done:
            return
        self._loading = None
        error, served = operation.error, operation.result
        if isinstance(error, ProblemError):
            self._problem = error.problem
        elif served is not None and served.profile.id == self.profile.id:
            self._served = served
            self._model.listed = served.ids
            self._settings.model.set_models(served.ids)
            if self.profile.is_sandbox and not self._model.chosen.get(self.profile.id):
                self._settings.set_model(self.first_choice())
        self.show_note()

    def _typed(self, model: str) -> None:
        self._model.choose_model(self.profile.id, model)
        self.show_note()

    def _sessions_changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        profile = self._context.sessions.current
        self._model.listed = None
        self._served = None
        other = profile.id != self.profile.id
        self.profile = profile
        if other:
            self._settings.model.set_models(())
            self._settings.set_model(self.first_choice())
        self.load()
        self.profile_changed.emit()

    def _settings_changed(self, emissions: list[tuple[Any, ...]]) -> None:
        """The sandbox's model of the settings counts when it is set; what is chosen here afterwards counts more."""
        if ("sandbox.engine",) in emissions and self.profile.is_sandbox:
            self.use(str(self._context.settings.get("sandbox.engine")))

    # What models refused

    @property
    def server(self) -> str:
        """By which what a server said is remembered: the profile, and where it leads."""
        return f"{self.profile.id} {self.profile.base_url or ''}".strip()

    def learn(self, server: str, request: GenerationRequest, problem: Problem) -> bool:
        """Remember a setting that a 400 names, and mark it; False where it names none."""
        place = request.place(problem.param) if problem.status in (400, 422) else None
        if place is None or place.kind not in ("setting", "extra"):
            return False
        words = shortened(problem.server_words or problem.cause)
        if place.kind == "extra":
            setting, value, general = OTHER.id, dict(request.extra), False
        else:
            setting, value = place.setting, request.sent().get(place.setting)
            general = is_general(problem.code, words)
        self._model.refusals.add(server, request.model, Refusal(setting, words, today(), imprint(value), general))
        self._refusals_changed()
        self._settings.reveal(setting)
        return True

    def accepted(self, server: str, request: GenerationRequest) -> None:
        """The model took a request: what it refused of that before no longer holds."""
        sent = {**request.sent(), OTHER.id: dict(request.extra) or None}
        if self._model.refusals.accepted(server, request.model, sent):
            self._refusals_changed()

    def forget(self, setting: str) -> None:
        """No longer say that the chosen model refused this setting."""
        if self._model.refusals.forget(self.server, self._chosen(), setting):
            self._refusals_changed()

    def forget_all(self) -> int:
        """The same for every setting of the chosen model; returns how many there were."""
        known = list(self._model.refusals.of(self.server, self._chosen()))
        for setting in known:
            self.forget(setting)
        return len(known)

    def _chosen(self) -> str:
        return self._settings.model.currentText().strip()

    def _refusals_changed(self) -> None:
        """Show them, and have them saved."""
        self._show_refused()
        self._settings.edited.emit()

    def _show_refused(self) -> None:
        model = self._chosen()
        self._settings.show_refused(model, self._model.refusals.of(self.server, model))

    def show_note(self) -> None:
        """Say what is known of the chosen model, or of the list."""
        self._show_refused()
        settings, model = self._settings, self._settings.model.currentText().strip()
        if self._problem is not None:
            note = f"The list of models is missing: {self._problem.title}."
            settings.show_note(note, tip=self._problem.line(), can_reload=True)
        elif self._served is None:
            settings.show_note("Loading the list of models…" if self._loading is not None else "")
        elif not model:
            settings.show_note("")
        elif visible_line(model) != model:
            note = f"Its name holds what cannot be seen: {visible_line(model)}"
            settings.show_note(note, badge="hidden characters", role="warning")
        else:
            self._show_facts(self._served, model)

    def _show_facts(self, served: ServedModels, model: str) -> None:
        settings = self._settings
        entry = next((entry for entry in served.models if entry.id == model), None)
        if entry is None:
            absent = served.profile.is_sandbox and model == LOCAL_MODEL
            note = words.NOT_FETCHED if absent else "It is sent as it is typed."
            settings.show_note(note, badge="not listed by this server")
            return
        badge = retirement(entry.retires, entry.facts.successor, today())
        if badge is not None:
            settings.show_note(entry.facts.note, badge=badge.text, role=badge.role)
        elif entry.facts.simulated:
            settings.show_note(entry.facts.note, badge="simulated", role="simulated")
        else:
            settings.show_note(entry.facts.note)
