"""The doctor: every row of the catalogue of errors, made by a server and recorded, and what is said of it then."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from playground.core.exchanges.diagnosis import Diagnosis, diagnose
from playground.core.session import Session
from tests.core import house as houses
from tests.core.house import House
from tests.core.test_errors import of
from tests.helpers.sandbox import Server
from tests.helpers.servers import Reply


def recorded(house: House, *, headers: dict[str, str] | None = None, stream: bool = False, **values: Any) -> Diagnosis:
    """A generation that fails, as the log has it afterwards."""

    async def scenario(session: Session) -> None:
        client = await session.client()
        model = "sandbox-echo" if headers else "m"
        with pytest.raises(Exception):  # noqa: B017  what it is shows in the log
            answer = await client.responses.create(model=model, input="Hi", stream=stream, extra_headers=headers)
            async for _ in answer:
                pass
            raise AssertionError("the stream ended without an error for the SDK, too")

    house.run(scenario, **values)
    found = diagnose(house.last())
    assert found is not None
    for label, value in found.rows():
        assert value and "{" not in value, label
    return found


CATALOGUE = [
    # reply, class, whether again, seconds to wait, section, a word of the title, a word of the remedy
    (of(400, "invalid_value", "invalid_request_error", "temperature"), "request", "change", None, "errors",
     "“temperature”", "Unset|unset"),
    (of(400, None, "invalid_request_error", "top_p"), "request", "change", None, "errors", "“top_p”", "unset"),
    (of(401, "invalid_api_key"), "key", "change", None, "errors", "key was not accepted", "Check the key"),
    (of(401, "invalid_organization"), "key", "change", None, "errors", "organization", "organization"),
    (of(401, "ip_not_authorized"), "key", "change", None, "errors", "network address", "allow-list"),
    (of(403, "unsupported_country_region_territory"), "key", "change", None, "countries", "country", "countries"),
    (of(403), "key", "change", None, "errors", "refused", "allowed"),
    (of(404, "model_not_found"), "missing", "change", None, "models", "model is not there", "Choose a model"),
    (of(404), "missing", "change", None, "errors", "Not found", "Check the ID"),
    (of(409), "conflict", "soon", None, "errors", "changed", "Load it again"),
    (of(422), "request", "change", None, "errors", "could not be processed", "Change"),
    (of(429, "slow_down", "rate_limit_error", headers={"Retry-After": "4"}), "rate", "wait", 4, "limits",
     "too quickly", "fewer"),
    (of(429, "rate_limit_exceeded", "tokens", headers={"x-ratelimit-remaining-tokens": "0",
     "x-ratelimit-reset-tokens": "6m0s"}), "rate", "wait", 360, "limits", "rate limit", "Wait"),
    (of(429, "insufficient_quota", "insufficient_quota", headers={"Retry-After": "4"}), "account", "never", None,
     "errors", "no credit", "Add credit"),
    (of(429, "credit_balance_exhausted", "insufficient_quota"), "account", "never", None, "errors", "no credit", "Add"),
    (of(429, "organization_spend_limit_exceeded", "insufficient_quota"), "account", "never", None, "errors",
     "organization's spending limit", "Raise"),
    (of(429, "project_spend_limit_exceeded", "insufficient_quota"), "account", "never", None, "errors",
     "project's spending limit", "Raise"),
    (of(429, "organization_usage_limit_exceeded", "insufficient_quota"), "account", "never", None, "errors",
     "usage limit", "higher limit"),
    (of(500, None, "server_error"), "server", "soon", None, "errors", "server failed", "request ID"),
    (of(503, "server_is_overloaded", "service_unavailable_error", headers={"Retry-After": "9"}), "server", "wait", 9,
     "errors", "overloaded", "Wait"),
    (of(503, "slow_down", headers={"Retry-After": "2"}), "server", "wait", 2, "errors", "overloaded", "Wait"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "sort", "again", "wait", "section", "title", "remedy"),
    CATALOGUE,
    ids=[f"{reply.status}-{number}" for number, (reply, *_) in enumerate(CATALOGUE)],
)
def test_each_row_of_the_catalogue(
    house: House, reply: Reply, sort: str, again: str, wait: float | None, section: str, title: str, remedy: str
) -> None:
    house.server.add("/responses", reply)
    problem = recorded(house).problem
    assert (problem.sort, problem.again, problem.wait, problem.section) == (sort, again, wait, section)
    assert title in problem.title and any(word in problem.remedy for word in remedy.split("|"))
    assert problem.request_id == "req_00000001" and problem.server_words == "Their words."
    if again == "never":
        assert "never repeated" in problem.retry


@pytest.mark.parametrize(
    ("fault", "sort", "again", "wait"),
    [
        ("401", "key", "change", None),
        ("403", "key", "change", None),
        ("404", "missing", "change", None),
        ("429=7", "rate", "wait", 7),
        ("quota", "account", "never", None),
        ("500", "server", "soon", None),
        ("503=3", "server", "wait", 3),
        ("html-502", "server", "soon", None),
    ],
)
def test_the_sandboxs_faults(
    house: House, sandbox_server: Server, monkeypatch: pytest.MonkeyPatch, fault: str, sort: str, again: str,
    wait: float | None,
) -> None:  # fmt: skip
    monkeypatch.setattr(houses, "KEY", sandbox_server.key)
    problem = recorded(house, headers={"X-Sandbox-Fault": fault}, base_url=sandbox_server.base_url).problem
    assert (problem.sort, problem.again, problem.wait) == (sort, again, wait)


@pytest.mark.parametrize("fault", ["error-event=2", "error-object=2", "failed=2"])
def test_errors_in_a_stream(house: House, sandbox_server: Server, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    monkeypatch.setattr(houses, "KEY", sandbox_server.key)
    options = {"headers": {"X-Sandbox-Fault": fault}, "stream": True, "base_url": sandbox_server.base_url}
    problem = recorded(house, **options).problem  # type: ignore[arg-type]
    assert (problem.sort, problem.again) == ("server", "soon") and problem.server_words


_RESPONSE_CODES = """server_error rate_limit_exceeded invalid_prompt data_residency_mismatch bio_policy
    vector_store_timeout invalid_image invalid_image_format invalid_base64_image invalid_image_url image_too_large
    image_too_small image_parse_error image_content_policy_violation invalid_image_mode image_file_too_large
    unsupported_image_media_type empty_image_file failed_to_download_image image_file_not_found
    previous_response_not_found websocket_connection_limit_reached slow_down"""


@pytest.mark.parametrize("code", _RESPONSE_CODES.split())
def test_each_code_of_a_response(house: House, code: str) -> None:
    event = {"type": "response.failed", "response": {"error": {"code": code, "message": "Their words."}}}
    house.server.add("/responses", Reply.of_events([event]))
    problem = recorded(house, stream=True).problem
    assert problem.code == code and problem.sort and problem.again and problem.server_words == "Their words."


def test_where_no_answer_came(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = recorded(house, base_url=f"http://127.0.0.1:{port}/v1")
    assert (found.problem.sort, found.problem.again, found.problem.code) == ("network", "change", "refused")
    assert f"127.0.0.1:{port}" in found.problem.cause


def test_what_is_not_known_is_said_to_be_unknown(house: House) -> None:
    house.server.add("/responses", of(418), of(429, "a_code_of_next_year", headers={"Retry-After": "4"}))
    teapot = recorded(house)
    assert teapot.to_dict()["class"] == "unknown" == teapot.to_dict()["again"]
    assert "not known" in teapot.problem.remedy and ("Kind", "Not known.") in teapot.rows()
    later = recorded(house).problem
    assert "“a_code_of_next_year” means is not known" in later.cause
    assert later.again == "perhaps" and "not known" in later.retry and later.wait == 4


def test_what_went_well_has_no_diagnosis(house: House) -> None:
    async def scenario(session: Session) -> None:
        await (await session.client()).models.list()

    house.server.add("/models", houses.MODELS)
    house.run(scenario)
    assert diagnose(house.last()) is None


@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_that_was_cut(
    house: House, sandbox_server: Server, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    monkeypatch.setattr(houses, "KEY", sandbox_server.key)
    headers = {"X-Sandbox-Fault": "cut=2"}
    problem = recorded(house, headers=headers, stream=stream, base_url=sandbox_server.base_url).problem
    assert (problem.sort, problem.again, problem.code) == ("network", "now", "reset") and "twice" in problem.retry
