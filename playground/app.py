"""The one place that puts the parts together: flags, data folder, settings, theme, window; then log, session, sandbox.

The window is painted first. What takes time (asyncio, SQLite, the SDK, the keyring, the sandbox) is imported and
started after the first frame, in the worker thread.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from playground.bridge import Bridge, Report, Reporter
from playground.core.errors import Problem
from playground.core.named import named
from playground.core.paths import DataPaths, default_data_dir
from playground.core.profiles import ProfileError, ProfileStore
from playground.core.redact import log_to_stderr
from playground.core.settings import Settings
from playground.panels.contract import discover
from playground.shell.closing import Closing
from playground.shell.fault_switch import FaultCommands, FaultSwitch
from playground.shell.interrupted import Interrupted
from playground.shell.late_sessions import LateSessions
from playground.shell.late_store import LateStore
from playground.shell.memory import StateFolder, save_problem, write_states
from playground.shell.model_fetch import ModelFetch
from playground.shell.notices import Notice, notice_of
from playground.shell.presenting import Presenting
from playground.shell.profile_work import ProfileWork
from playground.shell.sandbox_home import SandboxHome
from playground.shell.standing import Standing, problem_of
from playground.shell.tidying import Tidying
from playground.shell.window import Window, WindowParts
from playground.widgets.theme import ThemeManager

if TYPE_CHECKING:
    from collections.abc import Callable
    from tempfile import TemporaryDirectory

    from playground.bridge import Operation
    from playground.cli.options import AppOptions

SAVE_AFTER_MS = 300
AGAIN_AFTER = 30.0
"""Seconds between two deaths of the sandbox that are no coincidence any more."""
LONGEST_RUN = 300.0
"""Seconds that a picture waits for an answer."""
WRONG_USAGE = 2
SECOND_WINDOW = (
    "Another window uses this data folder. Requests, profiles and settings are shared; this window has a draft of "
    "its own, which is there again when a second window is opened."
)


class Application(QObject):
    """The running program. `build` makes and shows the window; `run` is the rest of its life."""

    def __init__(self, options: AppOptions, environ: dict[str, str] | None = None) -> None:
        """Reads settings, profiles and state: small files. Raises ProfileError for a profile that nobody has,
        ValueError for an unknown panel. A data folder that cannot be used is said in the window; only where nobody
        would read that (a screenshot) it raises OSError."""
        super().__init__()
        self.options = options
        self.paths = DataPaths(options.data_dir or default_data_dir())
        self.troubles: list[Problem] = []
        """What was found wrong with the files of the data folder; nothing is lost by it."""
        self.unwritable = self._try_folder()
        self._borrowed: TemporaryDirectory[str] | None = None
        self.reporter = Reporter(self.paths.reports, self)
        self.settings = Settings(self.paths.settings)
        self._read(self.settings.load)
        named().use(self.settings)
        self.profiles = ProfileStore(self.paths.profiles, environ)
        first_start = not self.paths.profiles.exists()
        self._read(self.profiles.load)
        self.profiles.choose(options.profile, options.sandbox)
        self.memory = StateFolder(self.paths.state, self)
        self.memory.read()
        self.manifests = discover()
        known = [manifest.id for manifest in self.manifests]
        if options.panel is not None and options.panel not in known:
            raise ValueError(f"There is no panel “{options.panel}”. The panels there are: {', '.join(known)}.")
        self.bridge = Bridge(self)
        self.store = LateStore(self.paths.exchanges)
        self.sandbox = SandboxHome(self._sandbox_folder())
        self.sessions = LateSessions(self.profiles, self.store.writer, {"sandbox": self.sandbox.endpoint})
        self.theme = ThemeManager(self)
        self.theme.apply(options.theme or self.settings.get("appearance.theme"), self._scale())
        self.fetch = ModelFetch(self.bridge, self.sandbox.control(), self)
        self.faults = FaultSwitch(self.bridge, self.sandbox.set_faults, self)
        self._first_start = first_start
        self._saver = QTimer(self)
        self._saver.setSingleShot(True)
        self._saver.setInterval(SAVE_AFTER_MS)
        self._saver.timeout.connect(self._save_settings)
        self._sandbox_death = -AGAIN_AFTER
        self._opening: Operation[Any] | None = None
        self._crash: Operation[Any] | None = None
        self._saving: Operation[None] | None = None
        self.window: Window
        self.standing: Standing
        self.closing: Closing
        self.tidying: Tidying

    def _try_folder(self) -> bool:
        try:
            make_writable(self.paths.root)
        except OSError as error:
            if self.options.screenshot is not None:
                raise
            self.troubles.append(folder_problem(self.paths.root, error))
            return True
        return False

    def _sandbox_folder(self) -> Path:
        """The data folder's, or one that goes with the program where that cannot be written: the sandbox is to work."""
        if not self.unwritable:
            return self.paths.sandbox
        from tempfile import TemporaryDirectory

        self._borrowed = TemporaryDirectory(prefix="playground-sandbox-", ignore_cleanup_errors=True)
        return Path(self._borrowed.name)

    def _read(self, load: Callable[[], None]) -> None:
        try:
            load()
        except OSError as error:
            if not self.unwritable:
                self.troubles.append(problem_of(error))

    def _scale(self) -> float:
        return float(self.settings.get("appearance.font_scale"))

    # The window -------------------------------------------------------------------------------------------------

    def build(self) -> None:
        """Make the window, and show it; its panel follows once there is something to see."""
        self.window = Window(
            WindowParts(
                bridge=self.bridge,
                sessions=self.sessions,
                store=self.store,
                settings=self.settings,
                memory=self.memory,
                theme=self.theme,
                work=ProfileWork(self.profiles, self.sessions),
                fetch=self.fetch,
                faults=self.faults,
                manifests=self.manifests,
                log=self.paths.exchanges,
                cache=self.paths.cache,
            )
        )
        self.reporter.reported.connect(self._reported)
        self.standing = Standing(self.window, self.profiles, first_start=self._first_start)
        self.closing = Closing(self.window)
        self.tidying = Tidying(self.window)
        self.interrupted = Interrupted(self.window, self.paths.transfers)
        self.presenting = Presenting(self.window, self.profiles)
        if self.options.presentation:
            self.presenting.toggle()
        self.window.left.connect(self._left)
        self.fetch.fetched.connect(self._model_fetched)
        self.faults.failed.connect(self.window.notify)
        self.standing.ready.connect(self._add_fault_commands)
        if self.options.size is not None:
            self.window.resize(*self.options.size)
        if self.options.screenshot is not None:  # nothing is to look hovered in the picture
            self.window.body.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.window.show()

    def furnish(self) -> None:
        """Put the panel into the window that is on the screen."""
        if self.manifests:
            self.window.show_panel(self.options.panel or self.window.remembered_panel())
            self.window.panels.take_focus()
        if self.options.open is not None:
            self.window.show_panel("compose")
            self.window.commands.run("compose.open_recording", self.options.open)

    async def run(self) -> int:
        """From the first frame to the end; gives the exit code."""
        self.start()
        if self.options.run:
            await self._run_prompt()
        if self.options.screenshot is not None:
            return await self._take_screenshot(self.options.screenshot)
        code = await self.bridge.until_quit()
        await self.save_all()
        return code

    def start(self) -> None:
        """What waits for the first frame."""
        self.bridge.at_shutdown(self._close_store)
        self.bridge.at_shutdown(self.sandbox.stop)
        self.bridge.at_shutdown(self.sessions.aclose)
        self.memory.start(self.bridge)
        self.bridge.listen(self.settings.changed, self._setting_changed, self)
        self.presenting.start()
        self.bridge.listen(self.sandbox.died, self._sandbox_died, self)
        self.bridge.listen(self.store.writer.problem, self._write_failed, self)
        self.bridge.listen(self.store.writer.recovered, self._writes_again, self)
        self._opening = self.bridge.blocking(open_store, self.store, label="Opening the request log", owner=self)
        self._opening.finished.connect(self._store_opened)
        self.window.dock.start(self.store.changed)
        self.standing.start()
        self._crash = self.bridge.blocking(
            self.reporter.previous_crash, label="Looking for reports of a crash", owner=self
        )
        self._crash.finished.connect(self._crash_known)
        if self.memory.window > 1:
            self.window.notify(SECOND_WINDOW)
        found = [problem for problem in (self.settings.problem, self.profiles.problem) if problem is not None]
        for problem in [*self.memory.problems, *found, *self.troubles]:
            self.window.notify(problem)
        self.memory.told.connect(self._not_saved)
        self.interrupted.start()
        from playground.widgets.theme import load_idle_fonts

        load_idle_fonts()

    async def save_all(self) -> None:
        """Write what is not written yet."""
        states, folder = self.memory.take_unsaved(), self.memory.folder
        for work in (
            self.bridge.blocking(self.settings.save, label="Saving the settings", owner=None),
            self.bridge.blocking(write_states, folder, states, label="Saving the window's state", owner=None),
        ):
            try:
                await work.wait()
            except OSError as error:
                sys.stderr.write(f"playground: {work.label} failed: {problem_of(error).line()}\n")
        self.memory.release()

    async def _close_store(self) -> None:
        import asyncio

        await asyncio.to_thread(self.store.close)
        if self._borrowed is not None:
            await asyncio.to_thread(self._borrowed.cleanup)

    async def _run_prompt(self) -> None:
        """`--run`: what the person who presses Run sees, once the server's models are known."""
        from playground.shell.screenshot import settled

        await settled(self.bridge)
        self.window.commands.run("compose.run")
        if self.options.screenshot is not None:
            await self.bridge.idle(LONGEST_RUN)

    async def _take_screenshot(self, file: Path) -> int:
        from playground.shell.screenshot import save_picture, settled

        await settled(self.bridge)
        try:
            await save_picture(self.window, self.bridge, file)
        except OSError as error:
            sys.stderr.write(f"playground: the picture was not saved: {error}\n")
            return 1
        return 0

    # What happens -----------------------------------------------------------------------------------------------

    def _add_fault_commands(self) -> None:
        """Nine milliseconds that the start has no use for."""
        self.standing.ready.disconnect(self._add_fault_commands)
        self._fault_commands = FaultCommands(self.faults, self.window.commands, self)

    def _left(self) -> None:
        self.bridge.quit(0)

    def _store_opened(self) -> None:
        operation, self._opening = self._opening, None
        if operation is None:
            return
        if operation.error is not None:
            if not self.unwritable:  # else that has been said
                self.window.notify(problem_of(operation.error))
            return
        if operation.result is not None:
            self.window.notify(operation.result)
        self.tidying.start()

    def _crash_known(self) -> None:
        operation, self._crash = self._crash, None
        if operation is not None and operation.error is None and operation.result is not None:
            self._reported(operation.result)

    def _reported(self, report: Report) -> None:
        more = f" ({report.repeats} times more)" if report.repeats else ""
        self.window.tell(Notice(f"{report.text}{more}", "error", report=report.path))

    def _write_failed(self, emissions: list[tuple[Any, ...]]) -> None:
        self.window.tell(notice_of(emissions[-1][0]))

    def _writes_again(self, emissions: list[tuple[int]]) -> None:
        missing = sum(count for (count,) in emissions)
        rest = f"of {missing:,} something is missing." if missing else "nothing is missing."
        self.window.tell(Notice(f"Requests are recorded again; {rest}", "warning" if missing else "good"))

    def _sandbox_died(self, emissions: list[tuple[str]]) -> None:
        """Start it again, unless it has died twice within a short time: then the next request does."""
        now = time.monotonic()
        again = now - self._sandbox_death > AGAIN_AFTER and self.sessions.current.is_sandbox
        self._sandbox_death = now
        words = emissions[-1][0]
        self.window.tell(Notice(f"{words} It is started again." if again else words, "error"))
        if again:
            self.standing.open_session()

    def _setting_changed(self, emissions: list[tuple[str]]) -> None:
        keys = {key for (key,) in emissions}
        if keys & {"appearance.theme", "appearance.font_scale"}:
            self.theme.apply(self.settings.get("appearance.theme"), self._scale())
        if "secrets.patterns" in keys:
            named().use(self.settings)
        if "sandbox.engine" in keys:
            self.standing.use_engine(self.settings.get("sandbox.engine"))
        if not self._saver.isActive():  # also while one is changed without a pause
            self._saver.start()

    def _save_settings(self) -> None:
        if self._saving is None:
            self._saving = self.bridge.blocking(self.settings.save, label="Saving the settings", owner=self)
            self._saving.finished.connect(self._settings_saved)

    def _settings_saved(self) -> None:
        operation, self._saving = self._saving, None
        if operation is not None and operation.error is not None:
            self._not_saved(save_problem(operation.error))
        elif self.settings.unsaved:
            self._saver.start()

    def _not_saved(self, problem: Problem) -> None:
        if not self.unwritable:  # else that has been said
            self.window.notify(problem)

    def _model_fetched(self) -> None:
        self.settings.set("sandbox.engine", "smollm2-135m")
        if self.sessions.current.is_sandbox:
            self.standing.use(self.sessions.current.id)  # the sandbox was stopped: start it, and list its models anew
        self.window.notify("The local model is ready: choose smollm2-135m as the model.")


