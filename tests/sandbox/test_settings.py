"""Every setting of a generation, sent to the sandbox: it takes what the API takes, or says why it cannot."""

from __future__ import annotations

import pytest

from playground.core.runs import GenerationRequest, Message
from playground.core.runs.parameters import APIS, Api, Parameter, parameters
from tests.core.runs.test_parameters import settings_for
from tests.sandbox.http import FAST
from tests.sandbox.http import Api as Http

CASES = [(name, entry) for entry in parameters() for name in APIS if name in entry.paths]
HELLO = (Message("user", "Say hello as JSON"),)
REFUSED = {"modalities", "audio.voice", "audio.format"}
"""What an engine that writes text cannot do; it says so, naming the parameter."""


@pytest.mark.parametrize(("name", "entry"), CASES, ids=[f"{name}-{entry.id}" for name, entry in CASES])
def test_the_sandbox_takes_a_setting(api: Http, name: Api, entry: Parameter) -> None:
    settings = settings_for(entry, name)
    if entry.id == "include":
        settings["include"] = list(entry.choices[name][:-1])
    if entry.id in ("text.format.type", "text.format.schema", "text.format.name"):
        settings["text.format.schema"] = '{"type": "object", "properties": {}}'
    request = GenerationRequest(name, "sandbox-echo", messages=HELLO, settings=settings)
    answer = api.post(request.path, request.body(), headers=FAST)
    if entry.id in REFUSED:
        assert answer.status == 400 and answer.error["param"] == entry.paths[name].split(".")[0]
        assert request.place(answer.error["param"]) is not None
    else:
        assert answer.status == 200, answer.data
