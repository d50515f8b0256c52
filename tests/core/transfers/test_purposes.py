"""Checking files before they are sent: every refusal of the disk, of a purpose and of JSON Lines, with real files."""

from __future__ import annotations

import json
import os
import socket
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.transfers import lines
from playground.core.transfers.purposes import check_file, is_sendable
from playground.core.transfers.rules import FileFinding, bytes_text, document, purposes

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
REQUEST = {"custom_id": "a", "method": "POST", "url": "/v1/responses", "body": {"model": "m", "input": "Hi"}}


def rules(found: list[FileFinding]) -> list[str]:
    return [one.rule for one in found]


def written(folder: Path, name: str, data: bytes | list[object]) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else b"".join(json.dumps(one).encode() + b"\n" for one in data))
    return path


def test_every_purpose_of_the_sdk_is_known_and_says_what_it_means() -> None:
    from typing import get_args

    from openai.types.file_purpose import FilePurpose

    uploads = {name for name, one in purposes().items() if one.is_upload}
    assert uploads == set(get_args(FilePurpose))
    for one in purposes().values():
        assert one.means.endswith(".") and one.source[1].startswith("https://")


def test_a_good_file_of_each_purpose_has_no_findings(tmp_path: Path) -> None:
    examples = [{"messages": [{"role": "user", "content": str(n)}]} for n in range(10)]
    assert check_file(written(tmp_path, "notes.bin", b"\0\1"), "user_data") == []
    assert check_file(written(tmp_path, "notes.md", "Grüße".encode()), "assistants") == []
    assert check_file(written(tmp_path, "a.PNG", PNG), "vision") == []
    assert check_file(written(tmp_path, "b.jsonl", [REQUEST, {**REQUEST, "custom_id": "b"}]), "batch") == []
    assert check_file(written(tmp_path, "t.jsonl", examples), "fine-tune") == []
    assert rules(check_file(written(tmp_path, "e.jsonl", [{"item": {}}]), "evals")) == ["evals_end"]