def open_store(store: LateStore) -> Any:
    """Open the log. Runs in a thread; raises StoreError."""
    from playground.core.files import remove_leftovers

    for folder in (store.path.parent, *store.path.parent.glob("state/**/")):
        remove_leftovers(folder)
    return store.open()


def make_writable(folder: Path) -> None:
    """Raises OSError where the data folder cannot be made or written."""
    folder.mkdir(parents=True, exist_ok=True)
    trial = folder / f".trial-{os.getpid()}"
    trial.touch()
    trial.unlink()


def folder_problem(folder: Path, error: OSError) -> Problem:
    """Why the data folder cannot be used, for the window."""
    why = problem_of(error)
    return Problem(
        title="Nothing is kept: the data folder cannot be used",
        cause=f"{folder}: {why.title}. {why.cause}",
        remedy="Prompts can be sent, but requests, drafts, settings and profiles are forgotten when this window is "
        f"closed. {why.remedy}",
        type="file_error",
        code=why.code,
        server_words=str(error),
    )


def main(options: AppOptions) -> int:
    """Open the window and run until it is closed. Exit codes: 0 fine, 1 something failed, 2 wrong usage."""
    log_to_stderr(options.log_level, "%(asctime)s %(levelname)s %(name)s: %(message)s")
    if options.screenshot is not None and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    QApplication.setApplicationName("playground")
    QApplication.setApplicationDisplayName("Playground for the OpenAI API")
    QApplication.setDesktopFileName("openai-playground")
    qt = QApplication.instance() or QApplication(sys.argv[:1])
    QApplication.setCursorFlashTime(0)  # no motion but progress: a blinking caret wakes the idle program twice a second
    try:
        application = Application(options)
    except ProfileError as error:
        sys.stderr.write(f"playground: {error.problem.line()}\n")
        return WRONG_USAGE
    except (OSError, ValueError) as error:
        folder = options.data_dir or default_data_dir()
        words = f"the data folder {folder} cannot be used: {error}" if isinstance(error, OSError) else str(error)
        sys.stderr.write(f"playground: {words}\n")
        return WRONG_USAGE
    application.reporter.install()
    try:
        return application.bridge.run_app(application.run, application.build, application.furnish)
    finally:
        application.reporter.uninstall()
        application.window.deleteLater()
        del qt
