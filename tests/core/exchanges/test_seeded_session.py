"""A session with fifteen kinds of secrets, by real calls over HTTP into a real log: none leaves it."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import pytest
from haralyzer import HarParser

from playground.core.exchanges.handover import Handover, Kind
from playground.core.exchanges.har_import import import_har
from playground.core.exchanges.patterns import SecretPattern, dump
from playground.core.exchanges.store import ExchangeStore
from playground.core.named import Named, named
from playground.core.redact import Redactor, known
from playground.core.session import Session
from playground.core.settings import SECRET_PATTERNS, Settings
from tests.core.house import KEY, House
from tests.helpers.servers import Reply

SEEDS = {
    "the key in use": KEY,
    "OpenAI key": "sk-4f6bQ9xTz0aLm2Pn7RsUvWyB1cDeFgHi",
    "OpenAI project key": "sk-proj-Ab3_dE5fG7hI9jK1lM3nO5pQ7rS9tU1v",
    "admin key": "sk-admin-Zz9Yy8Xx7Ww6Vv5Uu4Tt3Ss2Rr1Qq0",
    "bearer token": "tok.9f8e7d6c5b4a39281706",
    "cookie": "c00kie-7351-value",
    "Set-Cookie": "set-c00kie-9914-value",
    "AWS key": "AKIAQ3EGRT7WXLSNB2DV",
    "GitHub token": "ghp_aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2",
    "JWT": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI5OTE0In0.c2lnbmF0dXJlLW9mLWEtdG9rZW4",
    "basic authorization in a URL": "hunter2-in-a-url-55",
    "api-key header": "azure-0f1e2d3c4b5a69788796",
    "key in a query": "query-key-66778899",
    "private key": "MIIEowIBAAKCAQEAx7dKq0Zz1Yy2Xx3Ww4Vv5Uu6Tt7Ss8Rr9Qq0Pp1Oo2Nn3",
    "Slack token": "xoxb-77112233445566-AbCdEfGhIjKlMn",
    "password in a field": "correct-horse-battery-77",
    "user-named text": "Projekt Nachtigall",
    "user-named expression": "KD-4711-0815",
}
PATTERNS = (
    SecretPattern("project", "text", SEEDS["user-named text"]),
    SecretPattern("customer", "regex", r"KD-\d{4}-\d{4}"),
)
UNICODE = re.compile(r"\\u00([0-9A-Fa-f]{2})")
STAYS = "tell me about whales"


@pytest.fixture(autouse=True)
def patterns(tmp_path: Path) -> Iterator[None]:
    """Named in the settings, as the program has them."""
    chosen = Settings(tmp_path / "settings.json")
    chosen.set(SECRET_PATTERNS, dump(PATTERNS))
    named().use(chosen)
    yield
    named().__dict__.update(Named().__dict__)


def prose() -> str:
    s = SEEDS
    return (
        f"{STAYS}. {s['OpenAI key']} {s['OpenAI project key']} '{s['admin key']}' Authorization: Bearer "
        f"{s['bearer token']}\n{s['AWS key']} {s['GitHub token']} {s['JWT']} {s['Slack token']} "
        f"postgres://me:{s['basic authorization in a URL']}@db.test/x https://x.test/?key={s['key in a query']}&a=1 "
        f"Cookie: sid={s['cookie']}\n-----BEGIN PRIVATE KEY-----\n{s['private key']}\n-----END PRIVATE KEY-----\n"
        f"{s['user-named text']}, {s['user-named expression']}"
    )


def bodies() -> list[dict[str, Any]]:
    """The prose as it is, in base64, in a URL, in JSON in JSON, and behind escapes."""
    text = prose()
    return [
        {"model": "m", "input": text, "password": SEEDS["password in a field"]},
        {"model": "m", "input": base64.b64encode(text.encode()).decode()},
        {"model": "m", "input": "see " + base64.urlsafe_b64encode(b"x" + text.encode()).decode() + "\nand go on"},
        {"model": "m", "input": f"https://x.test/?note={quote(text, safe='')}"},
        {"model": "m", "input": f"a={quote_plus(text)}"},
        {"model": "m", "arguments": json.dumps({"text": text, "client_secret": SEEDS["password in a field"]})},
    ]


def seed(house: House) -> None:
    """Calls that send and are sent all of it."""
    headers = {
        "x-request-id": SEEDS["user-named expression"],
        "Set-Cookie": f"sid={SEEDS['Set-Cookie']}; Path=/",
        "x-note": SEEDS["Slack token"],
    }
    sent = {
        "Cookie": f"sid={SEEDS['cookie']}",
        "api-key": SEEDS["api-key header"],
        "X-Custom-Token": SEEDS["bearer token"],
        "X-Trace": f"for {SEEDS['user-named text']}",
    }
    said = json.dumps({"id": "resp_0", "output": prose(), "key": KEY}).encode()
    events = [{"type": "response.output_text.delta", "delta": f"{prose()} {KEY}"}]
    refused = {"error": {"message": f"Incorrect API key provided: {KEY}. {prose()}", "code": "invalid_api_key"}}
    for _ in bodies():
        house.server.add("/responses", Reply(said, headers=headers))
    house.server.add("/files", Reply(b"\x89PNG\x00\xff" + prose().encode(), content_type="image/png"))
    house.server.add("/chat/completions", Reply.of_events(events))
    house.server.add("/embeddings", Reply.of_json(refused, status=401))

    async def calls(session: Session) -> None:
        client = (await session.client()).with_options(max_retries=0, default_headers=sent)
        with session.calling("responses.create", "test"):
            for body in bodies():
                await client.post("/responses", cast_to=object, body=body)
            query = {"key": SEEDS["key in a query"], "note": SEEDS["user-named text"]}
            upload = {"file": ("a.bin", b"\x00\xff" + prose().encode())}
            await client.post(
                "/files", cast_to=object, body={"purpose": "x"}, files=upload,
                options={"params": query, "headers": {"Content-Type": "multipart/form-data"}},
            )  # fmt: skip
            with pytest.raises(Exception, match="401"):
                await client.post("/embeddings", cast_to=object, body=bodies()[0])
        async with session.open_stream("/chat/completions", bodies()[0], method="x", origin="test") as stream:
            assert [piece async for piece in stream.iter_bytes()]

    house.run(calls)
    house.store.log.tag(house.store.log.ids(), SEEDS["user-named expression"])
    house.store.log.note(house.store.log.ids(), f"told by {SEEDS['user-named text']}: {SEEDS['GitHub token']}")


def everything(data: bytes) -> list[bytes]:
    """The file, and whatever else can be read in it: unzipped, parsed, decoded from base64, from URLs."""
    found = [data]
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = [archive.read(name) for name in archive.namelist()] + [repr(archive.infolist()).encode()]
    texts = [part.decode("utf-8") for part in found]
    for _ in range(2):  # JSON in JSON
        texts += [UNICODE.sub(lambda code: chr(int(code[1], 16)), text).replace("\\n", "\n") for text in texts]
        texts += [text.replace('\\"', '"').replace("\\\\", "\\") for text in texts]
    found += [text.encode("utf-8", "replace") for text in texts]
    found += [unquote(text).encode() for text in texts if "%" in text]
    found += [unquote_plus(text).encode() for text in texts if "%" in text]
    for text in texts[: 2 + len(texts) // 4]:
        for run in set(re.findall(r"[A-Za-z0-9+/_-]{12,}={0,2}", text)):
            plain = run.rstrip("=").replace("-", "+").replace("_", "/")
            for shift in range(4):
                piece = plain[shift:]
                found.append(base64.b64decode(piece[: len(piece) // 4 * 4]))
    return found


@pytest.mark.parametrize("kind", ["bundle", "har", "jsonl", "csv"])
def test_no_secret_of_a_session_leaves_the_log(house: House, tmp_path: Path, kind: Kind) -> None:
    known().add(KEY)
    seed(house)
    assert len(SEEDS) >= 15 and house.store.log.count() == len(bodies()) + 3
    file = tmp_path / f"x.{kind}"
    chosen = Handover(kind, tuple(house.store.log.ids()))
    saved = chosen.save(house.store, file)
    parts = everything(file.read_bytes())
    for name, secret in SEEDS.items():
        for number, part in enumerate(parts):
            assert secret.encode() not in part, (name, number, part[:300])
    if kind != "csv":
        assert {"project", "customer", "GitHub token", "private key", "password in a URL"} <= set(saved.removed)
        assert any(STAYS.encode() in part for part in parts), "what is no secret stays"
    assert any(b"/responses" in part for part in parts)


def test_another_reader_and_another_log_take_the_har(house: House, tmp_path: Path) -> None:
    seed(house)
    file = tmp_path / "x.har"
    Handover("har", tuple(house.store.log.ids())).save(house.store, file)
    parser = HarParser(json.loads(file.read_text("utf-8")))
    assert len(parser.pages) == house.store.log.count()
    statuses = sorted(entry.response.status for page in parser.pages for entry in page.entries)
    assert statuses == [200] * (house.store.log.count() - 1) + [401]
    other = ExchangeStore.open(tmp_path / "other.sqlite3", Redactor())
    try:
        done = import_har(other, file)
        assert done.added == house.store.log.count() and not done.removed, "nothing is left to be taken out"
        again = tmp_path / "again.har"
        Handover("har", tuple(other.log.ids())).save(other, again)
        assert bare(again) == bare(file)
    finally:
        other.close()


def bare(path: Path) -> list[Any]:
    """The entries, but for what says where they were made, and sizes: a text is shorter without its secrets."""
    entries = json.loads(path.read_text("utf-8"))["log"]["entries"]
    for entry in entries:
        entry.pop("pageref")
        for part in (entry["request"], entry["response"], entry["response"]["content"]):
            part.pop("bodySize", None)
            part.pop("size", None)
            part.pop("_arrivals", None)
        if "_call" in entry:
            entry["_call"].pop("origin")
            entry["_call"].pop("tags")
    return list(entries)
