"""The answer to a request, whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.core.answers import Answer, content_type_of, is_text, look_into_value, to_bytes
from playground.core.plain import is_json
from playground.widgets.answer.face import Face, Parts
from playground.widgets.answer.faces import Faces
from playground.widgets.answer.page import FacesPage
from playground.widgets.answer.saving import Savable, Saver, file_name
from playground.widgets.answer.source import Source, sounds_in, sources_in
from playground.widgets.answer.states import BusyPage, ProblemPage, make_banner
from playground.widgets.commands import Command, CommandRegistry
from playground.widgets.controls import EmptyState, HairLine, TabStrip
from playground.widgets.heads import Note

if TYPE_CHECKING:
    from playground.bridge import Bridge, Operation
    from playground.core.errors import Problem
    from playground.core.exchanges.records import ExchangeDetail
    from playground.widgets.answer.sides import HeadersPage, TimingPage

TABS = (("answer", "Answer"), ("headers", "Headers"), ("timing", "Timing"))
SAID = 6000
"""Milliseconds for which it is said what was done."""
AT_ONCE = 64 * 1024
"""Bytes of a body that are looked into in the window's own thread."""


class AnswerView(QWidget):
    """Shows one answer at a time, as what it is. Knows no API: what it shows is found in what it is given.

    `name` begins every object name and command id (`explorer.answer` → `explorer.answer.save`); `commands` is the
    window's registry, `group` the commands' group in the palette. All methods are called in the GUI thread; what is
    large is read and written in `bridge`'s pool, and `ready` is emitted when it is shown.
    """

    more = Signal()
    """The reader asks for the next page of a list: answer with `add_page`, or `show_problem`."""
    all_wanted = Signal()
    """The reader asks for all pages: answer with `add_page` for each, as they come."""
    link_opened = Signal(str)
    param_wanted = Signal(str)
    """An ID was clicked: open it."""
    ready = Signal()
    """What was given last is shown."""

    def __init__(
        self,
        name: str,
        bridge: Bridge | None,
        commands: CommandRegistry | None = None,
        parent: QWidget | None = None,
        *,
        group: str = "Answer",
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Answer")
        self._bridge = bridge
        self._commands = commands or CommandRegistry(self)
        self._parts = Parts(name, bridge, self._commands, group)
        self._looking: Operation[Answer] | None = None
        self._media: Operation[tuple[Answer | None, bytes]] | None = None
        self._paged = False
        self._whole: Savable | None = None
        self._saver = Saver(self, name, bridge)
        self._saver.said.connect(self.say)
        self._status = ("", "muted")
        self._exchange: ExchangeDetail | None = None
        self._headers: HeadersPage | None = None
        self._timing: TimingPage | None = None
        self.state = "empty"
        """empty, busy, shown or failed."""
        self._build(name, group)
        self.clear()

    # Showing

    def clear(self, title: str = "No answer yet", text: str = "Send the request: its answer is shown here.") -> None:
        """Show nothing, and say in these words why."""
        self._let_go()
        self.empty.set_words(title, text)
        self._show_state("empty", self.empty)

    def show_busy(
        self, words: str = "Waiting for the answer…", *, done: float = 0, total: float | None = None,
        cancel: Command | None = None,
    ) -> None:  # fmt: skip
        """The request is under way; `done` of `total` in any unit. Call it again as it goes on. `cancel` ends it."""
        if self.state != "busy":
            self._let_go()
            self.busy.offer(cancel)
        self.busy.say(words, done, total)
        self._show_state("busy", self.busy)

    def show_json(self, value: bytes | Any) -> None:
        """A JSON body as it came (bytes), or as Python has it. Its lists are tables, its pictures and sounds are
        shown. Bytes that are no JSON are shown as text, with the place of the fault."""
        self._let_go()
        small = isinstance(value, bytes) and len(value) <= AT_ONCE
        if small or self._bridge is None:
            self._show_answer(look_into_value(value))
            return
        self._looking = self._bridge.blocking(look_into_value, value, label="Reading the answer", owner=self)
        self._looking.finished.connect(self._looked)
        self.busy.offer(None)
        self.busy.say("Reading the answer…")
        self._show_state("busy", self.busy)

    def show_answer(self, answer: Answer, *, last: bool = False) -> None:
        """A JSON body that somebody has looked into: its pictures and sounds first. `last`: the last picture is
        seen first, which of a stream is the finished one."""
        self._let_go()
        self._show_answer(answer)
        if last and answer.images:
            self.faces.image().set_sources(sources_in(answer), last=True)

    def show_list(self, items: Sequence[Any], *, has_more: bool = False, answer: bytes | Any = None) -> None:
        """The first page of a list. `answer`: its whole body for the JSON; without it that is the items. With
        `has_more` the reader is offered the next page (`more`), or all (`all_wanted`)."""
        self._let_go()
        self._paged = True
        table, body = self.faces.table(), self.faces.json()
        table.set_items(items, has_more=has_more, can_page=True)
        if answer is None:
            body.set_items(table.model.items)
        else:
            body.set_bytes(answer if isinstance(answer, bytes) else to_bytes(answer))
        self._show_faces([table, body], table)

    def add_page(self, items: Sequence[Any], *, has_more: bool) -> None:
        """The next page; rows stay where they are."""
        table, body = self.faces.table(), self.faces.json()
        table.add_items(items, has_more=has_more)
        body.set_items(table.model.items)
        self.page.set_banner(None)

    def show_content(self, content: bytes, content_type: str = "", name_hint: str = "") -> None:
        """A body that is no JSON by its kind: a picture, sound, text, or a file to save. What it is is found in its
        first bytes, and in `content_type` where these say nothing. `name_hint`: a name for the file."""
        said = content_type.partition(";")[0].strip().lower()
        if is_json(content, (("content-type", said),)) and content.strip():
            self.show_json(content)
            return
        self._let_go()
        kind = content_type_of(content, said)
        name = file_name(name_hint, kind)
        self._whole = Savable(name, partial(bytes, content))
        file = self.faces.file()
        file.set_content(content, content_type, kind, name)
        faces: list[Face] = [file]
        if kind.startswith("image/") and kind != "image/svg+xml":
            image = self.faces.image()
            image.set_sources([Source(partial(bytes, content), "", "", name)])
            faces.insert(0, image)
        elif kind.startswith("audio/"):
            sound = self.faces.sound()
            sound.set_sources([(Source(partial(bytes, content), "", "", name), content_type or kind)])
            faces.insert(0, sound)
        elif is_text(content, kind):
            text = self.faces.text()
            text.set_content(content)
            faces.insert(0, text)
        self._show_faces(faces, faces[0])

    def begin_events(self) -> None:
        """A stream begins: its events are shown as they come."""
        self._let_go()
        events = self.faces.events()
        events.begin()
        self._show_faces([events], events)

    def add_events(self, events: Sequence[Any], times: Sequence[float] | None = None) -> None:
        """Some events, each as its data (or `{"event": name, "data": …}`). `times`: when each came, in seconds since
        the call began; without them it is now. Ignored unless a stream was begun."""
        face = self.faces.events()
        if face.streaming:
            face.add(events, times)

    def end_events(self, words: str = "") -> None:
        """The stream is over. `words`: how, where it was not its own end: “stopped”."""
        events = self.faces.events()
        events.end(words)
        if not events.has_media:
            return
        if self._bridge is None:
            self._show_media(*events.media()())
            return
        self._media = self._bridge.blocking(events.media(), label="Looking for pictures and sound", owner=self)
        self._media.finished.connect(self._found_media)

    def show_problem(self, problem: Problem, action: Command | None = None, *, leads: bool = False) -> None:
        """What went wrong. What had come (pages, events) stays below it. `action` mends it, or tries again; `leads`:
        it offers a way to the parameter that is named, and `param_wanted` tells that somebody took it."""
        if self.state == "shown" and self._is_under_way():
            banner = make_banner(problem, action, leads=leads)
            banner.opened.connect(self.link_opened)
            banner.param_wanted.connect(self.param_wanted)
            self.page.set_banner(banner)
            self._end_under_way()
            return
        self._let_go()
        self.problem.show_problem(problem, action, leads=leads)
        self._show_state("failed", self.problem)

    def face(self) -> str:
        """Which face is seen: table, json, …; "" while none is."""
        return self.page.face.kind if self.state == "shown" and self.page.face is not None else ""

    def set_face(self, kind: str) -> None:
        """Show another face; one that this answer has not changes nothing."""
        face = next((face for face in self.page.faces if face.kind == kind), None)
        if face is not None:
            self.page.show_face(face)

    def set_tab(self, name: str) -> None:
        """`answer`, `headers` or `timing`."""
        number = next((at for at, (one, _) in enumerate(TABS) if one == name), 0)
        self.tabs.choose(number)
        if number and self._headers is None:
            self._make_sides()
        self._tab_pages.setCurrentIndex(number)

    def show_exchange(self, exchange: ExchangeDetail | None) -> None:
        """The exchange of the log that the answer came in: its headers, timing and attempts. Read it off the window's
        thread (`store.load`); None for none yet."""
        self._exchange = exchange
        if self._headers is not None and self._timing is not None:
            self._headers.set_attempt(exchange.attempts[-1] if exchange is not None and exchange.attempts else None)
            self._timing.set_exchange(exchange)

    def exchange(self) -> ExchangeDetail | None:
        """What `show_exchange` was given last."""
        return self._exchange

    def set_status(self, words: str, role: str = "muted") -> None:
        """A few words that stay at the right of the tabs: status, duration, size."""
        self._status = (words, role)
        self._unsay()

    def say(self, words: str, role: str = "muted") -> None:
        """The same for a moment: what has just been done."""
        self._tell(words, role)
        self._quiet.start()

    def save(self) -> None:
        """Ask where what is seen is to be saved: the picture that is looked at, the rows that were loaded, else the
        answer as it came."""
        face = self.page.face
        what = (face.savable() if face is not None else None) or self._whole
        if what is not None and self.state == "shown":
            self._saver.ask(what)

    # Making

    def _build(self, name: str, group: str) -> None:
        commands = [
            (self._commands.add(f"{name}.tab-{tab}", f"Show {words}", handler, group=group, scope=self), words)
            for (tab, words), handler in zip(TABS, self._tab_handlers(), strict=True)
        ]
        self.tabs = TabStrip(commands, name="Sides of the answer")
        self.empty = EmptyState("braces", "", "")
        self.busy = BusyPage(name)
        self.problem = ProblemPage(name)
        self.problem.opened.connect(self.link_opened)
        self.problem.param_wanted.connect(self.param_wanted)
        self._save = self._commands.add(
            f"{name}.save", "Save Answer As…", self.save, group=group, icon="download", scope=self, enabled=False
        )
        self.page = FacesPage(name, (self._save,))
        self.faces = Faces(self._parts, self.page, self._save, self)
        self.faces.link_opened.connect(self.link_opened)
        self.faces.said.connect(self.say)
        self.faces.more.connect(self.more)
        self.faces.all_wanted.connect(self.all_wanted)
        self._states = QStackedWidget()
        for page in (self.empty, self.busy, self.problem, self.page):
            self._states.addWidget(page)
        self._tab_pages = QStackedWidget()
        self._tab_pages.addWidget(self._states)
        self.note = Note(right=True)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(SAID)
        self._quiet.timeout.connect(self._unsay)
        row = QHBoxLayout()
        row.setContentsMargins(9, 0, 12, 0)
        row.addWidget(self.tabs)
        row.addWidget(self.note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        self._line = HairLine()
        column.addWidget(self._line)
        column.addWidget(self._tab_pages, 1)

    def hide_tabs(self) -> None:
        """Show the answer alone: headers and timing are shown elsewhere, and nothing is said here."""
        for part in (self.tabs, self.note, self._line):
            part.hide()

    def _make_sides(self) -> None:
        """Headers and timing, when somebody first looks at one of them."""
        from playground.widgets.answer.sides import HeadersPage, TimingPage

        self._headers, self._timing = HeadersPage(self._parts), TimingPage(self._parts)
        for page in (self._headers, self._timing):
            page.link_opened.connect(self.link_opened)
            self._tab_pages.addWidget(page)
        self.show_exchange(self._exchange)

    def _tab_handlers(self) -> tuple[Callable[[], None], ...]:
        return (self._show_answer_tab, self._show_headers_tab, self._show_timing_tab)

    def _show_answer_tab(self) -> None:
        self.set_tab("answer")

    def _show_headers_tab(self) -> None:
        self.set_tab("headers")

    def _show_timing_tab(self) -> None:
        self.set_tab("timing")

    # What happens

    def _let_go(self) -> None:
        """Give up what is under way for the answer before, and what was shown of it."""
        for operation in (self._looking, self._media):
            if operation is not None:
                operation.cancel()
        self._looking = self._media = None
        self._paged = False
        self._whole = None
        self.show_exchange(None)
        for face in self.page.faces:
            face.clear()
        self.page.set_banner(None)

    def _show_state(self, state: str, page: QWidget) -> None:
        self.state = state
        self._save.setEnabled(state == "shown")
        self._states.setCurrentWidget(page)
        if state == "empty":
            self.set_status("")

    def _tell(self, words: str, role: str) -> None:
        self.note.set_role(role)
        self.note.setText(words)
        self.note.setToolTip(words)

    def _unsay(self) -> None:
        self._quiet.stop()
        self._tell(*self._status)

    def _looked(self) -> None:
        operation = self._looking
        if operation is None or not operation.done:
            return
        self._looking = None
        if operation.result is not None:
            self._show_answer(operation.result)

    def _show_answer(self, answer: Answer) -> None:
        faces: list[Face] = []
        self._whole = Savable("answer.json", partial(bytes, answer.data))
        body = self.faces.json()
        if answer.images:
            image = self.faces.image()
            image.set_sources(sources_in(answer))
            faces.append(image)
        if answer.sounds:
            sound = self.faces.sound()
            sound.set_sources(sounds_in(answer))
            faces.append(sound)
        if answer.items is not None:
            table = self.faces.table()
            table.set_items(answer.items, has_more=bool(answer.has_more), left_out=answer.left_out)
            faces.append(table)
        body.set_bytes(answer.data)
        faces.append(body)
        self._show_faces(faces, faces[0])

    def _found_media(self) -> None:
        operation = self._media
        if operation is None or not operation.done:
            return
        self._media = None
        if operation.result is not None:
            self._show_media(*operation.result)

    def _show_media(self, answer: Answer | None, sound: bytes) -> None:
        """Pictures and sound of a stream that has ended, beside its events."""
        faces: list[Face] = [self.faces.events()]
        if answer is not None and answer.images:
            self.faces.image().set_sources(sources_in(answer), last=True)
            faces.append(self.faces.image())
        sounds = sounds_in(answer) if answer is not None else []
        if sound:
            kind = content_type_of(sound) or "audio/pcm"
            sounds.insert(0, (Source(partial(bytes, sound), "", "", file_name("sound", kind)), kind))
        if sounds:
            self.faces.sound().set_sources(sounds)
            faces.append(self.faces.sound())
        if len(faces) > 1 and self.face() == "events":
            self.page.set_faces(faces, faces[0])

    def _show_faces(self, faces: list[Face], first: Face) -> None:
        self.page.set_faces(faces, first)
        self._show_state("shown", self.page)
        self.ready.emit()

    def _is_under_way(self) -> bool:
        """Whether something has come already, of which more was to come."""
        return self._paged or self.face() == "events"

    def _end_under_way(self) -> None:
        if self._paged:
            self.faces.table().set_loading(False)
        else:
            self.faces.events().end("ended by an error")
