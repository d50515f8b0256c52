"""Schemas in Compose: chosen from the library, edited in Schemas and sent back, told when the library's is newer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from playground.core.importing import IMPORTING
from playground.core.runs.json_text import LONGEST, read
from playground.panels.compose.fitting import Fitting
from playground.panels.compose.schema_look import FORMAT, Look, Place, look, tool_place
from playground.panels.compose.schema_part import SchemaPart
from playground.panels.compose.schema_tools import RequestTools

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.schemas.use import Held
    from playground.panels.compose.draft import Draft
    from playground.panels.compose.view import ComposeView
    from playground.panels.contract import PanelContext
    from playground.widgets.shelf.popup import SchemaPopup
    from playground.widgets.shelf.shelf import Shelf, Standing, Taken

TEXT, OBJECT = "\0text", "\0json_object"
_TYPE, _NAME, _STRICT = "text.format.type", "text.format.name", "text.format.strict"
_DESCRIPTION, _SCHEMA = "text.format.description", "text.format.schema"


class RequestSchema(QObject):
    """Adds the commands and the part of the settings."""

    def __init__(self, view: ComposeView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._settings = view.settings
        self._shelf: Shelf | None = None
        self._popup: SchemaPopup | None = None
        self._looking: Operation[tuple[Look, ...]] | None = None
        self._finding: dict[Operation[Standing], str] = {}
        self._looked: object = None
        self._again = False
        self.looks: dict[str, Look] = {}
        self.tools = RequestTools(view, self)
        self._add_commands()
        get = self._command
        self.part = SchemaPart(get("edit_schema"), get("take_schema"), get("schema_changes"), get("new_schema"))
        self._settings.groups["output"].set_head(self.part)
        self.fitting = Fitting(view, context.bridge)
        self.part.button.wanted.connect(self.pick)
        self.part.tool_wanted.connect(self.tools.show)
        self.part.shown.connect(self.refresh)
        view.source.draft_changed.connect(self._draft_changed)

    def _add_commands(self) -> None:
        rows = (
            ("pick_schema", "Choose the Schema of the Output…", self.pick, "braces", ("format", "json", "library")),
            ("edit_schema", "Edit the Schema in Schemas", self.edit, "pencil", ("format", "workshop")),
            ("new_schema", "Make a New Schema in Schemas", self.new, "plus", ("format", "workshop")),
            ("set_schema", "Use a Schema or a Function Tool Here", self.set_value, "braces", ("format", "tool")),
            ("take_schema", "Take Over the Library's Schema", self.take_over, "download", ("newer", "version")),
            (
                "schema_changes",
                "Show How the Library's Schema Changed",
                self.show_changes,
                "git-compare",
                ("diff",),
            ),
            ("edit_tool", "Edit a Function Tool in Schemas…", self.tools.show, "wrench", ("function", "parameters")),
            ("open_run", "Open a Run of the History", self.open_run, "history", ()),
        )
        for name, title, handler, icon, keywords in rows:
            self._context.commands.add(
                f"compose.{name}", title, handler, group="Compose", icon=icon, scope=self._view, keywords=keywords
            )

        self._context.commands.add(
            "compose.tell_schemas", "Tell Schemas the Draft", self.tell, group="Compose", scope=self._view, listed=False
        )

    def _command(self, name: str) -> Any:
        return self._context.commands.get(f"compose.{name}")

    # The schemas of the draft

    def _places(self) -> tuple[Place, ...]:
        taken, found = self._settings.taken, []
        text = self._settings.value(_SCHEMA)
        if self._settings.value(_TYPE) == "json_schema" and isinstance(text, str) and text.strip():
            name, described = (str(self._settings.value(one) or "") for one in (_NAME, _DESCRIPTION))
            found.append(Place(FORMAT, name, text, description=described))
        for one in self.tools.all():
            described = one.description or ""
            found.append(Place(tool_place(one.name), one.name, json.dumps(one.schema), description=described))
        return tuple(
            each._replace(entry_id=taken[each.place]["schema"], sha256=taken[each.place]["sha256"])
            if each.place in taken
            else each
            for each in found
        )

    def refresh(self) -> None:
        """Look again: the library may have changed."""
        self._looked = None
        self._draft_changed()

    def _draft_changed(self) -> None:
        if self._looking is not None:
            self._again = True
            return
        places, strict = self._places(), self._settings.value(_STRICT)
        wanted = (places, strict, self._settings.value(_TYPE))
        if wanted == self._looked:
            return
        self._looked = wanted
        if not places:
            self._show({})
            return
        self._looking = self._context.bridge.blocking(
            look, places, strict, self._context.settings, self._context.cache.parent,
            label="Looking at the schemas", owner=self,
        )  # fmt: skip
        self._looking.finished.connect(self._done)

    def _done(self) -> None:
        operation, self._looking = self._looking, None
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None:
            raise operation.error
        self._show({one.place: one for one in operation.result or ()})
        if self._again:
            self._again = False
            self._draft_changed()

    def _show(self, looks: dict[str, Look]) -> None:
        self.looks = looks
        for place, one in looks.items():
            taken = self._settings.taken.get(place)
            if one.sha256 and taken is not None and taken.get("sha256") != one.sha256:
                self._settings.taken[place] = {**taken, "sha256": one.sha256}
        now = looks.get(FORMAT)
        self.part.show_format(str(self._settings.value(_TYPE) or ""), now)
        self.part.show_tools([one for place, one in looks.items() if place != FORMAT])
        for name in ("take_schema", "schema_changes"):
            self._command(name).setEnabled(any(one.newer is not None for one in looks.values()))
        self._command("edit_schema").setEnabled(now is not None)
        self._command("edit_tool").setEnabled(len(looks) > (now is not None))

    # Choosing

    def pick(self) -> None:
        """Open the list of the library's schemas."""
        from playground.widgets.shelf.popup import Offer, SchemaPopup

        self._view.bring_forward()
        self._settings.row(_TYPE)
        self._settings.go_to(_TYPE)
        offers = (Offer(TEXT, "Text", "no schema"), Offer(OBJECT, "JSON object", "any object"))
        self._popup = SchemaPopup("compose.schema.list", self._made_shelf(), offers, parent=self._view)
        self._popup.chosen.connect(self._chosen)
        self._popup.destroyed.connect(self._popup_gone)
        self._popup.open_below(self.part.button)

    def _popup_gone(self) -> None:
        self._popup = None

    def _made_shelf(self) -> Shelf:
        if self._shelf is None:
            from playground.widgets.shelf.shelf import Shelf

            context = self._context
            self._shelf = Shelf(context.bridge, context.settings, context.cache.parent, self)
            self._shelf.taken.connect(self._took)
        return self._shelf

    def _chosen(self, key: str) -> None:
        if key in (TEXT, OBJECT):
            self._settings.set_value(_TYPE, None if key == TEXT else "json_object")
            return
        self._made_shelf().take(key)

    def _took(self, taken: Taken) -> None:
        if taken.problem:
            self._view.say(f"The schema cannot be read. {taken.problem}", "warning")
        else:
            self._use(taken.value, taken.entry_id, {"schema": taken.entry_id, "sha256": taken.sha256})

    # Using one

    def set_value(self, value: Any = None, name: str = "") -> None:
        """Take a schema, a format or a function tool over into the request; without one, choose it."""
        self._view.bring_forward()
        if value is None:
            self.pick()
            return
        place = self._use(value, name)
        if place:
            self._settings.go_to(_TYPE)
            self._find(place)

    def _use(self, value: Any, name: str, taken: dict[str, str] | None = None) -> str:
        """Its place in the draft; empty where it could not be put there, which is said."""
        with IMPORTING:
            from playground.core.schemas.use import held
        one = held(value, name).named(name)
        before = self._view.draft()
        place = self.tools.put(one) if one.holder == "function" else self._put_format(one)
        if not place:
            return ""
        if taken is not None:
            self._settings.taken[place] = taken
        draft = self._view.draft()
        if draft != before:
            self.keep_former(before)
        self._view.source.edited()
        return place

    def keep_former(self, draft: Draft) -> None:
        """“Restore Former Prompt” brings it back."""
        self._view.model.unset_all(draft)
        self._command("restore").setEnabled(True)

    def _put_format(self, one: Held) -> str:
        from playground.core.schemas.writing import write

        settings, text = self._settings, write(one.schema).rstrip("\n")
        if len(text) > LONGEST:
            words = f"{one.name} has {len(text):,} characters; a request of Compose takes {LONGEST:,} at most."
            self._view.say(words, "warning")
            return ""
        strict = one.strict if one.strict is not None else settings.value(_STRICT)
        for name, value in (
            (_TYPE, "json_schema"),
            (_NAME, one.name),
            (_STRICT, True if strict is None else strict),
            (_DESCRIPTION, one.description or None),
            (_SCHEMA, text),
        ):
            settings.set_value(name, value)
        self._view.say(f"The output follows {one.name}. The former prompt can be restored.")
        return FORMAT

    def _find(self, place: str) -> None:
        """Which of the library's it is: what was sent here may be one of them."""
        from playground.core.schemas.use import digest
        from playground.widgets.shelf.shelf import stand

        text = next((one.text for one in self._places() if one.place == place), "")
        value = read(text)[0]
        if value is None:
            return
        operation = self._context.bridge.blocking(
            stand, self._context.settings, self._context.cache.parent, "", digest(value),
            label="Looking for the schema", owner=self,
        )  # fmt: skip
        self._finding[operation] = place
        operation.finished.connect(self._found)

    def _found(self) -> None:
        for operation in [one for one in self._finding if one.done]:
            place = self._finding.pop(operation)
            if operation.error is not None:
                raise operation.error
            found = operation.result
            if found is not None and found.entry_id:
                self._settings.taken[place] = {"schema": found.entry_id, "sha256": found.sha256}
                self._view.source.edited()
                self.refresh()

    # The library's is another

    def _differing(self, place: str) -> Look | None:
        with_newer = [one for one in self.looks.values() if one.newer is not None]
        return next((one for one in with_newer if one.place == place or not place), None)

    def take_over(self, place: str = "") -> None:
        """Put the library's schema in place of the one that is here; without a place, the first that differs."""
        one = self._differing(place)
        if one is not None:
            with IMPORTING:
                from playground.core.schemas.use import digest, held
            schema = held(one.newer).schema
            entry_id = self._settings.taken[one.place]["schema"]
            newer = one.newer
            if one.place != FORMAT:
                from playground.core.schemas.use import turned

                newer = turned(newer, "function", one.name)
            self._use(newer, one.name, {"schema": entry_id, "sha256": digest(schema)})
            self.refresh()

    def show_changes(self, place: str = "") -> None:
        """What is here beside the library's."""
        one = self._differing(place)
        here = next((each.text for each in self._places() if one is not None and each.place == one.place), "")
        if one is None or not here:
            return
        from playground.core.schemas.use import held
        from playground.widgets.shelf.changes import SchemaChanges

        dialog = SchemaChanges(
            self._context.bridge, self._context.commands, "compose.schema.changes", one.name, read(here)[0],
            held(one.newer).schema, self._view.window(),
        )  # fmt: skip
        self._changed_place = one.place
        dialog.agreed.connect(self._agreed)
        dialog.open()

    _changed_place = ""

    def _agreed(self) -> None:
        self.take_over(self._changed_place)

    # To Schemas and back

    def edit(self) -> None:
        """Open the output's schema in Schemas, as the format that is sent."""
        from playground.core.schemas.use import Held, put

        text = self._settings.value(_SCHEMA)
        schema, problem = read(text) if isinstance(text, str) else (None, "there is none")
        if schema is None:
            self._view.say(f"The schema cannot be opened: {problem}.", "warning")
            self._settings.go_to(_SCHEMA)
            return
        taken, now = self._settings.taken.get(FORMAT), self.looks.get(FORMAT)
        if (
            taken is not None and now is not None and now.sha256 and now.newer is None
        ):  # the library has exactly this one
            self._context.commands.run("panel.schemas")
            if self._context.commands.run("schemas.open", taken["schema"]):
                return
        name, strict = str(self._settings.value(_NAME) or "result"), self._settings.value(_STRICT)
        described = self._settings.value(_DESCRIPTION)
        plain = strict is not False and described is None
        one = Held("schema", schema, name, described, strict if isinstance(strict, bool) else None)
        kind = "response_format" if self._view.draft().api == "chat" else "text.format"
        self.open_in_schemas(one.schema if plain else put(one, kind), name)

    def new(self) -> None:
        """Go to Schemas, to make one or to choose one there."""
        self._context.commands.run("panel.schemas")
        self._context.commands.run("schemas.open_value")

    def open_in_schemas(self, value: Any, name: str) -> None:
        """Show a document there."""
        self._context.commands.run("panel.schemas")
        if not self._context.commands.run("schemas.open_value", value, name):
            self._view.say("Schemas is not there.", "warning")

    # Who uses what

    def tell(self) -> None:
        """Tell Schemas what is written here."""
        self._context.commands.run("schemas.used_in_compose", self._view.draft().to_json())

    def open_run(self, run_id: str = "") -> None:
        """Show a run of the history; without one, the history."""
        self._view.bring_forward()
        if run_id:
            self._view.history.open_run(run_id)
        else:
            self._view.history.show()
