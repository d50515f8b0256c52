"""Files on disk, and uploads in parts: through the SDK, and over connections that end too early."""

from __future__ import annotations

import concurrent.futures
import hashlib
import http.client
import os
import random
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import psutil
import pytest

from playground.sandbox.contents import Contents
from playground.sandbox.state import State
from tests.helpers.sandbox import Server, running_sandbox
from tests.sandbox.document import Document
from tests.sandbox.http import Api

MB = 1024**2


@pytest.fixture(scope="module")
def client(sandbox_server: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=sandbox_server.base_url, api_key=sandbox_server.key, max_retries=0) as client:
        yield client


def _upload(client: openai.OpenAI, size: int, **more: Any) -> str:
    given: dict[str, Any] = {"filename": "näme.txt", "mime_type": "text/plain", "purpose": "assistants", **more}
    return client.uploads.create(bytes=size, **given).id


def test_parts_that_came_in_any_order_are_joined_in_the_one_that_is_given(client: openai.OpenAI) -> None:
    data = random.Random(7).randbytes(5 * MB + 17)
    step = 3 * MB // 2
    pieces = [data[start : start + step] for start in range(0, len(data), step)]
    identifier = _upload(client, len(data), expires_after={"anchor": "created_at", "seconds": 7200})
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        order = list(range(len(pieces)))
        random.Random(3).shuffle(order)
        jobs = {number: pool.submit(client.uploads.parts.create, identifier, data=pieces[number]) for number in order}
    parts = [jobs[number].result().id for number in range(len(pieces))]
    done = client.uploads.complete(identifier, part_ids=parts, md5=hashlib.md5(data).hexdigest().upper())
    assert done.status == "completed" and done.file and done.file.bytes == len(data)
    assert done.file.filename == "näme.txt" and done.file.expires_at == done.file.created_at + 7200
    assert client.files.content(done.file.id).read() == data
    with pytest.raises(openai.BadRequestError, match=done.file.id) as again:
        client.uploads.complete(identifier, part_ids=parts)
    assert again.value.code == "upload_completed"