def test_what_is_no_plain_file_is_refused_with_its_reason(tmp_path: Path) -> None:
    target = written(tmp_path, "real.txt", b"x")
    (tmp_path / "link.txt").symlink_to(target)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        cases = {"link.txt": "symlink", "loop": "symlink", "pipe.txt": "special", "s": "special", "": "folder"}
        cases |= {"gone.txt": "vanished", "real.txt/x": "vanished", "a\0b": "unreadable", "x" * 300: "unreadable"}
        for name, rule in cases.items():
            found = check_file(tmp_path / name, "user_data")
            assert rules(found) == [rule] and not is_sendable(found), name
            assert "{" not in found[0].text()
    assert str(target) in check_file(tmp_path / "link.txt", "user_data")[0].why
    assert rules(check_file(Path("/dev/null"), "user_data")) == ["special"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_the_right_to_read_it(tmp_path: Path) -> None:
    path = written(tmp_path, "secret.txt", b"x")
    path.chmod(0)
    assert rules(check_file(path, "user_data")) == ["unreadable"]


def test_a_file_that_grows_while_it_is_read_is_not_sent(tmp_path: Path) -> None:
    path = written(tmp_path, "b.jsonl", b'{"item": 1}\n' * 200_000)

    def grow() -> bool:
        with path.open("ab") as file:
            file.write(b'{"item": 2}\n')
        return False

    assert "changing" in rules(check_file(path, "evals", stop=grow))

    def replace() -> bool:
        other = written(tmp_path, "other", path.read_bytes())
        other.replace(path)
        return False

    assert "changing" in rules(check_file(path, "evals", stop=replace))


def test_sizes_and_endings(tmp_path: Path) -> None:
    assert rules(check_file(written(tmp_path, "e.txt", b""), "user_data")) == ["empty"]
    big = written(tmp_path, "big.jsonl", [REQUEST])
    os.truncate(big, 201 * 1024 * 1024)
    found = check_file(big, "batch")
    assert found[0].rule == "too_large" and "201 MB" in found[0].why and "200 MB" in found[0].why
    os.truncate(big, 600 * 1024 * 1024)
    assert rules(check_file(big, "user_data")) == ["too_large_for_store"]
    os.truncate(big, 50 * 1024 * 1024)
    assert rules(check_file(big, "user_data")) == ["too_large_as_input"]
    os.truncate(big, 8 * 1024**3 + 1)
    assert rules(check_file(big, "user_data")) == ["too_large"]
    assert rules(check_file(written(tmp_path, "a.json", [REQUEST]), "batch")) == ["ending"]
    assert rules(check_file(written(tmp_path, "noend", PNG), "vision")) == ["ending"]
    assert rules(check_file(written(tmp_path, "a.csv", b"a,b"), "assistants")) == ["ending_not_searched"]
    wrong = check_file(written(tmp_path, "a.jpg", PNG), "vision")
    assert rules(wrong) == ["content"] and "PNG" in wrong[0].why
    assert rules(check_file(written(tmp_path, "a.pdf", b"hello"), "assistants")) == ["content"]
    assert rules(check_file(written(tmp_path, "a.docx", b"hello"), "assistants")) == ["content"]
    assert rules(check_file(written(tmp_path, "a.txt", b"caf\xe9"), "assistants")) == ["not_text"]
    assert check_file(written(tmp_path, "u.txt", "Grüße".encode("utf-16")), "assistants") == []
    unknown = check_file(written(tmp_path, "a.txt", b"x"), "batch_output")
    assert rules(unknown) == ["purpose"] and "“user_data”" in unknown[0].remedy


def test_names_that_lie_or_cannot_be_sent(tmp_path: Path) -> None:
    found = check_file(written(tmp_path, "a\u202efdp.txt", b"x"), "user_data")
    assert rules(found) == ["name_hidden"] and "‹U+202E›" in found[0].words and is_sendable(found)
    for name in ("Ünïcode 文書 🦜.txt", 'quote"back\\slash.txt'):
        assert check_file(written(tmp_path, name, b"x"), "user_data") == []
    broken = tmp_path / os.fsdecode(b"caf\xe9.txt")
    broken.write_bytes(b"x")
    assert rules(check_file(broken, "user_data")) == ["name_broken"]


@pytest.mark.parametrize(
    ("purpose", "data", "rule", "line", "part"),
    [
        ("evals", b'{"item": 1}\n{"item": \n', "line_json", 2, "column"),
        ("evals", b'{"item": 1}\n{"item": "\xff"}\n', "line_json", 2, "UTF-8"),
        ("evals", b'{"item": 1}\n\n{"item": 1}\n', "line_blank", 2, ""),
        ("evals", b'{"item": 1}\n[1]', "line_object", 2, "a list"),
        ("evals", b'{"item": 1}\r\n{"x": 1}\r\n', "line_shape", 2, "“item”"),
        ("evals", b'\xef\xbb\xbf{"item": 1}\n', "byte_order_mark", None, ""),
        ("evals", '{"item": 1}\n'.encode("utf-16"), "not_utf8", None, "UTF-16"),
        ("evals", '{"item": 1}\n'.encode("utf-16-be"), "not_utf8", None, "UTF-16"),
        ("fine-tune", b'{"messages": []}\n' * 9, "too_few_lines", None, "9"),
        (
            "fine-tune",
            b'{"messages": []}\n' * 10 + b'{"input": 1, "preferred_output": 1}',
            "line_shape",
            11,
            "non_pref",
        ),
        ("batch", b'{"custom_id": "a", "method": "POST", "url": "/v1/responses"}', "line_shape", 1, "“body”"),
    ],
)
def test_lines_are_named_with_their_reason(
    tmp_path: Path, purpose: str, data: bytes, rule: str, line: int | None, part: str
) -> None:
    found = [one for one in check_file(written(tmp_path, "x.jsonl", data), purpose) if one.rule == rule]
    assert [one.line for one in found] == [line] and part in found[0].text()


def test_batches_have_one_model_one_endpoint_and_ids_of_their_own(tmp_path: Path) -> None:
    def of(**values: object) -> dict[str, object]:
        return {**REQUEST, **values}

    other = of(custom_id="c", body={"model": "n"})
    requests = [of(), of(), of(custom_id="b", url="/v1/embeddings"), other, of(custom_id="d", url="/v1/x")]
    found = check_file(written(tmp_path, "b.jsonl", list(requests)), "batch")
    assert [(one.rule, one.line) for one in found] == [
        ("line_duplicate", 2), ("line_mixed", 3), ("line_mixed", 4), ("line_url", 5),
    ]  # fmt: skip
    many = [of(custom_id=str(number)) for number in range(50_001)]
    assert rules(check_file(written(tmp_path, "m.jsonl", list(many)), "batch")) == ["too_many_lines"]


def test_many_wrong_lines_are_counted_and_a_long_one_is_passed_over_in_little_memory(tmp_path: Path) -> None:
    found = check_file(written(tmp_path, "w.jsonl", b"nonsense\n" * 1000), "evals")
    assert len([one for one in found if one.line]) == lines.SHOWN
    assert [one.words for one in found if one.rule == "more_lines"] == ["980 more lines are wrong"]
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 1024 * 1024)
        file.write(b'\n{"item": 1}\nbroken')
    tracemalloc.start()
    found = check_file(path, "evals")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(one.rule, one.line) for one in found if one.line] == [("line_long", 1), ("line_json", 3)]
    assert peak < 3 * lines.LONGEST


@given(st.lists(st.binary(max_size=40).map(lambda data: data.replace(b"\n", b"")), max_size=30), st.integers(1, 60))
def test_lines_are_those_of_the_file_however_it_is_cut(made: list[bytes], block: int) -> None:
    import io

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(block, size or 0))

    data = b"\n".join(made)
    whole = data.split(b"\n")
    if whole[-1] == b"":
        whole.pop()
    assert list(lines.lines_of(Slow(data), len(data))) == whole


def test_the_words_of_every_rule_can_be_filled(tmp_path: Path) -> None:
    class Any(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return "…"

    for name, rule in document()["rules"].items():
        for part in ("what", "why", "do"):
            assert rule[part].format_map(Any()), name
        assert rule["severity"] in ("error", "warning", "note")


@pytest.mark.parametrize(
    ("size", "text"),
    [(1, "1 byte"), (1023, "1023 bytes"), (64 * 1024**2, "64 MB"), (1024**2 - 1, "1 MB"), (1536, "1.5 kB"),
     (8 * 1024**3, "8 GB"), (int(2.5 * 1024**4), "2.5 TB")],
)  # fmt: skip
def test_sizes_are_counted_as_the_limits_are(size: int, text: str) -> None:
    assert bytes_text(size) == text


def test_a_check_can_be_stopped(tmp_path: Path) -> None:
    path = written(tmp_path, "x.jsonl", b"wrong\n" * 500_000)
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return True

    check: Callable[..., list[FileFinding]] = check_file
    assert rules(check(path, "evals", stop=stop)) == ["evals_end"] and len(asked) == 1
