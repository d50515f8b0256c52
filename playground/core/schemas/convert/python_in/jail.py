"""What a process gives up before it looks at a stranger's text. Linux: all of it; elsewhere what there is.

Nothing of the text is run, so that this holds only where a parser or a library has a hole. On Linux (x86-64, ARM64) a
system-call filter leaves reading and writing what is open, memory, and the clock: no file, no socket, no process can be
had, as root neither (whom RLIMIT_NPROC does not bind). Where there is no such filter the limits stand alone: on macOS
CPU time, file size and processes; on Windows none, and the parent's clock ends it.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

SECONDS = 5
"""Of computing."""
MEMORY = 768 * 1024 * 1024
"""Bytes of address space; Pydantic alone takes about 150 MB of it."""
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_CALLS = {
    # read write close fstat lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn sched_yield mremap
    # madvise getpid exit gettimeofday sigaltstack futex restart_syscall clock_gettime exit_group getrandom
    ("x86_64", 0xC000003E): (0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 28, 39, 60, 96, 131, 202, 219,
                             228, 231, 318),
    ("aarch64", 0xC00000B7): (63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 124, 216, 233, 172, 93, 169, 132,
                              98, 128, 113, 94, 278),
}  # fmt: skip
"""Machine and its AUDIT_ARCH → the system calls that stay."""


def seal() -> list[str]:
    """Give up files, processes, the network and more than a little time and memory, for good. What could be given up
    here: of "time", "memory", "files", "processes", "network", "calls". Never raises."""
    held = _limits()
    if sys.platform == "linux":
        try:
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.unshare(_NEW_USER | _NEW_NET) == 0:
                held.append("network")
            if _filter(libc):
                held.append("calls")
        except (OSError, AttributeError):
            pass
    return held


def _limits() -> list[str]:
    try:
        import resource
    except ImportError:  # Windows
        return []
    held = []
    for name, limit, words in (
        ("RLIMIT_CPU", SECONDS, "time"),
        ("RLIMIT_AS", MEMORY, "memory"),
        ("RLIMIT_FSIZE", 0, "files"),
        ("RLIMIT_NPROC", 0, "processes"),
        ("RLIMIT_CORE", 0, ""),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (limit, limit))
        except (AttributeError, ValueError, OSError):
            continue
        held.append(words)
    return [words for words in held if words]


def _filter(libc: ctypes.CDLL) -> bool:
    machine = platform.machine()
    found = next(((arch, calls) for (name, arch), calls in _CALLS.items() if name == machine), None)
    if found is None or struct.calcsize("P") != 8:
        return False
    arch, calls = found
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    steps = [(load, 0, 0, 4), (equal, 1, 0, arch), (give, 0, 0, _REFUSE), (load, 0, 0, 0)]
    steps += [(at_least, 0, 1, 0x40000000), (give, 0, 0, _REFUSE)]  # the other numbers of x86-64's x32
    for call in calls:
        steps += [(equal, 0, 1, call), (give, 0, 0, _ALLOW)]
    steps.append((give, 0, 0, _REFUSE))
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(code)))
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SECCOMP, _FILTER, program, 0, 0) == 0)
