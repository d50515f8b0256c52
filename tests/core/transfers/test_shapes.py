"""Every request of a transfer, to a server that knows what the API's document says and checks it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from playground.core.transfers.queue import TransferQueue
from tests.core.transfers.conftest import QUICK, Movers
from tests.core.transfers.test_queue import made, until


@pytest.mark.steady
def test_what_is_sent_has_the_shapes_of_the_document(movers: Movers, steady_server: str, tmp_path: Path) -> None:
    movers.profile = replace(movers.profile, base_url=steady_server)

    async def scenario(queue: TransferQueue) -> None:
        small, large = made(tmp_path, "small.pdf", 10), made(tmp_path, "Größe.bin", 300_000)
        await queue.add([small, large], "assistants", movers.profile.id, expires_after=3600, checked=False)
        await queue.wait()
        await queue.add([large], "vision", movers.profile.id, checked=False)
        await until(queue, lambda state: state.item.purpose == "vision" and state.sent > 0)
        await queue.cancel()
        await queue.wait()

    movers.run(scenario, QUICK)
    found = {(one.sdk_method, one.status) for one in movers.log.recent(100) if one.status is not None}
    methods = {"files.create", "uploads.create", "uploads.parts.create", "uploads.complete", "uploads.cancel"}
    assert {method for method, _ in found} >= methods
    refused = [movers.log.load(one.id) for one in movers.log.recent(100) if one.status == 400]
    assert [one.attempts[0].response_body for one in refused] == []
