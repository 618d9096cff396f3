"""Tries to mount, to make devices, to change root and to become somebody else."""

import ctypes
import os
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)
attempts = {
    "mount": lambda: libc.mount(b"/box/public", b"/mnt", None, 4096, None),
    "remount": lambda: libc.mount(None, b"/", None, 32 | 4096, None),
    "chroot": lambda: os.chroot("/tmp"),
    "setuid": lambda: os.setuid(0),
    "mknod": lambda: os.mknod("disk", 0o60666, os.makedev(8, 0)),
    "unshare": lambda: libc.unshare(0x00020000),
    "sysctl": lambda: Path("/proc/sys/kernel/hostname").write_text("zoo"),
    "sysrq": lambda: Path("/proc/sysrq-trigger").write_text("h"),
}
for name, attempt in attempts.items():
    try:
        print(name, attempt())
    except (OSError, AttributeError) as error:
        print(name, error)
