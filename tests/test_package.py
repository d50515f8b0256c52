"""What is installed from a wheel finds its resources, and the versions that must not be installed are excluded."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, unpacked in a folder of its own, far from the checkout."""
    out = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, str(out)], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    unpacked = out / "unpacked"
    zipfile.ZipFile(out / done.stdout.split()[-1]).extractall(unpacked)
    return unpacked


def run(wheel: Path, *arguments: str) -> str:
    """What an interpreter prints that sees the wheel's content and not the checkout."""
    program = f"import sys; sys.path[:] = [{str(wheel)!r}, *(p for p in sys.path if p != {str(PROJECT)!r})]; "
    done = subprocess.run(
        [sys.executable, "-c", program + arguments[0]], cwd=wheel.parent, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_wheel_brings_its_resources(wheel: Path) -> None:
    found = Path(run(wheel, "from playground.core import resources; print(resources.root())").strip())
    assert found == wheel / "playground" / "resources"
    assert (found / "themes" / "light.json").is_file()
    assert list((found / "fonts").glob("Inter-*.otf"))
    assert list((found / "facts").glob("prices-*.json"))


def test_every_panel_of_the_checkout_is_in_the_wheel(wheel: Path) -> None:
    listing = "from playground.panels.contract import discover; print(*[m.id for m in discover()])"
    ids = run(wheel, listing).split()
    manifests = (PROJECT / "playground" / "panels").glob("*/manifest.json")
    assert sorted(ids) == sorted(file.parent.name for file in manifests)
    assert ids


@pytest.mark.parametrize(
    ("python", "version", "allowed"),
    [
        ("3.11", "6.12.0", False),
        ("3.11", "6.12.1", False),
        ("3.11", "6.11.3", True),
        ("3.12", "6.12.0", False),
        ("3.12", "6.12.1", True),
    ],
)
def test_the_qt_that_loses_references_is_not_installed(wheel: Path, python: str, version: str, allowed: bool) -> None:
    (metadata,) = wheel.glob("*.dist-info/METADATA")
    lines = [
        line.removeprefix("Requires-Dist: ")
        for line in metadata.read_text("utf-8").splitlines()
        if line.startswith("Requires-Dist: ")
    ]
    qt = [Requirement(line) for line in lines if line.lower().startswith("pyside6")]
    environment = {"python_version": python, "python_full_version": python + ".7"}
    in_force = [entry for entry in qt if entry.marker is None or entry.marker.evaluate(environment)]
    assert len(in_force) == 1
    assert in_force[0].specifier.contains(version) is allowed


def test_the_version_is_said_without_a_window(wheel: Path) -> None:
    from playground import __version__

    program = "from playground.__main__ import main; sys.argv = ['playground', '--version']; sys.exit(main())"
    assert __version__ in run(wheel, program)
