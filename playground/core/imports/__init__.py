"""Requests from elsewhere, opened as the method that makes them: cURL commands of any shell, HAR files."""

from __future__ import annotations

from playground.core.imports.curl import is_curl, read_curl
from playground.core.imports.har import is_har, read_har
from playground.core.imports.model import FormPart, ImportedRequest, ImportProblem, Secret
from playground.core.imports.opening import Opened, open_as

__all__ = [
    "FormPart",
    "ImportProblem",
    "ImportedRequest",
    "Opened",
    "Secret",
    "is_curl",
    "is_har",
    "open_as",
    "read_curl",
    "read_har",
]
