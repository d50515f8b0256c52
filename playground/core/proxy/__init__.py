"""The recording proxy: a program whose OPENAI_BASE_URL is its address has its traffic in the request log.

`control` is what the window and the command line start and stop. Below it, in the asyncio thread: `server` listens on
loopback, `front` is the connection of a program, `back` the one to the upstream that belongs to it, `relay` one request
with its answer on their way between the two. Both sides speak HTTP/1.1 by h11: strict, with trailers, 1xx answers and
upgrades. Each connection of a program has one of its own to the upstream, opened and reused as the program does it: so
the log shows what would have happened without a proxy, and nothing waits for a pool.
"""
