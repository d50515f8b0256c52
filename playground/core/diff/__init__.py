"""What changed between two requests or answers: JSON by its values, text by lines and words, headers by names.

Works within a time and a number of lines, and says where it had to stop. Bodies may have 8 MB: not for the window's
thread.
"""

from __future__ import annotations

from playground.core.diff.bodies import Body, diff_bodies
from playground.core.diff.exchanges import PARTS, Comparison, Side, compare
from playground.core.diff.folding import as_text, counts_text, folds, prepared
from playground.core.diff.headers import diff_headers, diff_timings, is_volatile
from playground.core.diff.model import Budget, Change, Diff, DiffLine, Kind, Span, hunks
from playground.core.diff.texts import diff_texts
from playground.core.diff.values import diff_values

__all__ = [
    "PARTS",
    "Body",
    "Budget",
    "Change",
    "Comparison",
    "Diff",
    "DiffLine",
    "Kind",
    "Side",
    "Span",
    "as_text",
    "compare",
    "counts_text",
    "diff_bodies",
    "diff_headers",
    "diff_texts",
    "diff_timings",
    "diff_values",
    "folds",
    "hunks",
    "is_volatile",
    "prepared",
]
