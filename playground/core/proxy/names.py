"""What the proxy is called and where it stands; the command line reads it at each start."""

from __future__ import annotations

PREFIX = "/v1"
"""What a program's base URL ends in; it stands for the upstream's base URL, whatever that ends in."""
DEFAULT_PORT = 8790
FAULT_HEADER = "x-playground-proxy"
"""Of answers that the proxy itself made: says what kind of trouble it was."""
ORIGIN = "proxy"
"""In the request log."""
