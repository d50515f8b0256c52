"""One import at a time in the worker threads."""

from __future__ import annotations

import threading

IMPORTING = threading.RLock()
"""Held while a worker thread imports parts of the core: two threads that import a package and a module of it at the
same time end in "partially initialized module" or a KeyError (CPython 3.11, seen each time)."""
