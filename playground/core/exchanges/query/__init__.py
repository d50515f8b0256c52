"""The query language of the request log: `status:429 model:gpt-* since:2h dur>5s "free text"`, parsed, completed, and
turned into SQL whose values are always parameters."""

from __future__ import annotations

from playground.core.exchanges.query.complete import Candidate, complete
from playground.core.exchanges.query.fields import FIELDS, Field
from playground.core.exchanges.query.parse import QueryError, Term, Word, parse

__all__ = ["FIELDS", "Candidate", "Field", "QueryError", "Term", "Word", "complete", "parse"]
