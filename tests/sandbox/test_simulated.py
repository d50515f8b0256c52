"""What the sandbox simulates: valid by the API's document, deterministic, and saying of itself that it is simulated."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from tests.sandbox import document
from tests.sandbox.document import Document
from tests.sandbox.http import Api

SIMULATED = "x-sandbox-simulated"
DATA_URL = "data:image/png;base64,"
IDS = {"user": "user", "project": "proj", "invite": "invite", "group": "group", "role": "role", "alert": "alert",
       "certificate": "cert", "key": "key", "api_key": "key", "service_account": "svc_acct"}  # fmt: skip


def _admin_reads() -> list[str]:
    found = [
        path
        for path, operations in document.load().paths.items()
        if path.startswith(("/organization", "/projects")) and "get" in operations
    ]
    assert len(found) > 50
    return found


def _sample(path: str) -> str:
    for name, prefix in IDS.items():
        path = path.replace(f"{{{name}_id}}", f"{prefix}_sandbox_sample_1")
    assert "{" not in path
    return path


def test_every_read_of_administration_is_valid_and_says_that_it_is_a_sample(api: Api, spec: Document) -> None:
    for path in _admin_reads():
        answer = api.get(f"{_sample(path)}?start_time=1790000000")
        assert answer.status == 200, (path, answer.data)
        assert answer.headers[SIMULATED] == "samples, no organization's data"
        spec.check_answer("GET", path, answer.json)
        assert b"sandbox" in answer.data, path
        for entry in answer.json.get("data", []):
            text = str(entry).lower()
            assert "sandbox" in text or not entry.get("results", True) or entry["object"] == "bucket", (path, entry)


def test_a_list_of_administration_goes_page_by_page(api: Api) -> None:
    def ids(query: str) -> tuple[list[str], bool]:
        page = api.get(f"/organization/projects?{query}").json
        return [entry["id"] for entry in page["data"]], page["has_more"]

    every, more = ids("limit=100")
    assert len(every) == 23 and not more
    first, more = ids("limit=20")
    assert first == every[:20] and more
    assert ids(f"limit=20&after={first[-1]}") == (every[20:], False)
    assert len(ids("limit=100&include_archived=true")[0]) == 24
    roles = api.get("/organization/groups?limit=2").json
    assert roles["has_more"] and roles["next"] == roles["data"][-1]["id"]
    assert api.get(f"/organization/groups?after={roles['next']}").json["next"] is None
    assert api.get("/organization/projects?after=proj_none").error["param"] == "after"


def test_what_is_not_in_the_samples_is_not_found(api: Api) -> None:
    for path in ("projects/proj_1", "projects/proj_1/users", "users/u", "groups/g/roles"):
        answer = api.get(f"/organization/{path}?start_time=0")
        assert answer.status == 404, path


def test_audit_logs_can_be_filtered(api: Api) -> None:
    every = api.get("/organization/audit_logs?limit=100").json["data"]
    assert every[0]["effective_at"] > every[-1]["effective_at"]
    some = api.get("/organization/audit_logs?event_types[]=project.created&limit=100").json["data"]
    assert 0 < len(some) < len(every) and {entry["type"] for entry in some} == {"project.created"}
    since = every[9]["effective_at"]
    assert len(api.get(f"/organization/audit_logs?effective_at[gte]={since}&limit=100").json["data"]) == 10
    assert api.get("/organization/audit_logs?effective_at[gte]=x").status == 400


def test_usage_is_grouped_filtered_and_paged(api: Api) -> None:
    def page(query: str) -> Any:
        answer = api.get(f"/organization/usage/completions?start_time=1790000000&{query}")
        assert answer.status == 200, answer.data
        return answer.json

    plain = page("limit=2")
    assert plain["has_more"] and "Sample data of the sandbox" in plain["sandbox"]
    bucket = plain["data"][0]
    assert len(bucket["results"]) == 1 and bucket["end_time"] - bucket["start_time"] == 86_400
    grouped = page("limit=2&group_by[]=model")["data"][0]["results"]
    assert {row["model"] for row in grouped} == {"sandbox-echo", "sandbox-smollm2-135m"}
    assert sum(row["input_tokens"] for row in grouped) == bucket["results"][0]["input_tokens"]
    one = page("limit=2&models[]=sandbox-echo")["data"][0]["results"][0]["input_tokens"]
    assert one == next(row["input_tokens"] for row in grouped if row["model"] == "sandbox-echo")
    following = page(f"limit=2&page={plain['next_page']}")
    assert following["data"][0]["start_time"] == plain["data"][-1]["end_time"]
    assert page("bucket_width=1h&limit=168&end_time=1790010000")["data"][-1]["end_time"] <= 1790013600
    assert api.get("/organization/usage/images").error["param"] == "start_time"
    assert api.get("/organization/costs?start_time=0&group_by=model").error["param"] == "group_by"


PARTS = [{"type": "text", "text": "a bomb"}, {"type": "image_url", "image_url": {"url": f"{DATA_URL}AAAA"}}]


@pytest.mark.parametrize(
    ("given", "flagged"),
    [("I like tea", [False]), (["tea", "kill him", ""], [False, True, False]), (PARTS, [True])],
)
def test_a_moderation_is_valid_and_the_same_each_time(
    api: Api, spec: Document, given: Any, flagged: list[bool]
) -> None:
    answer = api.post("/moderations", {"input": given, "model": "omni-moderation-latest"})
    spec.check("CreateModerationResponse", answer.json)
    assert answer.headers[SIMULATED] and answer.json["model"] == "sandbox-moderation-simulated"
    assert [result["flagged"] for result in answer.json["results"]] == flagged
    assert api.make("/moderations", {"input": given})["results"] == answer.json["results"]


def test_a_moderation_names_the_categories_and_what_it_looked_at(api: Api) -> None:
    result = api.make("/moderations", {"input": PARTS})["results"][0]
    assert {name for name, met in result["categories"].items() if met} == {"illicit/violent", "violence"}
    assert result["category_applied_input_types"]["violence"] == ["text", "image"]
    assert result["category_applied_input_types"]["hate"] == ["text"]


@pytest.mark.parametrize(
    "given", [None, [], 3, ["x", 3], [{"type": "audio"}], [{"text": "x"}], [{"type": "image_url"}]]
)
def test_a_moderation_of_nothing_is_refused(api: Api, given: Any) -> None:
    answer = api.post("/moderations", {"input": given})
    assert answer.status == 400 and answer.error["param"].startswith("input")


def _picture(coded: str) -> Image.Image:
    picture = Image.open(io.BytesIO(base64.b64decode(coded)))
    picture.load()
    return picture


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_pictures_are_valid_and_as_large_as_asked(api: Api, spec: Document, kind: str) -> None:
    body = {"prompt": "A lighthouse", "n": 2, "size": "1536x1024", "quality": "low", "output_format": kind}
    answer = api.post("/images/generations", body)
    spec.check("ImagesResponse", answer.json)
    assert answer.headers[SIMULATED] == "a drawn placeholder that shows the prompt"
    first, second = (_picture(entry["b64_json"]) for entry in answer.json["data"])
    assert first.size == second.size == (1536, 1024) and first.format == kind.upper()
    assert answer.json["data"][0] != answer.json["data"][1], "each says which of the two it is"


def test_a_picture_shows_its_prompt(api: Api) -> None:
    def drawn(prompt: str) -> Image.Image:
        body = {"prompt": prompt, "size": "512x512", "background": "transparent"}
        return _picture(api.make("/images/generations", body)["data"][0]["b64_json"])

    assert drawn("One").tobytes() == drawn("One").tobytes() != drawn("Two").tobytes()
    assert drawn("One").getpixel((500, 300))[3] < 255  # type: ignore[index]

    def white(picture: Image.Image) -> int:
        colours = picture.getcolors(1 << 20) or []
        return sum(count for count, colour in colours if colour == (255, 255, 255, 255))

    assert white(drawn("M")) > 500, "it is written large"
    drawn("word " * 5000 + "x" * 5000)
    drawn("你好 \U0001f600 \x00 \u202e")


def test_an_animated_picture_has_its_frames(api: Api) -> None:
    body = {"prompt": "Run", "output_format": "gif", "frame_count": 3, "frame_duration_ms": 100, "size": "256x256"}
    picture = _picture(api.make("/images/generations", body)["data"][0]["b64_json"])
    assert picture.format == "GIF" and picture.n_frames == 3  # type: ignore[attr-defined]


def test_a_stream_of_pictures_grows_clear(api: Api, spec: Document) -> None:
    body = {"prompt": "A lighthouse", "stream": True, "partial_images": 2, "size": "1024x1024"}
    events = api.post("/images/generations", body).events
    assert [event["type"].split(".")[1] for event in events] == ["partial_image", "partial_image", "completed"]
    for event in events:
        spec.check("ImageGenStreamEvent", event)
        assert _picture(event["b64_json"]).size == (1024, 1024)
    assert len({event["b64_json"] for event in events}) == 3


def _png(size: tuple[int, int] = (40, 30), colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def test_an_edit_lies_on_the_picture_that_was_sent(api: Api, spec: Document) -> None:
    fields: list[Any] = [("prompt", "Night"), ("size", "1024x1024"), ("n", "1"), ("image[]", ("a.png", _png()))]
    red = api.form("/images/edits", [*fields, ("image[]", ("b.png", _png())), ("mask", ("m.png", _png()))])
    assert red.status == 200, red.data
    spec.check("ImagesResponse", red.json)
    blue = api.form("/images/edits", [*fields[:3], ("image", ("a.png", _png(colour="blue")))]).json
    red_at, blue_at = (_picture(body["data"][0]["b64_json"]).getpixel((900, 600)) for body in (red.json, blue))
    assert red_at[0] > red_at[2] and blue_at[2] > blue_at[0]  # type: ignore[index]
    events = api.form("/images/edits", [*fields, ("stream", "true"), ("partial_images", "1")]).events
    for event in events:
        spec.check("ImageEditStreamEvent", event)
    assert [event["type"] for event in events] == ["image_edit.partial_image", "image_edit.completed"]
    link = DATA_URL + base64.b64encode(_png()).decode()
    spec.check("ImagesResponse", api.make("/images/edits", {"prompt": "x", "images": [{"image_url": link}]}))
    spec.check("ImagesResponse", api.form("/images/variations", [("image", ("a.png", _png()))]).json)


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ([("prompt", "x")], "image"),
        ([("image", ("a.png", _png()))], "prompt"),
        ([("prompt", "x"), ("image", ("a.png", b"no picture"))], "image"),
        ([("prompt", "x"), ("image", ("a.png", _png()[:60]))], "image"),
        ([("prompt", "x"), ("image", ("a.png", _png())), ("mask", ("m.png", b""))], "mask"),
        ([("prompt", "x"), ("image", ("a.png", _png())), ("n", "many")], "n"),
        ([("prompt", "x"), ("image", ("a.png", _png())), ("stream", "perhaps")], "stream"),
        ([("prompt", "x"), ("image", "a.png")], "image"),
        ([("prompt", "x"), ("image", ("a.png", _png((9000, 9000))))], "image"),
    ],
)
def test_an_edit_of_what_is_no_picture_is_refused(api: Api, fields: Any, param: str) -> None:
    answer = api.form("/images/edits", fields)
    assert answer.status == 400 and answer.error["param"] == param, answer.data


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"size": "8x8"}, "size"),
        ({"size": "3840x256"}, "size"),
        ({"size": "big"}, "size"),
        ({"n": 11}, "n"),
        ({"response_format": "url"}, "response_format"),
        ({"output_format": "svg"}, "output_format"),
        ({"output_format": "jpeg", "background": "transparent"}, "background"),
        ({"partial_images": 4, "stream": True}, "partial_images"),
        ({"colour": "red"}, "colour"),
        ({"prompt": ""}, "prompt"),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_refused(api: Api, more: dict[str, Any], param: str) -> None:
    answer = api.post("/images/generations", {"prompt": "x", **more})
    assert answer.status == 400 and answer.error["param"] == param


def test_forms_that_are_none_are_refused(api: Api) -> None:
    plain = api.call("POST", "/images/variations", raw=b"x", headers={"Content-Type": "text/plain"})
    assert plain.status == 400 and "takes a form" in plain.error["message"]
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = api.call("POST", "/images/variations", raw=b"--y\r\nnonsense", headers={"Content-Type": kind})
        assert answer.status == 400, answer.data


def test_faults_meet_what_is_simulated_too(api: Api) -> None:
    answer = api.post("/images/generations", {"prompt": "x"}, headers={"X-Sandbox-Fault": "429=7"})
    assert answer.status == 429 and answer.headers["retry-after"] == "7"
    assert api.get("/organization/users", headers={"X-Sandbox-Fault": "500"}).status == 500
    assert "x-ratelimit-remaining-requests" in api.get("/organization/users").headers