def test_the_sdks_own_helper_uploads(client: openai.OpenAI, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(os.urandom(3 * MB))
    done = client.uploads.upload_file_chunked(
        file=path, mime_type="application/octet-stream", purpose="user_data", part_size=MB
    )
    assert done.file and client.files.content(done.file.id).read() == path.read_bytes()


def test_what_is_not_whole_is_not_completed_and_stays_open(client: openai.OpenAI) -> None:
    identifier = _upload(client, 6)
    one, two, more = (client.uploads.parts.create(identifier, data=data).id for data in (b"abc", b"def", b"g"))
    other = client.uploads.parts.create(_upload(client, 3), data=b"abc").id
    for parts, code in (
        ([one], "upload_size_mismatch"),
        ([one, two, more], "upload_size_mismatch"),
        ([one, one], "duplicate_part"),
        ([one, other], "part_not_found"),
        ([], "upload_size_mismatch"),
    ):
        with pytest.raises(openai.BadRequestError) as wrong:
            client.uploads.complete(identifier, part_ids=parts)
        assert wrong.value.code == code and str(wrong.value.param).startswith("part_ids")
    with pytest.raises(openai.BadRequestError) as changed:
        client.uploads.complete(identifier, part_ids=[two, one], md5=hashlib.md5(b"abcdef").hexdigest())
    assert changed.value.code == "md5_mismatch"
    done = client.uploads.complete(identifier, part_ids=[one, two], md5=hashlib.md5(b"abcdef").hexdigest())
    assert done.file and client.files.content(done.file.id).read() == b"abcdef"


def test_lines_are_checked_when_the_parts_are_joined(client: openai.OpenAI) -> None:
    identifier = _upload(client, 12, purpose="batch", mime_type="text/jsonl")
    parts = [client.uploads.parts.create(identifier, data=data).id for data in (b'{"a"', b": 1}\n[1]")]
    with pytest.raises(openai.BadRequestError, match="Line 2: it is no object"):
        client.uploads.complete(identifier, part_ids=parts)
    assert client.uploads.cancel(identifier).status == "cancelled"


def test_a_cancelled_upload_takes_nothing_more(client: openai.OpenAI) -> None:
    identifier = _upload(client, 3)
    part = client.uploads.parts.create(identifier, data=b"abc").id
    assert client.uploads.cancel(identifier).status == "cancelled"
    for call in (
        lambda: client.uploads.parts.create(identifier, data=b"abc"),
        lambda: client.uploads.complete(identifier, part_ids=[part]),
        lambda: client.uploads.cancel(identifier),
    ):
        with pytest.raises(openai.BadRequestError) as late:
            call()
        assert late.value.code == "upload_cancelled"
    with pytest.raises(openai.NotFoundError):
        client.uploads.cancel("upload_none")


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"bytes": 0}, "bytes"),
        ({"bytes": 8 * 1024**3 + 1}, "bytes"),
        ({"purpose": "fun"}, "purpose"),
        ({"filename": ""}, "filename"),
        ({"mime_type": None}, "mime_type"),
        ({"expires_after": {"anchor": "created_at", "seconds": 10}}, "expires_after.seconds"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_upload_that_cannot_be_is_refused(api: Api, more: dict[str, Any], param: str) -> None:
    body = {"bytes": 3, "filename": "a", "mime_type": "text/plain", "purpose": "assistants", **more}
    answer = api.post("/uploads", body)
    assert answer.status == 400 and answer.error["param"] == param


def test_what_the_document_says_of_uploads_is_kept(api: Api, spec: Document) -> None:
    body = {"bytes": 3, "filename": "a", "mime_type": "text/plain", "purpose": "assistants"}
    upload = api.make("/uploads", body)
    spec.check("Upload", upload)
    assert upload["expires_at"] == upload["created_at"] + 3600
    part = api.form(f"/uploads/{upload['id']}/parts", [("data", "abc")]).json  # a plain field, as in its example
    spec.check("UploadPart", part)
    spec.check("Upload", api.make(f"/uploads/{upload['id']}/complete", {"part_ids": [part["id"]]}))
    spec.check("Upload", api.make(f"/uploads/{api.make('/uploads', body)['id']}/cancel", None))


@pytest.mark.parametrize(
    ("fields", "status", "param"),
    [
        ([], 400, "data"),
        ([("other", "x")], 400, "data"),
        ([("data", ("a", b"x")), ("data", ("b", b"y"))], 400, "data"),
        ([("data", ("a", b""))], 400, "data"),
        ([("data", ("a", b"x")), ("more", "y")], 400, "more"),
        ([("data", ("a", b"x")), ("long", "y" * 100_000)], 400, None),
        ([("data", ("a", bytes(64 * MB + 1)))], 413, "data"),
    ],
)
def test_a_part_that_is_none_is_refused(api: Api, fields: Any, status: int, param: str | None) -> None:
    body = {"bytes": 3, "filename": "a", "mime_type": "text/plain", "purpose": "assistants"}
    answer = api.form(f"/uploads/{api.make('/uploads', body)['id']}/parts", fields)
    assert answer.status == status and answer.error["param"] == param, answer.data


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("text/plain", b"x"),
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--y\r\nnonsense"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nno end'),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--x--\r\n'),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"a" * 100_000),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--"),
    ],
)  # fmt: skip
def test_a_form_that_is_none_is_refused(api: Api, kind: str, data: bytes) -> None:
    answer = api.call("POST", "/files", raw=data, headers={"Content-Type": kind})
    assert answer.status == 400 and answer.error["message"], answer.data
    assert api.get("/models").status == 200


def test_a_file_is_given_in_ranges(client: openai.OpenAI) -> None:
    made = client.files.create(file=("a.txt", b"0123456789"), purpose="user_data")
    part = client.files.with_raw_response.content(made.id, extra_headers={"Range": "bytes=3-5"})
    assert part.status_code == 206 and part.content == b"345"
    assert part.headers["content-range"] == "bytes 3-5/10" and part.headers["etag"]
    changed = {"Range": "bytes=3-5", "If-Range": "Thu, 01 Jan 1970 00:00:00 GMT"}
    assert client.files.with_raw_response.content(made.id, extra_headers=changed).content == b"0123456789"


# restarts, kills and cuts


def _half_a_part(server: Server, upload: str) -> None:
    """Begin to send a part of 2 MB, and go away in the middle."""
    api = Api(server)
    head = (
        f"POST /v1/uploads/{upload}/parts HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {api.key}\r\n"
        f"Content-Type: multipart/form-data; boundary=xxx\r\nContent-Length: {2 * MB}\r\n\r\n"
        '--xxx\r\nContent-Disposition: form-data; name="data"; filename="a"\r\n\r\n'
    )
    with socket.create_connection((api.host, api.port or 80)) as connection:
        connection.sendall(head.encode() + bytes(MB))


def test_a_connection_that_ends_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        body = {"bytes": 3, "filename": "a", "mime_type": "text/plain", "purpose": "assistants"}
        upload = api.make("/uploads", body)["id"]
        _half_a_part(server, upload)
        part = api.form(f"/uploads/{upload}/parts", [("data", ("a", b"abc"))]).json["id"]
        api.make(f"/uploads/{upload}/complete", {"part_ids": [part]})
    assert len(list((tmp_path / "contents").iterdir())) == 1


