"""The sandbox's process, as long as the program lives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from playground.core.signals import Signal
from playground.shell.model_fetch import Progress, SandboxControl

if TYPE_CHECKING:
    from playground.sandbox.process import Endpoint, SandboxProcess


class SandboxHome:
    """Started when it is first asked for, again when it died, ended with the program. Port, key and faults stay the
    same throughout. Its coroutines run in the asyncio thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.died: Signal[[str]] = Signal()
        """Words about an end that nobody asked for; emitted in the asyncio thread."""
        self._made: SandboxProcess | None = None

    def _process(self) -> SandboxProcess:
        if self._made is None:
            from playground.sandbox.process import SandboxProcess

            self._made = SandboxProcess(self.folder)
            self._made.died.connect(self.died.emit)
        return self._made

    async def endpoint(self) -> Endpoint:
        """Where it answers. Raises SandboxError."""
        return await self._process().start()

    async def stop(self) -> None:
        if self._made is not None:
            await self._made.stop()

    async def set_faults(self, faults: Sequence[str]) -> None:
        """What is to go wrong in it from now on, as `NAME[=VALUE]`. Raises SandboxError."""
        await self._process().set_faults(faults)

    def installed(self) -> Path | None:
        from playground.sandbox.weights import installed

        return installed(self.folder)

    async def fetch(self, progress: Progress) -> Path:
        from playground.sandbox.weights import fetch_model_async

        return await fetch_model_async(self.folder, progress)

    def control(self) -> SandboxControl:
        """What the settings may do with it."""
        return SandboxControl(installed=self.installed, fetch=self.fetch, restart=self.stop)
