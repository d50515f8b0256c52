"""Requests from elsewhere, opened as the method that makes them: cURL commands, of any shell."""

from __future__ import annotations

from playground.core.imports.curl import is_curl, read_curl
from playground.core.imports.model import FormPart, ImportedRequest, ImportProblem, Secret
from playground.core.imports.opening import Opened, open_as

__all__ = ["FormPart", "ImportProblem", "ImportedRequest", "Opened", "Secret", "is_curl", "open_as", "read_curl"]
