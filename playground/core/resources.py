"""Where the bundled files are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def root() -> Path:
    """The `resources` folder. Raises FileNotFoundError where the installation lacks it."""
    package = Path(__file__).resolve().parent.parent
    for candidate in (package / "resources", package.parent / "resources"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the resources folder is neither in {package} nor beside it: install again")


def resource(*parts: str) -> Path:
    """A bundled file or folder, e.g. `resource("themes", "light.json")`."""
    return root().joinpath(*parts)


def dated(stem: str) -> Path:
    """The newest `resources/facts/<stem>-YYYY-MM-DD.json`. Raises FileNotFoundError where there is none."""
    found = sorted(resource("facts").glob(f"{stem}-????-??-??.json"))
    if not found:
        raise FileNotFoundError(f"no resources/facts/{stem}-YYYY-MM-DD.json")
    return found[-1]
