"""What is in a file, as far as it can be shown: text, rows, a picture, pages. Made when it is first needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from playground.core.errors import Problem, ProblemError
from playground.core.filing.listing import RemoteFile
from playground.core.plain import SHOWN_LIMIT, break_lines
from playground.core.transfers.rules import bytes_text
from playground.widgets.answer.face import Parts
from playground.widgets.controls import EmptyState, HairLine
from playground.widgets.heads import Head
from playground.widgets.plain import ReadOnlyText
from playground.widgets.trouble import Trouble

if TYPE_CHECKING:
    from pathlib import Path

    from playground.bridge import Operation
    from playground.core.filing.desk import TransferDesk
    from playground.core.filing.preview import Preview
    from playground.core.profiles import Profile
    from playground.panels.contract import PanelContext
    from playground.panels.files.pdf import PdfView
    from playground.widgets.answer.image_face import ImageFace
    from playground.widgets.answer.list_face import ListFace
    from playground.widgets.json import JsonView

_KEPT = (400, 403, 404, 405, 501)
"""Answers of a server that does not give the content."""
AFTER_MS = 180
"""Milliseconds that a row is looked at before its file is fetched: who goes through the list fetches none."""


class PreviewPane(QWidget):
    """Of one file at a time."""

    def __init__(self, context: PanelContext, desk: TransferDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("files.preview")
        self._desk = desk
        self._problem: Problem | None = None
        self._home: Operation[tuple[Preview, Path] | None] | None = None
        self._context = context
        self._profile: Profile | None = None
        self.file: RemoteFile | None = None
        self.preview: Preview | None = None
        self._looking: Operation[Preview] | None = None
        self._known: dict[tuple[str, str], Preview] = {}
        self.look = context.commands.add(
            "files.preview", "Preview the File", self.fetch, group="Files", icon="eye", scope=self, enabled=False
        )
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self._look_when_small)
        self.head = Head()
        self.head.row.addWidget(self.head.note, 1)
        self.waiting = EmptyState("eye", "", "", self.look)
        self.busy = EmptyState("hourglass", "Fetching…", "")
        self.trouble = Trouble("files.preview.trouble", self.look)
        self.text = ReadOnlyText()
        self.text.setObjectName("files.preview.text")
        self.text.setAccessibleName("Text of the file")
        self.stack = QStackedWidget()
        for page in (self.waiting, self.busy, self.trouble, self.text):
            self.stack.addWidget(page)
        self._rows: ListFace | None = None
        self._image: ImageFace | None = None
        self._pdf: PdfView | None = None
        self._json: JsonView | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(HairLine())
        column.addWidget(self.stack, 1)

    # Which file

    def show_file(self, file: RemoteFile | None, profile: Profile | None) -> None:
        """Another one; a small file is fetched in a moment, others when somebody asks."""
        if file is not None and self.file is not None and file.id == self.file.id and profile == self._profile:
            self.file = file
            return
        self._stop()
        self.file, self._profile, self.preview = file, profile, None
        self.look.setEnabled(file is not None)
        if file is None or profile is None:
            self.waiting.set_words("", "")
            self.head.say("")
            return
        known = self._known.get((profile.id, file.id))
        if known is not None:
            self._show(known)
            return
        self._offer(file, profile)
        self._timer.start()

    def _offer(self, file: RemoteFile, profile: Profile) -> None:
        from playground.core.filing.preview import is_given_back

        size = bytes_text(file.size) if file.size >= 0 else "size not known"
        self.head.say(size)
        if is_given_back(file, asks_openai=asks_openai(profile)):
            words = f"It has {size}. Of a text the first megabyte is fetched, pictures and PDFs whole, up to 32 MB."
            self.waiting.set_words("Not fetched yet", words)
        else:
            words = f"OpenAI keeps the content of files with the purpose “{file.purpose}” to itself. You can still ask."
            self.waiting.set_words("It may not be given back", words)
        self._turn_to(self.waiting)

    def _look_when_small(self) -> None:
        from playground.core.filing.preview import is_asked, is_given_back

        file, profile = self.file, self._profile
        if file is None or profile is None or not self.isVisible():
            return
        if not is_given_back(file, asks_openai=asks_openai(profile)):
            self._look_at_home(None)
        elif is_asked(file):
            self.fetch()

    def showEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().showEvent(event)
        if self.file is not None and self.preview is None and self._looking is None:
            self._timer.start()

    def _stop(self) -> None:
        self._timer.stop()
        home, self._home = self._home, None
        if home is not None:
            home.drop()
        looking, self._looking = self._looking, None
        if looking is not None:
            looking.drop()
        for widget in (self._rows, self._image, self._pdf, self._json):
            if widget is not None:
                widget.clear()

    # Fetching

    def fetch(self) -> None:
        """Fetch what is shown of the file."""
        from playground.core.filing.preview import LookInto

        if self.file is None or self._profile is None or self._looking is not None:
            return
        self._timer.stop()
        work = LookInto(self._context.sessions, self._profile, self.file)
        self._looking = self._context.bridge.call(work, label="Fetching a preview", owner=self)
        self._looking.finished.connect(self._came)
        self._turn_to(self.busy)

    def _came(self) -> None:
        operation = self._looking
        if operation is None or not operation.done:
            return
        self._looking = None
        error = operation.error
        if isinstance(error, ProblemError):
            if error.problem.status in _KEPT:
                self._look_at_home(error.problem)
            else:
                self._fail(error.problem)
        elif operation.result is not None and self.file is not None and self._profile is not None:
            if len(operation.result.data) + len(operation.result.text) < SHOWN_LIMIT:
                if len(self._known) > 30:
                    self._known.clear()
                self._known[self._profile.id, self.file.id] = operation.result
            self._show(operation.result)

    def _look_at_home(self, problem: Problem | None) -> None:
        """What the server keeps to itself may have been uploaded from here; `problem` is said where it was not."""
        from playground.core.filing.preview import LookAtHome

        if self.file is not None and self._home is None:
            self._problem = problem
            work = LookAtHome(self._desk, self.file)
            self._home = self._context.bridge.call(work, label="Looking for your copy of a file", owner=self)
            self._home.finished.connect(self._home_known)

    def _home_known(self) -> None:
        operation = self._home
        if operation is None or not operation.done:
            return
        self._home = None
        found = operation.result if operation.error is None else None
        if found is not None:
            preview, path = found
            self._show(replace(preview, words=f"Your own copy, {path} · {preview.words}"))
        elif self._problem is not None:
            self._fail(self._problem)

    def _fail(self, problem: Problem) -> None:
        self.head.say("Not fetched", "error")
        self.trouble.show_problem(problem)
        self._turn_to(self.trouble)

    # Showing

    def _show(self, preview: Preview) -> None:
        self.preview = preview
        words = " · ".join(filter(None, (preview.words, preview.trouble)))
        self.head.say(words, "warning" if preview.trouble else "muted")
        if preview.kind == "empty":
            self.waiting.set_words("It is empty", preview.words)
            self._turn_to(self.waiting)
        elif preview.kind in ("text", "bytes"):
            self.text.show_text(break_lines(preview.text[:SHOWN_LIMIT]))
            self._turn_to(self.text)
        else:
            getattr(self, f"_show_{preview.kind}")(preview)

    def _show_rows(self, preview: Preview) -> None:
        if self._rows is None:
            from playground.widgets.answer.list_face import ListFace

            self._rows = ListFace(self._parts("files.rows"))
            self.stack.addWidget(self._rows)
        self._rows.set_items(list(preview.items))
        self._turn_to(self._rows)

    def _show_image(self, preview: Preview) -> None:
        if self._image is None:
            from playground.widgets.answer.image_face import ImageFace

            self._image = ImageFace(self._parts("files.picture"))
            self.stack.addWidget(self._image)
        from playground.widgets.answer.source import Source

        name = self.file.name if self.file is not None else "picture"
        self._image.set_sources([Source(_Bytes(preview.data), "", "", name)])
        self._turn_to(self._image)

    def _show_pdf(self, preview: Preview) -> None:
        if self._pdf is None:
            from playground.panels.files.pdf import PdfView

            self._pdf = PdfView(self._context.bridge, self._context.commands)
            self.stack.addWidget(self._pdf)
        self._turn_to(self._pdf)
        self._pdf.show_pdf(preview.data)

    def _show_json(self, preview: Preview) -> None:
        if self._json is None:
            from playground.widgets.json import JsonView

            self._json = JsonView("files.json", self._context.commands, self, group="JSON of the File")
            self.stack.addWidget(self._json)
        self._json.set_bytes(preview.data, bridge=self._context.bridge)
        self._turn_to(self._json)

    def _parts(self, name: str) -> Parts:
        return Parts(name, self._context.bridge, self._context.commands, "Preview of a File")

    def _turn_to(self, page: QWidget) -> None:
        self.stack.setCurrentWidget(page)


class _Bytes:
    """What gives a picture's bytes, and holds no widget."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __call__(self) -> bytes:
        return self._data


def asks_openai(profile: Profile) -> bool:
    """Whether a profile leads to OpenAI itself, which gives some files' content back and others' not."""
    return not profile.is_sandbox and "api.openai.com" in (profile.base_url or "api.openai.com")
