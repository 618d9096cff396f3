"""Whether this host can isolate a program, and what to do where it cannot."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from coursekit.course import CourseError

_KERNEL_SETTINGS = Path("/proc/sys")
_UNSANDBOXED = "or grade with --allow-unsandboxed, on a machine that holds nothing else"


class SandboxUnavailable(CourseError):
    """This host cannot isolate a program; the sentence says what is missing and what to do."""


def find_bubblewrap() -> str:
    """Return the path of `bwrap`; SandboxUnavailable where there is none."""
    if sys.platform != "linux":
        raise SandboxUnavailable(
            f"The sandbox needs Linux, and this is {sys.platform}; grade on Linux (a virtual "
            f"machine will do), {_UNSANDBOXED}."
        )
    path = shutil.which("bwrap")
    if path is None:
        raise SandboxUnavailable(
            "The sandbox needs bubblewrap, which is not installed; install it "
            f"(sudo apt-get install bubblewrap), {_UNSANDBOXED}."
        )
    return path


def explain_failure() -> str:
    """Return a sentence about why bubblewrap starts nothing here, found by trying the parts."""
    bubblewrap = find_bubblewrap()
    parts = ["--ro-bind", "/", "/"]
    if os.geteuid() != 0:
        parts.append("--unshare-user")
    for options, missing in (
        ([], _no_namespaces()),
        (["--unshare-net"], "This host lets nobody make a network of one's own"),
        (["--unshare-pid", "--proc", "/proc"], "This host lets nobody mount a /proc of one's own"),
    ):
        parts += options
        run = subprocess.run(
            [bubblewrap, *parts, "true"], capture_output=True, text=True, timeout=60
        )
        if run.returncode:
            said = run.stderr.strip().splitlines()
            return f"{missing} ({said[-1] if said else 'no message'}), {_UNSANDBOXED}."
    return f"Python did not start in the sandbox; run `coursekit doctor`, {_UNSANDBOXED}."


def _no_namespaces() -> str:
    """Return which setting keeps bubblewrap from making namespaces, and how to change it."""
    if os.geteuid() == 0:
        return (
            "Root may not make namespaces here, as in a container without privileges: give the "
            "container CAP_SYS_ADMIN (docker run --privileged), or grade outside it"
        )
    for name, forbidding, allowing in (
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "0"),
        ("kernel/unprivileged_userns_clone", "0", "1"),
        ("user/max_user_namespaces", "0", "10000"),
    ):
        setting = _KERNEL_SETTINGS / name
        if setting.exists() and setting.read_text().strip() == forbidding:
            key = name.replace("/", ".")
            return (
                "Ordinary users may not make namespaces here: allow it "
                f"(sudo sysctl -w {key}={allowing}), or grade as root"
            )
    return "Bubblewrap may not make namespaces here: grade as root"
