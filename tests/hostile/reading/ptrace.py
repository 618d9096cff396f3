"""Attaches to its parent process as a debugger would."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
PTRACE_ATTACH, PTRACE_DETACH = 16, 17
for pid in (os.getppid(), 1):
    if libc.ptrace(PTRACE_ATTACH, pid, 0, 0) == 0:
        print("the-instructor-" + "tests-it-so could be read from", pid)
        os.waitpid(pid, 0)
        libc.ptrace(PTRACE_DETACH, pid, 0, 0)
