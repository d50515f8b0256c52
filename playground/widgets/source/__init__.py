"""JSON to write at length: folds, brackets that find each other, and what may be typed next."""

from playground.widgets.source.edit import SourceEdit

__all__ = ["SourceEdit"]
