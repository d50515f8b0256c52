"""Profiles: one file that survives crashes, damage and newer versions; and who may have the environment's key."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from playground.core.profiles import (
    SANDBOX,
    KeySource,
    Profile,
    ProfileError,
    ProfileStore,
    Retries,
    Timeouts,
    check_base_url,
    environment_profile,
    takes_environment_key,
    with_environment,
)


def store_at(path: Path, environ: dict[str, str] | None = None) -> ProfileStore:
    store = ProfileStore(path, environ or {})
    store.load()
    return store


def test_the_first_start_is_the_sandbox(tmp_path: Path) -> None:
    store = store_at(tmp_path / "profiles.json")
    assert store.profiles == (SANDBOX,) and store.active is SANDBOX and store.choose(None, False) is SANDBOX
    assert not (tmp_path / "profiles.json").exists()


def test_profiles_come_back_as_they_were(tmp_path: Path) -> None:
    store = store_at(tmp_path / "profiles.json")
    told: list[int] = []
    store.changed.connect(lambda: told.append(1))
    profile = Profile.new(
        "Work",
        base_url="http://localhost:8000/v1",
        organization="org",
        default_model="m",
        key=KeySource.MEMORY,
        timeouts=Timeouts(1, 2, 3),
        retries=Retries(5, 1),
    )
    store.save(profile)
    store.set_active(profile.id)
    again = store_at(tmp_path / "profiles.json")
    assert again.profiles == (SANDBOX, profile) and again.active == profile and len(told) == 2
    again.remove(profile.id)
    assert store_at(tmp_path / "profiles.json").active is SANDBOX
    assert [file.name for file in tmp_path.iterdir()] == ["profiles.json"]


def test_unknown_fields_and_unknown_kinds_of_profiles_stay_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "profiles.json"
    newer = {"id": "p-2", "name": "Newer", "key": "quantum"}
    first = {"id": "p-1", "name": "One", "key": "none", "colour": "red", "timeouts": {"read": 5, "tls": 1}}
    path.write_text(json.dumps({"version": 7, "folders": [1], "active": "p-1", "profiles": [first, newer]}))
    store = store_at(path)
    assert [p.name for p in store.profiles] == ["Sandbox", "One"] and store.problem is not None
    assert store.active.timeouts == Timeouts(read=5)
    store.save(replace(store.active, name="First"))
    written = json.loads(path.read_text())
    assert written["folders"] == [1] and written["version"] == 7 and written["active"] == "p-1"
    assert newer in written["profiles"]
    assert written["profiles"][0]["name"] == "First"
    assert written["profiles"][0]["colour"] == "red" and written["profiles"][0]["timeouts"]["tls"] == 1


def test_a_damaged_file_is_set_aside_and_said(tmp_path: Path) -> None:
    path = tmp_path / "profiles.json"
    path.write_text('{"profiles": [')
    store = store_at(path)
    (kept,) = tmp_path.glob("profiles.json.broken-*")
    assert kept.read_text() == '{"profiles": [' and store.problem is not None and kept.name in store.problem.remedy
    store.save(Profile.new("New"))
    assert len(store_at(path).profiles) == 2


def test_two_instances_do_not_undo_each_other(tmp_path: Path) -> None:
    one, two = store_at(tmp_path / "p.json"), store_at(tmp_path / "p.json")
    one.save(Profile.new("A"))
    two.save(Profile.new("B"))
    assert [p.name for p in store_at(tmp_path / "p.json").profiles] == ["Sandbox", "A", "B"]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://api.openai.com/v1", None),
        ("http://localhost:8000/v1/", None),
        ("http://127.0.0.1:1/openai/v1", None),
        ("http://localhost:8000", "warning"),
        ("http://example.com/v1", "warning"),
        ("ftp://host/v1", "error"),
        ("localhost:8000/v1", "error"),
        ("https://user:pw@host/v1", "error"),
        ("https://host:99999/v1", "error"),
        ("https://host/v1?x=1", "error"),
        ("https://ho st/v1", "error"),
        ("", "error"),
    ],
)
def test_base_urls_are_judged_in_words(url: str, kind: str | None) -> None:
    check = check_base_url(url)
    assert (check.error is not None, check.warning is not None) == (kind == "error", kind == "warning")


def test_what_cannot_be_saved(tmp_path: Path) -> None:
    store = store_at(tmp_path / "p.json", {"OPENAI_API_KEY": "k"})
    store.save(Profile.new("Work"))
    for profile in (
        SANDBOX,
        Profile.new("  "),
        Profile.new("WORK"),
        Profile.new("sandbox"),
        Profile.new("X", base_url="nonsense"),
        store.profiles[1],
    ):
        with pytest.raises(ProfileError):
            store.save(profile)
    with pytest.raises(ProfileError, match="Work"):
        store.choose("Nobody", False)


def test_flag_before_environment_before_profile_before_sandbox(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    store = store_at(path)
    work = Profile.new("Work")
    store.save(work)
    store.set_active(work.id)
    environ = {"OPENAI_BASE_URL": "http://localhost:1/v1"}
    assert store_at(path).choose(None, False) == work
    assert store_at(path, environ).choose(None, False).id == "environment"
    assert store_at(path, environ).choose("work", False) == work
    chosen = store_at(path, environ)
    assert chosen.choose(None, True) is SANDBOX and chosen.active is SANDBOX
    # The choice of one run is not the next one's.
    chosen.save(Profile.new("Other"))
    assert store_at(path).active == work


def test_the_environments_profile() -> None:
    assert environment_profile({"OPENAI_ORG_ID": "o"}) is None
    profile = environment_profile({"OPENAI_API_KEY": "k", "OPENAI_ORG_ID": "o", "OPENAI_PROJECT_ID": "p"})
    assert profile is not None and (profile.organization, profile.project, profile.base_url) == ("o", "p", None)
    keyless = environment_profile({"OPENAI_BASE_URL": "http://localhost:1/v1"})
    assert keyless is not None and keyless.key is KeySource.NONE


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        (None, True),
        ("https://api.openai.com/v1", True),
        ("https://API.openai.com:443/v1/", True),
        ("http://api.openai.com/v1", False),
        ("https://api.openai.com.evil.example/v1", False),
        ("http://localhost:1234/v1/", True),
        ("http://localhost:1235/v1", False),
        ("http://localhost:1234/other", False),
        ("https://example.com/v1", False),
    ],
)
def test_who_may_have_the_environments_key(url: str | None, allowed: bool) -> None:
    environ = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://localhost:1234/v1", "OPENAI_ORG_ID": "org"}
    profile = Profile.new("X", base_url=url, key=KeySource.ENVIRONMENT)
    assert takes_environment_key(profile, environ) is allowed
    assert with_environment(profile, environ).organization == ("org" if allowed else None)
