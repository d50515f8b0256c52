"""The formats of the strict subset, as the standards that JSON Schema names define them. Others are not checked.

The checks of the jsonschema package want six more packages for these, and some of them are laxer than the standards.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from ipaddress import IPv4Address, IPv6Address

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))")
_CLOCK = r"T(?=[0-9])(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)"
_DURATION = re.compile(
    rf"P(?:[0-9]+W|{_CLOCK}|(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)(?:{_CLOCK})?)"
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf'{_ATOM}(?:\.{_ATOM})*|"(?:[ !#-\[\]-~]|\\[ -~])*"')
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def is_date(text: str) -> bool:
    """RFC 3339, full-date."""
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    try:
        date(max(1, int(match[1])) if match[1] != "0000" else 4, int(match[2]), int(match[3]))
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    """RFC 3339, full-time: with an offset; a leap second only where it is midnight in UTC."""
    match = _TIME.fullmatch(text)
    if match is None:
        return False
    hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3])
    ahead = (int(match[5]), int(match[6])) if match[4] else (0, 0)
    if hours > 23 or minutes > 59 or seconds > 60 or ahead[0] > 23 or ahead[1] > 59:
        return False
    if seconds < 60:
        return True
    shift = (ahead[0] * 60 + ahead[1]) * (-1 if match[4] == "+" else 1)
    return (hours * 60 + minutes + shift) % 1440 == 1439


def is_date_time(text: str) -> bool:
    """RFC 3339, date-time."""
    return len(text) > 11 and text[10] in "Tt" and is_date(text[:10]) and is_time(text[11:])


def is_duration(text: str) -> bool:
    """RFC 3339, appendix A."""
    return _DURATION.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """RFC 5321, Mailbox."""
    local, sign, domain = text.rpartition("@")
    if not sign or len(local) > 64 or _LOCAL.fullmatch(local) is None:
        return False
    if domain.startswith("[") and domain.endswith("]"):
        literal = domain[1:-1]
        return is_ipv6(literal[5:]) if literal[:5].lower() == "ipv6:" else is_ipv4(literal)
    return is_hostname(domain)


def is_hostname(text: str) -> bool:
    """RFC 1123; labels in Punycode are internationalized ones (RFC 5890)."""
    if not 0 < len(text) <= 253:
        return False
    return all(_is_label(label) for label in text.split("."))


def _is_label(label: str) -> bool:
    if _LABEL.fullmatch(label) is None or not label.isascii():
        return False
    if label[2:4] != "--":
        return True
    if label[:2].lower() != "xn":
        return False
    import idna

    try:
        idna.ulabel(label.lower())
    except (idna.IDNAError, UnicodeError, IndexError):
        return False
    return True


def is_ipv4(text: str) -> bool:
    """RFC 2673, section 3.2."""
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return text.isascii()


def is_ipv6(text: str) -> bool:
    """RFC 4291, section 2.2; without a zone."""
    if "%" in text or not text.isascii():
        return False
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def is_uuid(text: str) -> bool:
    """RFC 4122."""
    return _UUID.fullmatch(text) is not None


FORMATS: dict[str, Callable[[str], bool]] = {
    "date-time": is_date_time,
    "time": is_time,
    "date": is_date,
    "duration": is_duration,
    "email": is_email,
    "hostname": is_hostname,
    "ipv4": is_ipv4,
    "ipv6": is_ipv6,
    "uuid": is_uuid,
}
