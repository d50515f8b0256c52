"""Where a link really goes, and whether its words say something else. A model may have written both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

OPENED = ("http", "https", "mailto")
"""The schemes of addresses that may be opened at all."""

_ADDRESS = re.compile(
    r"""^\s*(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^\s/@]+@)?((?:[\w-]+\.)+[^\W\d_][\w-]+|\[[0-9a-f:.]+\]|\d+(?:\.\d+){3}|localhost)(?::\d+)?(?:[/?\#]\S*)?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_NAMES = frozenset(
    (
        *("py", "js", "ts", "rs", "go", "md", "txt", "json", "yaml", "yml", "toml", "html", "htm", "css", "csv", "xml"),
        *("pdf", "png", "jpg", "gif", "svg", "sh", "cpp", "java", "rb", "php", "zip", "ini", "cfg", "log"),
    )
)
"""Endings that make a word a file's name rather than a host's."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A link's target as a person needs to see it."""

    href: str
    scheme: str
    host: str
    """As it is asked for: ASCII, the port with it; the address's host for mail. Empty where there is none."""
    name: str
    """The same without the port."""
    spelled: str
    """How the host is written, where that is not ASCII; else empty."""
    opens: bool
    """Whether it may be opened."""
    has_login: bool
    """Whether a name stands before the host, which can pass itself off as one: `https://bank.example@elsewhere`."""


def destination(href: str) -> Destination:
    """Take an address apart. An address that cannot be taken apart is one that does not open."""
    scheme = href.partition(":")[0].strip().lower() if ":" in href else ""
    try:
        parts = urlsplit(href)
        port = f":{parts.port}" if parts.port is not None else ""
        host, login = parts.hostname or "", parts.username is not None
    except ValueError:
        return Destination(href, scheme, "", "", "", False, False)
    if scheme == "mailto":
        host, port, login = href.partition(":")[2].partition("?")[0].rpartition("@")[2], "", False
    elif "\\" in href.partition("?")[0]:
        # Browsers read a backslash as a slash, so that the host is another than the one that stands here.
        return Destination(href, scheme, "", "", "", False, False)
    asked = _ascii(host)
    opens = scheme in OPENED and bool(asked) and href.isprintable()
    spelled = host if asked != host.lower() else ""
    bracketed = f"[{asked}]" if ":" in asked else asked
    return Destination(href, scheme, f"{bracketed}{port}" if asked else "", asked, spelled, opens, login)


def misleads(words: str, href: str) -> str | None:
    """The host a link goes to, where its words look like an address elsewhere or a name hides it; else None."""
    if words == href and href.isascii() and "@" not in href:
        return None
    where = destination(href)
    if not where.host:
        return None
    if where.has_login:
        return where.host
    match = _ADDRESS.match("".join(sign for sign in words if sign.isprintable()))
    if match is None or where.scheme == "mailto":
        return None
    if match[1].rpartition(".")[2].lower() in _NAMES and "/" not in words:
        return None
    said = _bare(_ascii(match[1]))
    return where.host if said != _bare(where.name) or not match[1].isascii() else None


def refusal(where: Destination) -> str:
    """Why an address is not opened."""
    if where.scheme not in OPENED:
        kind = f"“{where.scheme}:” addresses" if where.scheme else "Addresses without http, https or mailto"
        return f"{kind} are not opened from here: they can read files, or run something on this computer."
    return "This address is not written as addresses are, so where it would lead cannot be said. It is not opened."


def _bare(host: str) -> str:
    return host.lower().rstrip(".").removeprefix("www.")


def _ascii(host: str) -> str:
    """A host as it is asked for: `xn--…` where it holds other letters. Empty where it can be no host."""
    if host.isascii():
        return host.lower() if re.fullmatch(r"[a-z0-9._:\[\]%-]+", host, re.IGNORECASE) else ""
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
