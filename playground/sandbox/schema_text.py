"""Texts for the strings of a schema: by format, by pattern, or after the member's name; of the asked-for length."""

from __future__ import annotations

import re
import uuid
from typing import Any

from playground.sandbox.patterns import in_python, matching

_EVERYDAY = {
    "city": "Lisbon", "country": "Portugal", "location": "Lisbon, Portugal", "currency": "EUR", "language": "en",
    "name": "Ada Example", "first_name": "Ada", "last_name": "Example", "email": "ada@example.com",
    "unit": "celsius", "url": "https://example.com/", "query": "an example query", "date": "2026-11-21",
    "time": "14:30:00", "phone": "+351 210 000 000", "color": "teal", "zip": "1000-001",
}  # fmt: skip


def sample_text(schema: dict[str, Any], name: str, serial: int, note: str = "") -> str | None:
    """A string that satisfies `schema`; None when none is found. `serial` makes texts differ."""
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    pattern, form = schema.get("pattern"), schema.get("format")
    if isinstance(pattern, str):
        return _by_pattern(pattern, least, most, serial)
    known = by_format(form, serial) if isinstance(form, str) else None
    if known is not None:
        return known
    text = note or _EVERYDAY.get(name) or f"Sample {name.replace('_', ' ').strip() or 'text'} {serial}"
    if len(text) < least:
        text += " ·" * ((least - len(text)) // 2 + 1)
        text = text[: max(least, 1)]
    return text if most is None else text[:most]


def by_format(form: str, serial: int) -> str | None:
    """A value of a string format; different for each serial. None for a format that is not known."""
    day = f"2026-11-{serial % 28 + 1:02d}"
    clock = f"{serial % 24:02d}:{serial * 7 % 60:02d}:00Z"
    plain = {
        "date-time": f"{day}T{clock}",
        "date": day,
        "time": clock,
        "duration": f"PT{serial % 60}M",
        "email": f"person{serial}@example.com",
        "idn-email": f"person{serial}@example.com",
        "hostname": f"host{serial}.example.com",
        "idn-hostname": f"host{serial}.example.com",
        "ipv4": f"192.0.2.{serial % 254 + 1}",
        "ipv6": f"2001:db8::{serial % 65535:x}",
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"sandbox:{serial}")),
        "uri": f"https://example.com/{serial}",
        "uri-reference": f"/example/{serial}",
        "iri": f"https://example.com/{serial}",
        "regex": "^[a-z]+$",
        "json-pointer": f"/example/{serial}",
    }
    return plain.get(form)


def _by_pattern(pattern: str, least: int, most: int | None, serial: int) -> str | None:
    """Texts of growing length until one has the right length; also each branch of an alternative in turn."""
    for salt in (serial, *range(6)):
        for extra in (1, 0, 2, 4, 8, 16, 32, 64):
            text = matching(pattern, extra=extra, salt=salt)
            if text is None:
                continue
            if len(text) < least and re.search(in_python(pattern), text + "a" * (least - len(text))):
                text += "a" * (least - len(text))
            if least <= len(text) and (most is None or len(text) <= most):
                return text
    return None
