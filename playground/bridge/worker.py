"""The worker: one plain thread with a standard asyncio loop, and a small pool beside it for what blocks.

Everything in here is plain data. No QObject is touched, and what a job holds (its coroutine, its result, the frames
of its traceback) is let go in the GUI thread, because dropping the last reference to a QObject here would free it here.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.bridge.mailbox import Mailbox

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Future, ThreadPoolExecutor

POOL_THREADS = 4


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an operation is: `done` of `total` units (bytes, items, …); `total` None where nobody knows."""

    done: float = 0
    total: float | None = None
    text: str = ""


class Job:
    """One operation as the worker sees it."""

    __slots__ = ("cancelled", "changes", "closed", "error", "key", "make", "marked", "progress", "result", "started",
                 "state", "task")  # fmt: skip

    def __init__(self, key: int, make: Callable[[Sink], Awaitable[Any]]) -> None:
        self.key = key
        self.make: Callable[[Sink], Awaitable[Any]] | None = make
        self.changes: deque[Any] = deque()
        self.progress: Progress | None = None
        self.marked = False
        self.started = False
        self.cancelled = False
        """Someone asked for the end, perhaps before the beginning."""
        self.closed = False
        """Nobody wants changes any more."""
        self.task: asyncio.Task[Any] | None = None
        self.state = ""
        """"" while it runs, then "succeeded", "failed" or "cancelled"."""
        self.result: Any = None
        self.error: BaseException | None = None

    def clear(self) -> None:
        """Let go of everything; called in the GUI thread."""
        self.closed = True
        self.make = self.task = self.result = self.error = None
        self.changes.clear()


class Sink:
    """What a running operation tells the GUI; every method may be called from any thread."""

    __slots__ = ("_job", "_mailbox")

    def __init__(self, job: Job, mailbox: Mailbox) -> None:
        self._job = job
        self._mailbox = mailbox

    def push(self, changes: list[Any]) -> None:
        """Add changes, in order. They reach `on_changes` in the GUI thread, together with what else came in a frame."""
        job = self._job
        if changes and not job.closed:
            job.changes.extend(changes)
            self._mailbox.mark(job)

    def progress(self, done: float, total: float | None = None, text: str = "") -> None:
        """Say how far it is; only the newest is shown."""
        job = self._job
        if not job.closed:
            job.progress = Progress(done, total, text)
            self._mailbox.mark(job)


