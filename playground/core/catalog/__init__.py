"""The SDK as data: every public method, its parameters as JSON Schema; read from a file before the SDK is imported."""

from __future__ import annotations

from playground.core.catalog.catalog import Catalog
from playground.core.catalog.model import Family, Hit, Kind, MethodEntry, ParameterEntry
from playground.core.catalog.store import CatalogError, ensure_catalog, fits, read_catalog

__all__ = [
    "Catalog",
    "CatalogError",
    "Family",
    "Hit",
    "Kind",
    "MethodEntry",
    "ParameterEntry",
    "ensure_catalog",
    "fits",
    "read_catalog",
]
