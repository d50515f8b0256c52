"""What holds the schema: a format, a function tool or nothing; and the way into the request that Compose writes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from playground.core.schemas.use import HOLDERS, Holder, described, held, renamed, turned
from playground.panels.schemas.holder import HolderStrip
from playground.panels.schemas.used import UsedBy

if TYPE_CHECKING:
    from playground.panels.schemas.view import SchemasView
    from playground.widgets.commands import CommandRegistry

GROUP = "Schemas"
OFFERED = (
    "schemas.use_in_compose",
    "schemas.use_in_explorer",
    "",
    "schemas.make_function",
    "schemas.make_text_format",
    "schemas.make_response_format",
    "schemas.unwrap",
)
"""What the menu “To” begins with; "": a line."""
LARGEST = 1_000_000
"""Characters of a document that is put into a request."""


class Using(QObject):
    """Adds the commands, and the strip below the head that says what holds the schema."""

    def __init__(self, view: SchemasView, registry: CommandRegistry) -> None:
        super().__init__(view)
        self._view, self._registry = view, registry
        self._workshop = view.workshop
        self._holder: Holder = "schema"
        rows = (
            ("use_in_compose", "Use in Compose", self.use_in_compose, "Ctrl+Shift+E", "square-pen", ("send",)),
            ("use_in_explorer", "Use in the Explorer's Form", self.use_in_explorer, None, "compass", ("field",)),
            ("make_function", "Make It a Function Tool", self.make_function, None, "wrench", ("parameters",)),
            ("make_text_format", "Make It a text.format", self.make_text_format, None, "braces", ("responses",)),
            ("make_response_format", "Make It a response_format", self.make_response_format, None, "braces", ("chat",)),
            ("unwrap", "Take the Schema Out of Its Format or Tool", self.unwrap, None, "eraser", ("unwrap",)),
        )
        for name, title, handler, keys, icon, keywords in rows:
            registry.add(
                f"schemas.{name}", title, handler, group=GROUP, shortcut=keys, icon=icon, scope=view, keywords=keywords
            )
        self.command, unwrap = registry.get("schemas.use_in_compose"), registry.get("schemas.unwrap")
        assert self.command is not None and unwrap is not None
        self.strip = HolderStrip(unwrap)
        self.strip.named.connect(self.rename)
        self.strip.described.connect(self.describe)
        self.used = UsedBy(view, view.context)
        self._workshop.changed.connect(self._changed)

    @property
    def is_tool(self) -> bool:
        """Whether the document is a function tool."""
        return self._holder == "function"

    def _changed(self) -> None:
        value = self._workshop.value()
        one = held(value)
        self._holder = one.holder
        self.strip.show_held(one)
        for holder, name in (
            ("function", "make_function"), ("text.format", "make_text_format"),
            ("response_format", "make_response_format"), ("schema", "unwrap"),
        ):  # fmt: skip
            command = self._registry.get(f"schemas.{name}")
            assert command is not None
            command.setEnabled(holder != one.holder)
        self._view.show_bench(self.is_tool)

    # What holds it

    def make_function(self) -> None:
        """The schema becomes the parameters of a function tool."""
        self._workshop.when_read(partial(self._turn, "function"))

    def make_text_format(self) -> None:
        self._workshop.when_read(partial(self._turn, "text.format"))

    def make_response_format(self) -> None:
        self._workshop.when_read(partial(self._turn, "response_format"))

    def unwrap(self) -> None:
        """Only the schema stays."""
        self._workshop.when_read(partial(self._turn, "schema"))

    def _turn(self, holder: Holder) -> None:
        self._view.bring_forward()
        value = self._value()
        if value is None:
            return
        self._workshop.replace(turned(value, holder, self._workshop.name))
        self._view.say(f"It is {HOLDERS[holder]} now; Ctrl+Z brings back what it was.", "good")

    def rename(self, name: str) -> None:
        """Call the format or tool otherwise."""
        self._workshop.when_read(partial(self._rename, name))

    def _rename(self, name: str) -> None:
        value = self._value()
        if value is not None:
            self._workshop.replace(renamed(value, name))

    def describe(self, description: str) -> None:
        """Say otherwise what the format or tool is for; empty: nothing."""
        self._workshop.when_read(partial(self._describe, description))

    def _describe(self, description: str) -> None:
        value = self._value()
        if value is not None:
            self._workshop.replace(described(value, description))

    def _value(self) -> Any:
        """The document; None where it cannot be read, which is said."""
        if self._workshop.broken is not None or self._workshop.value() is None:
            self._view.say("The text is no JSON yet: mend that first.", "warning")
            return None
        return self._workshop.value()

    # In requests

    def use_in_compose(self) -> None:
        """Put the schema into the request of Compose: as its format, or, a function tool, among its tools."""
        self._workshop.when_read(partial(self._use, "panel.compose", "compose.set_schema"))

    def use_in_explorer(self) -> None:
        """Put the schema into the field of the explorer's form that was dealt with last."""
        self._workshop.when_read(partial(self._use, "panel.explorer", "explorer.set_schema"))

    def _use(self, panel: str, command: str) -> None:
        value = self._value()
        if value is None:
            return
        if len(self._workshop.text()) > LARGEST:
            self._view.say(f"It has more than {LARGEST:,} characters, and no request takes so much.", "warning")
            return
        self._registry.run(panel)
        if not self._registry.run(command, value, self._workshop.name):
            self._view.say("That panel is not there.", "warning")