class Worker:
    """The thread and its loop. `submit` and `cancel` are called in the GUI thread."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._lock = threading.Lock()
        self._waiting: list[Job] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._stopping = False
        self.pool: ThreadPoolExecutor | None = None
        self.thread: threading.Thread | None = None
        self.on_end: Callable[[], object] | None = None
        """Called in the worker thread as the last thing it does."""

    def start(self) -> None:
        """Start the thread; jobs that were submitted before begin then. Again: does nothing."""
        if self.thread is None and not self._stopping:
            self.thread = threading.Thread(target=self._main, name="playground-asyncio")
            # A program that ends without `stop` (an exception before the window, a test) must not hang at its exit:
            # `atexit` is too late for that, it comes after the threads were joined.
            getattr(threading, "_register_atexit", _ignore)(_StopAtExit(self))
            self.thread.start()

    def submit(self, job: Job) -> None:
        """Begin a job, or keep it until the thread has started."""
        with self._lock:
            loop = self._loop
            if loop is None:
                self._waiting.append(job)
        if loop is not None:
            self._call(loop, self._begin, job)

    def cancel(self, job: Job) -> None:
        """Cancel a job's task; one that has not begun never does."""
        job.cancelled = True
        if self._loop is not None:
            self._call(self._loop, self._cancel, job)

    def cancel_waiting(self) -> list[Job]:
        """Take back what waits for a thread that will never start."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        return waiting

    def soon(self, make: Callable[[], Awaitable[Any]]) -> Future[Any]:
        """Run a coroutine that belongs to no operation. Raises RuntimeError where the thread does not run."""
        import asyncio

        if self._loop is None:
            raise RuntimeError("the worker thread is not running")
        return asyncio.run_coroutine_threadsafe(_awaited(make), self._loop)

    def stop(self) -> None:
        """Have the loop end: what still runs is cancelled. Does not wait."""
        with self._lock:
            self._stopping = True
            loop, stop = self._loop, self._stop
        if loop is not None and stop is not None:
            self._call(loop, stop.set)

    def join(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for the thread and those of the pool; False where one has not ended."""
        until = time.monotonic() + timeout
        for thread in (self.thread, *getattr(self.pool, "_threads", ())):
            if thread is not None:
                thread.join(max(0.0, until - time.monotonic()))
                if thread.is_alive():
                    return False
        return True

    @staticmethod
    def _call(loop: asyncio.AbstractEventLoop, function: Callable[..., object], *args: Any) -> None:
        try:
            loop.call_soon_threadsafe(function, *args)
        except RuntimeError:  # the loop was closed meanwhile: its tasks were cancelled and have reported so
            return

    # Below: the worker thread.

    def _main(self) -> None:
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        loop = asyncio.new_event_loop()
        self.pool = ThreadPoolExecutor(POOL_THREADS, thread_name_prefix="playground-pool")
        loop.set_default_executor(self.pool)
        loop.set_exception_handler(_loop_handler)
        try:
            asyncio.set_event_loop(loop)
            loop.run_until_complete(self._serve(loop))
            loop.run_until_complete(_cancel_rest())
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            with self._lock:
                self._loop = None
            asyncio.set_event_loop(None)
            # Does not wait for the pool: a thread that hangs in a keyring or a name look-up must not hold the exit.
            self.pool.shutdown(wait=False, cancel_futures=True)
            loop.close()
            if self.on_end is not None:
                self.on_end()

    async def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        import asyncio

        stop = asyncio.Event()
        with self._lock:
            self._loop, self._stop = loop, stop
            waiting, self._waiting = self._waiting, []
            if self._stopping:
                stop.set()
        for job in waiting:
            self._begin(job)
        await stop.wait()

    def _begin(self, job: Job) -> None:
        import asyncio

        if job.cancelled or self._stopping:
            job.state = "cancelled"
            self._mailbox.finish(job)
            return
        job.task = asyncio.get_running_loop().create_task(_drive(job, Sink(job, self._mailbox)))
        job.task.add_done_callback(_Ending(self, job))

    def _cancel(self, job: Job) -> None:
        if job.task is not None:
            job.task.cancel()

    def _ended(self, job: Job) -> None:
        self._mailbox.finish(job)


class _Ending:
    """Notes how a task ended. The news go out one turn later, when the loop itself has let go of the task."""

    __slots__ = ("_job", "_worker")

    def __init__(self, worker: Worker, job: Job) -> None:
        self._worker = worker
        self._job = job

    def __call__(self, task: asyncio.Task[Any]) -> None:
        job = self._job
        if task.cancelled():
            job.state = "cancelled"
        else:
            job.error = task.exception()
            job.state = "failed" if job.error is not None else "succeeded"
            if job.error is None:
                job.result = task.result()
        task.get_loop().call_soon(self._worker._ended, job)


async def _drive(job: Job, sink: Sink) -> Any:
    job.started = True
    make = job.make
    if make is None:
        return None
    try:
        return await make(sink)
    except (SystemExit, KeyboardInterrupt) as error:  # these would end the loop, and every other task with it
        raise RuntimeError(f"{type(error).__name__} in an operation") from error


async def _cancel_rest() -> None:
    """Cancel what still runs and give it two seconds."""
    import asyncio

    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    if rest:
        await asyncio.wait(rest, timeout=2.0)
        await asyncio.sleep(0)  # the endings are reported one turn later


async def _awaited(make: Callable[[], Awaitable[Any]]) -> Any:
    return await make()


def _loop_handler(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Faults of tasks and callbacks that nobody awaits go where all faults go."""
    from playground.bridge.reporter import report_context

    report_context(context)


class _StopAtExit:
    """Stops a worker that is still there when the interpreter is about to join its threads."""

    def __init__(self, worker: Worker) -> None:
        self._worker = weakref.ref(worker)

    def __call__(self) -> None:
        worker = self._worker()
        if worker is not None:
            worker.stop()


def _ignore(_function: Callable[[], object]) -> None:
    """Stand-in where this Python cannot call us before it joins its threads."""