def test_a_killed_server_goes_on_with_the_parts_that_it_has(tmp_path: Path) -> None:
    body = {"bytes": 6, "filename": "a", "mime_type": "text/plain", "purpose": "assistants"}
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        upload = api.make("/uploads", body)["id"]
        first = api.form(f"/uploads/{upload}/parts", [("data", ("a", b"abc"))]).json["id"]
        psutil.Process(server.pid).kill()
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            api.get("/models")
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        second = api.form(f"/uploads/{upload}/parts", [("data", ("b", b"def"))]).json["id"]
        file = api.make(f"/uploads/{upload}/complete", {"part_ids": [first, second]})["file"]
        assert api.get(f"/files/{file['id']}/content").data == b"abcdef"


def test_an_upload_expires_after_an_hour(tmp_path: Path) -> None:
    body = {"bytes": 3, "filename": "a", "mime_type": "text/plain", "purpose": "assistants"}
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        upload = api.make("/uploads", body)["id"]
        api.form(f"/uploads/{upload}/parts", [("data", ("a", b"abc"))])
        with sqlite3.connect(tmp_path / "objects.sqlite3") as database:
            database.execute(
                "UPDATE objects SET body = json_set(CAST(body AS TEXT), '$.expires_at', 1) WHERE kind = 'upload'"
            )
        database.close()
        late = api.form(f"/uploads/{upload}/parts", [("data", ("a", b"abc"))])
        assert late.status == 400 and late.error["code"] == "upload_expired"
        assert list((tmp_path / "contents").iterdir()) == []


def test_a_large_file_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(os.urandom(MB) * 160)
    with running_sandbox(tmp_path / "state") as server:
        process = psutil.Process(server.pid)
        with openai.OpenAI(base_url=server.base_url, api_key=server.key, max_retries=0) as client, path.open("rb") as f:
            client.files.list()
            before = process.memory_info().rss
            made = client.files.create(file=f, purpose="user_data")
            size = sum(len(piece) for piece in client.files.content(made.id).iter_bytes(MB))
        assert size == 160 * MB and process.memory_info().rss - before < 32 * MB


def test_contents_of_an_older_state_move_to_the_disk(tmp_path: Path) -> None:
    State(tmp_path).close()
    with sqlite3.connect(tmp_path / "objects.sqlite3") as old:
        old.execute("CREATE TABLE contents (id TEXT PRIMARY KEY, data BLOB NOT NULL)")
        old.execute("DROP INDEX objects_in_order")
        old.execute("INSERT INTO contents VALUES ('file-1', x'616263')")
        old.execute("INSERT INTO objects VALUES ('file', 'file-1', 1, NULL, '{\"id\": \"file-1\"}')")
        old.execute("PRAGMA user_version = 2")
    old.close()
    state = State(tmp_path)
    found = state.contents.find("file-1")
    assert found and found.read_bytes() == b"abc" and state.get("file", "file-1")
    state.delete("file", "file-1")
    assert state.contents.find("file-1") is None
    state.close()


def test_old_bytes_that_belong_to_nothing_are_swept_away(tmp_path: Path) -> None:
    contents = Contents(tmp_path)
    for name in ("file-1", "file-2", "file-3", ".new-1"):
        contents.folder.joinpath(name).write_bytes(b"x")
    for name in ("file-1", "file-2", ".new-1"):
        os.utime(tmp_path / name, (0, 0))
    contents.sweep({"file-1"})
    assert {path.name for path in tmp_path.iterdir()} == {"file-1", "file-3"}
    for name in ("../x", "", "a/b", "."):
        assert contents.find(name) is None


def test_a_download_is_cut_in_its_middle_and_goes_on_by_ranges(api: Api) -> None:
    data = os.urandom(1000)
    made = api.form("/files", [("purpose", "user_data"), ("file", ("a", data))]).json["id"]
    got = b""
    while len(got) < 990:
        with pytest.raises(http.client.IncompleteRead) as cut:
            api.get(f"/files/{made}/content", headers={"X-Sandbox-Fault": "cut", "Range": f"bytes={len(got)}-"})
        assert len(cut.value.partial) == (1000 - len(got)) // 2
        got += cut.value.partial
    assert data.startswith(got)
    ended = api.get(f"/files/{made}/content", headers={"Range": f"bytes={len(got)}-"})
    assert ended.status == 206 and got + ended.data == data
