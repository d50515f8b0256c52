"""JSON bodies of any size, indexed instead of parsed: about the time of `json.loads`, and little but the body in
memory.

Everything is kept as it stands in the body: numbers with their digits, keys that come twice, the order.
"""

from __future__ import annotations

from playground.core.jsondoc.build import Stopped
from playground.core.jsondoc.document import Child, Document, Fault, Step, parse
from playground.core.jsondoc.show import dotted, pointer, visible

__all__ = ["Child", "Document", "Fault", "Step", "Stopped", "dotted", "parse", "pointer", "visible"]
