"""Saved requests: YAML files in a folder of the person's choice, one request a file, with `{{variables}}`.

A file is read and written as YAML 1.2, by ruamel.yaml: comments and the order of names stay when it is written again.
No key is ever written, and a file with one in it is not read.
"""

from __future__ import annotations

from playground.core.saved.collection import Broken, Collection, Listed, Scan, Written, root_of
from playground.core.saved.files import Stamp, placed, unplaced
from playground.core.saved.model import SavedProblem, SavedRequest, read_request
from playground.core.saved.secrets import without_secrets
from playground.core.saved.variables import environments, fill, given_variables, read_environment, used

__all__ = [
    "Broken",
    "Collection",
    "Listed",
    "SavedProblem",
    "SavedRequest",
    "Scan",
    "Stamp",
    "Written",
    "environments",
    "fill",
    "given_variables",
    "placed",
    "read_environment",
    "read_request",
    "root_of",
    "unplaced",
    "used",
    "without_secrets",
]
