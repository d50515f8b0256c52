"""Fields of the form that hold a JSON Schema: chosen from the library, edited in Schemas and sent back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from playground.core.forms import UNSET, Node
from playground.core.importing import IMPORTING

if TYPE_CHECKING:
    from playground.core.schemas.use import Held
    from playground.panels.contract import PanelContext
    from playground.panels.explorer.view import ExplorerView
    from playground.widgets.shelf.popup import SchemaPopup
    from playground.widgets.shelf.shelf import Shelf, Taken

EDIT = "\0edit"


class FormSchemas(QObject):
    """Adds the commands, and answers the fields' buttons."""

    def __init__(self, view: ExplorerView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._form = view.page.pair.form
        self._sheet = self._form.sheet
        self._shelf: Shelf | None = None
        self._popup: SchemaPopup | None = None
        self._method, self._pointer = "", ""
        """The field that was dealt with last: what is sent here goes there."""
        for name, title, handler, icon in (
            ("choose_schema", "Choose a Schema for the Form", self.choose, "braces"),
            ("edit_schema", "Edit the Form's Schema in Schemas", self.edit, "pencil"),
            ("set_schema", "Use a Schema in the Form", self.set_value, "braces"),
            ("open_saved", "Open a Saved Request", self.open_saved, "folder"),
        ):
            context.commands.add(
                f"explorer.{name}", title, handler, group="Explorer", icon=icon, scope=view,
                keywords=("format", "parameters", "library"),
            )  # fmt: skip
        context.commands.add(
            "explorer.tell_folder", "Tell the Folder of Saved Requests", self.tell, group="Explorer", scope=view,
            listed=False,
        )  # fmt: skip
        self._wanted_file = ""
        """A saved request that was asked for before the catalogue was there."""
        view.methods.loaded.connect(self._loaded)
        self._sheet.offers_schemas = True
        self._sheet.schema_wanted.connect(self._wanted)

    def _wanted(self, node: Node, _button: QWidget) -> None:
        self._remember(node)
        self.choose()

    def _remember(self, node: Node) -> None:
        entry = self._view.page.entry
        self._method, self._pointer = entry.name if entry is not None else "", node.pointer

    def _node(self, one: Held | None = None) -> Node | None:
        """The field that is meant: the one dealt with last, else the first that is shown, for a tool that is to be put
        there (`one`) of a tool's parameters. None; where nothing is to be put there, that is said."""
        entry = self._view.page.entry
        if entry is not None and entry.name == self._method and self._pointer:
            node = self._form.model.node_at(self._pointer)
            if node is not None and node.pointer == self._pointer and node.holds_schema:
                return node
        for row in self._sheet.rows:
            fits = one is None or (one.holder == "function") == (row.node.name == "parameters")
            if row.node.holds_schema and fits:
                self._remember(row.node)
                return row.node
        if one is None:
            self._view.page.say("No field that holds a schema is open in the form.", "warning")
        return None

    # From the library

    def choose(self) -> None:
        """Open the list of the library's schemas, with the way to Schemas before them."""
        from playground.widgets.shelf.popup import Offer, SchemaPopup
        from playground.widgets.shelf.shelf import Shelf

        self._view.bring_forward()
        node = self._node()
        if node is None:
            return
        if self._shelf is None:
            context = self._context
            self._shelf = Shelf(context.bridge, context.settings, context.cache.parent, self)
            self._shelf.taken.connect(self._took)
        self._form.go_to(node.pointer)
        row = self._sheet.row_of(node)
        offer = Offer(EDIT, "Edit in Schemas", "what is in the field")
        self._popup = SchemaPopup("explorer.schema.list", self._shelf, (offer,), parent=self._view)
        self._popup.chosen.connect(self._chosen)
        self._popup.destroyed.connect(self._popup_gone)
        button = getattr(row, "schema", None)
        self._popup.open_below(button if isinstance(button, QWidget) else self._view.page)

    def _chosen(self, key: str) -> None:
        if key == EDIT:
            self.edit()
        elif self._shelf is not None:
            self._shelf.take(key)

    def _popup_gone(self) -> None:
        self._popup = None

    def _took(self, taken: Taken) -> None:
        if taken.problem:
            self._view.page.say(f"The schema cannot be read. {taken.problem}", "warning")
        else:
            self.set_value(taken.value, taken.entry_id)

    # There and back

    def edit(self) -> None:
        """Open the field's schema in Schemas; a tool's as the tool."""
        self._view.bring_forward()
        node = self._node()
        if node is None:
            return
        with IMPORTING:
            from playground.core.schemas.use import held
        value: Any = {} if node.value in (UNSET, None) else node.value
        around = node.place.parent
        beside = around.value if around is not None else None
        name = beside.get("name") if isinstance(beside, dict) else ""
        outer = around.place.parent if around is not None else None
        for holder in (beside, outer.value if outer is not None else None):
            if isinstance(holder, dict) and holder.get("type") == "function" and held(holder).holder == "function":
                value = holder
        self._context.commands.run("panel.schemas")
        if not self._context.commands.run("schemas.open_value", value, name if isinstance(name, str) else ""):
            self._view.page.say("Schemas is not there.", "warning")

    def set_value(self, value: Any = None, name: str = "") -> None:
        """Put a schema into the field; without one, choose it. What stands beside it, such as the name, is filled in
        where there is nothing yet, and where what is put in says it."""
        if value is None:
            self.choose()
            return
        self._view.bring_forward()
        with IMPORTING:
            from playground.core.schemas.use import held
        one = held(value, name).named(name)
        node = self._node(one)
        if node is None:
            self._put_in(one)
            return
        node.set(one.schema)
        around = node.place.parent
        said = {"name": one.name, "description": one.description, "strict": one.strict}
        for member, new in said.items() if around is not None else ():
            beside = around.child(member) if around is not None else None
            if beside is None or new is None:
                continue
            if one.holder != "schema" or beside.value in (UNSET, None, ""):
                beside.set(new)
        self._form.settle()
        self._form.go_to(node.pointer)
        self._view.page.say(f"{one.name} is in {node.pointer} now.")

    def _put_in(self, one: Held) -> None:
        """Where no field for it is open: into the request that can hold it, or into a new one."""
        from playground.core.schemas.use import put, with_tool

        entry = self._view.page.entry
        method = entry.name if entry is not None else "responses.create"
        if not method.startswith(("responses.", "chat.completions.")) or not method.endswith((".create", ".stream")):
            self._view.page.say(
                f"{method} takes no schema: open responses.create, or a field that holds one.", "warning"
            )
            return
        arguments = self._view.page.arguments() if entry is not None else {}
        chat = method.startswith("chat.")
        if one.holder == "function":
            made: dict[str, Any] = {"tools": with_tool(arguments.get("tools"), one, "chat" if chat else "responses")}
        elif chat:
            made = {"response_format": put(one, "response_format")}
        else:
            text = arguments.get("text")
            made = {"text": {**(text if isinstance(text, dict) else {}), "format": put(one, "text.format")}}
        self._view.open_method(method, {**arguments, **made})
        self._view.page.say(f"{one.name} is in {next(iter(made))} now.")

    # Who uses what

    def tell(self) -> None:
        """Tell Schemas where the saved requests are."""
        self._context.commands.run("schemas.saved_in", str(self._view.saved.folder))

    def open_saved(self, path: str = "") -> None:
        """Show a saved request; without a path, go to the list."""
        self._view.bring_forward()
        if not path:
            self._view.go_to_search()
        elif self._view.methods.catalog is None:
            self._wanted_file = path
        else:
            self._view.saved.open(path)

    def _loaded(self) -> None:
        path, self._wanted_file = self._wanted_file, ""
        if path:
            self._view.saved.open(path)
