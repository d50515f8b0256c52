"""Folders and files that hold each other. Root: Volume."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Literal

from pydantic import BaseModel, Field


class File(BaseModel):
    kind: Literal["file"]
    name: str
    size: int = Field(ge=0)
    parent: Folder | None = None


class Folder(BaseModel):
    kind: Literal["folder"]
    name: str
    children: list[File | Folder] = Field(description="In their order")


class Volume(BaseModel):
    mounted_at: PurePosixPath
    root: Folder
    links: dict[str, File | Folder]
