"""A cURL command as a request. Its options are those of curl 8 (curl.se/docs/manpage.html)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from playground.core.imports.model import FormPart, ImportedRequest, ImportProblem, take_key
from playground.core.imports.words import command_words

_SHORT = {
    "X": "request", "H": "header", "d": "data", "F": "form", "u": "user", "A": "user-agent", "e": "referer",
    "b": "cookie", "o": "output", "m": "max-time", "x": "proxy", "w": "write-out", "T": "upload-file",
    "c": "cookie-jar",
    "E": "cert", "K": "config", "G": "get", "I": "head", "r": "range", "C": "continue-at", "D": "dump-header",
    "t": "telnet-option", "U": "proxy-user", "y": "speed-time", "Y": "speed-limit", "z": "time-cond", "P": "ftp-port",
    "Q": "quote",
}  # fmt: skip
_FLAGS = frozenset("sSNLkvifgjlnOpqRaB#014623ZM:")
"""Letters of options that take no value."""
_TAKES = frozenset(
    {
        "request", "header", "data", "data-raw", "data-ascii", "data-binary", "data-urlencode", "json", "form",
        "form-string", "user", "user-agent", "referer", "cookie", "output", "max-time", "proxy", "write-out",
        "upload-file", "cookie-jar", "cert", "config", "range", "continue-at", "dump-header", "url", "url-query",
        "connect-timeout", "retry", "retry-delay", "retry-max-time", "cacert", "capath", "key", "key-type", "cert-type",
        "resolve", "interface", "oauth2-bearer", "proxy-user", "limit-rate", "max-redirs", "max-filesize", "ciphers",
        "noproxy", "unix-socket", "aws-sigv4", "expect100-timeout", "keepalive-time", "rate", "output-dir", "stderr",
        "trace", "trace-ascii", "speed-time", "speed-limit", "dns-servers", "connect-to", "doh-url", "hostpubmd5",
    }
)  # fmt: skip
_NOTED = {"proxy": "the proxy", "cert": "the client certificate", "config": "the configuration file"}


@dataclass(slots=True)
class _Read:
    url: str = ""
    method: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    query: list[str] = field(default_factory=list)
    form: list[FormPart] = field(default_factory=list)
    get: bool = False
    json: bool = False
    notes: list[str] = field(default_factory=list)


def is_curl(text: str) -> bool:
    """Whether a text begins like a cURL command."""
    return re.match(r"\s*(?:\$\s+|>\s*|PS [^>]*>\s*)?curl(?:\.exe)?(?:\s|$)", text) is not None


def read_curl(text: str) -> ImportedRequest:
    """The request that a command makes. A key in it is taken out at once. Raises ImportProblem."""
    if not is_curl(text):
        raise ImportProblem("This is no cURL command: it does not begin with “curl”.")
    words, stdin = command_words(re.sub(r"^\s*(?:\$\s+|>\s*|PS [^>]*>\s*)", "", text))
    read = _Read()
    _options(words[1:], read, stdin)
    if not read.url:
        raise ImportProblem("The command names no address.")
    return take_key(_request(read))


def _options(words: list[str], read: _Read, stdin: str | None) -> None:
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            read.url = read.url or (waiting.pop(0) if waiting else "")
        elif word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if name in _TAKES:
                _apply(name, value if equals else _next(waiting, word), read, stdin)
            else:
                _apply(name, "", read, stdin)
        elif word.startswith("-") and len(word) > 1:
            _letters(word[1:], waiting, read, stdin)
        elif not read.url:
            read.url = word
        elif word not in ("&", "&&", "\\"):
            read.notes.append(f"“{word[:40]}” was left out: the command has one address already.")


def _letters(letters: str, waiting: list[str], read: _Read, stdin: str | None) -> None:
    """`-sSX POST`, `-XPOST`, `-H'…'`."""
    for at, letter in enumerate(letters):
        name = _SHORT.get(letter, "")
        if name in _TAKES:
            rest = letters[at + 1 :]
            _apply(name, rest if rest else _next(waiting, f"-{letter}"), read, stdin)
            return
        if name:
            _apply(name, "", read, stdin)
        elif letter not in _FLAGS:
            raise ImportProblem(f"curl has no option -{letter}.")


def _next(waiting: list[str], option: str) -> str:
    if not waiting:
        raise ImportProblem(f"{option} wants something behind it, and the command ends there.")
    return waiting.pop(0)


def _apply(name: str, value: str, read: _Read, stdin: str | None) -> None:
    if name == "request":
        read.method = value.upper()
    elif name in ("header",):
        header, colon, text = value.partition(":")
        if colon and header.strip():
            read.headers.append((header.strip(), text.strip()))
    elif name in ("data", "data-ascii", "data-binary", "json", "data-raw"):
        read.json = read.json or name == "json"
        read.data.append(_data(name, value, read, stdin))
    elif name == "data-urlencode":
        read.data.append(_encoded(value))
    elif name == "url-query":
        read.query.append(value[1:] if value.startswith("+") else _encoded(value))
    elif name in ("form", "form-string"):
        part = _part(name, value)
        if part.file.startswith("<"):  # the field's text is in that file
            read.notes.append(f"“{part.name}” is read from {part.file[1:]}: paste what is in it.")
            part = FormPart(part.name, content_type=part.content_type)
        read.form.append(part)
    elif name == "get":
        read.get = True
    elif name == "head":
        read.method = read.method or "HEAD"
    elif name == "url":
        read.url = value
    elif name == "oauth2-bearer":
        read.headers.append(("Authorization", f"Bearer {value}"))
    elif name == "user":
        read.notes.append("The user and password of -u were left out: the profile's key takes their place.")
    elif name == "cookie":
        read.notes.append("Cookies were left out.")
    elif name == "upload-file":
        read.method = read.method or "PUT"
        read.notes.append(f"The body is the file {value}: it was not read.")
    elif name in _NOTED:
        read.notes.append(f"Left out: {_NOTED[name]} of --{name}.")


def _data(name: str, value: str, read: _Read, stdin: str | None) -> str:
    if name == "data-raw" or not value.startswith("@"):
        return value
    if value == "@-" and stdin is not None:
        return stdin if name in ("data-binary", "json") else stdin.replace("\n", "")
    read.notes.append(f"The body is read from {value[1:]}: paste what is in it.")
    return ""


def _encoded(value: str) -> str:
    """`name=content` and `=content` of --data-urlencode."""
    name, equals, content = value.partition("=")
    if not equals:
        return quote_plus(value)
    return f"{name}={quote_plus(content)}" if name else quote_plus(content)


_TYPE = re.compile(r";\s*(type|filename|encoder|headers)=(\"[^\"]*\"|[^;]*)")


def _part(kind: str, value: str) -> FormPart:
    name, _, content = value.partition("=")
    if kind == "form-string":
        return FormPart(name, content)
    options = {match[1]: match[2].strip('"') for match in _TYPE.finditer(content)}
    bare = _TYPE.sub("", content).strip()
    if bare.startswith(("@", "<")):
        path = bare[1:]
        if path.startswith('"') and path.endswith('"'):
            path = re.sub(r"\\(.)", r"\1", path[1:-1])
        return FormPart(name, file=path if bare[0] == "@" else f"<{path}", content_type=options.get("type", ""))
    if bare.startswith('"') and bare.endswith('"') and len(bare) > 1:
        bare = re.sub(r"\\(.)", r"\1", bare[1:-1])
    text = bare if options else content.strip('"') if content.startswith('"') else content
    return FormPart(name, text, content_type=options.get("type", ""))


def _request(read: _Read) -> ImportedRequest:
    url = read.url if "://" in read.url else f"https://{read.url}"
    data = "" if not read.data else read.data[0] if len(read.data) == 1 else ("" if read.json else "&").join(read.data)
    if read.get and data:
        read.query.append(data)
        data = ""
    if read.query:
        url += ("&" if "?" in url else "?") + "&".join(read.query)
    method = read.method or ("POST" if (data or read.data or read.form) and not read.get else "GET")
    if read.json and not any(name.lower() == "content-type" for name, _ in read.headers):
        read.headers.append(("Content-Type", "application/json"))
    return ImportedRequest(method, _quoted(url), read.headers, data, read.form, notes=read.notes)


def _quoted(url: str) -> str:
    """As curl sends it: what is no part of an address is escaped."""
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]{}")


def loads_leniently(text: str) -> object:
    """JSON as documentation writes it: with comments and commas too many. Raises ValueError."""
    try:
        return json.loads(text)
    except ValueError:
        bare = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', lambda m: m[1] or "", text, flags=re.DOTALL)
        bare = re.sub(r'("(?:[^"\\]|\\.)*")|,(\s*[}\]])', lambda m: m[1] or m[2], bare)
        return json.loads(bare, strict=False)
