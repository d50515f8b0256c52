"""Readings of devices, with Pydantic's constrained types. Root: Batch."""

import uuid
from datetime import datetime
from ipaddress import IPv4Address

from pydantic import BaseModel, Field, confloat, conint, conlist, constr

Celsius = confloat(ge=-273.15, le=1000)


class Device(BaseModel):
    id: uuid.UUID
    mac: constr(pattern=r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$", to_lower=True)
    address: IPv4Address | None = None
    firmware: constr(min_length=1, max_length=20)


class Reading(BaseModel):
    at: datetime
    celsius: Celsius
    humidity: conint(ge=0, le=100) | None = None
    raw: bytes = b""


class Batch(BaseModel):
    device: Device
    readings: conlist(Reading, min_length=1, max_length=1000)
    checksum: int = Field(0xFF, ge=0, lt=2**16)
    span: int = 60 * 60
