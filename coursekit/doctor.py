"""Find out what this host provides for grading: `coursekit doctor`."""

import json
import os
import platform
import re
import subprocess
import tempfile
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.metadata import entry_points
from pathlib import Path

from coursekit import isolation
from coursekit.autograde.run import Choice, settings_of
from coursekit.course import REPOSITORY, Course, CourseError
from coursekit.sandbox.host import SandboxUnavailable, find_bubblewrap
from coursekit.sandbox.launch import start
from coursekit.sandbox.limits import Limits
from coursekit.sandbox.provisioner import NAME
from coursekit.sandbox.python_view import PYTHON
from coursekit.sandbox.view import View
from coursekit.sandbox.watch import INTERVAL
from coursekit.trial import grade_a_cell

_PROCESSES = 30
_WITHOUT_KNOWN_HOLES = (0, 12, 0)

_PROBE = """
import importlib.metadata, json, os, socket, threading
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
stop, threads = threading.Event(), 0
try:
    while threads < 100:
        threading.Thread(target=stop.wait, daemon=True).start()
        threads += 1
except RuntimeError:
    pass
import ipykernel
print(json.dumps({
    "devices": [name for _, name in socket.if_nameindex()],
    "filtered": int(status["Seccomp"]) == 2,
    "privileges": int(status["CapEff"], 16),
    "processes": sum(name.isdigit() for name in os.listdir("/proc")),
    "threads": threads,
    "user": os.getuid(),
    "user_namespace": os.readlink("/proc/self/ns/user"),
    "kernel": importlib.metadata.version("ipykernel"),
}))
"""


class State(StrEnum):
    """What a finding means for grading."""

    GOOD = "ok"
    WEAKER = "weaker"
    MISSING = "missing"


@dataclass(frozen=True)
class Finding:
    """One piece of the sandbox, and whether this host has it."""

    piece: str
    state: State
    says: str


def examine(course: Course) -> list[Finding]:
    """Look around in a sandbox, grade a cell as `course` does; return what was found, in pieces."""
    system = f"{platform.system()} {platform.release()} on {platform.machine()}."
    try:
        bubblewrap = find_bubblewrap()
    except SandboxUnavailable as error:
        return [
            Finding("system", State.GOOD, system),
            Finding("sandbox", State.MISSING, str(error)),
        ]
    version = subprocess.run([bubblewrap, "--version"], capture_output=True, text=True).stdout
    findings = [
        Finding("system", State.GOOD, system),
        Finding("bubblewrap", State.GOOD, f"{version.strip()} at {bubblewrap}.{_advice(version)}"),
    ]
    findings.append(
        _judged(
            "jupyter",
            bool(entry_points(group="jupyter_client.kernel_provisioners", name=NAME)),
            "Knows the sandbox by name.",
            "Does not know the sandbox: this checkout is newer than its installation; run "
            "`make setup`.",
        )
    )
    try:
        findings += _look_around()
        problem = isolation.why_no_sandbox()
        findings.append(Finding("packages", State.MISSING, problem) if problem else _grade(course))
    except SandboxUnavailable as error:
        findings.append(Finding("sandbox", State.MISSING, str(error)))
    return findings


def _advice(version: str) -> str:
    """Return what is known of holes in a version of bubblewrap, as it tells it."""
    number = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
    if number >= _WITHOUT_KNOWN_HOLES:
        return ""
    return (
        " It has CVE-2026-87766, a link that leads out of a sandbox while that is set up; the kit "
        "removes such links first (docs/security.md), and 0.12.0 needs no such care."
    )


def _grade(course: Course) -> Finding:
    """Grade a cell with the course's own settings, or with this checkout's where it has none."""
    has_settings = (course.root / "nbgrader_config.py").exists()
    try:
        settings = settings_of(course if has_settings else Course(REPOSITORY), Choice())
    except CourseError as error:
        return Finding("grading", State.MISSING, str(error))
    trial = grade_a_cell(settings)
    if trial.problem:
        return Finding(
            "grading", State.MISSING, f"A right answer that starts a thread failed. {trial.problem}"
        )
    took = f"and a judge graded an answer that starts a thread, in {trial.seconds:.1f} s."
    if trial.warm:
        return Finding("grading", State.GOOD, f"A warm kernel {took}")
    return Finding(
        "grading",
        State.WEAKER,
        f"A kernel {took} Kernels cannot be forked on this host; each starts by itself, which "
        "takes seconds longer.",
    )


def table(findings: list[Finding]) -> str:
    """Return the findings as lines of text, and whether grading would start."""
    lines = []
    for finding in findings:
        says = textwrap.wrap(finding.says, 74) or [""]
        lines.append(f"{finding.piece:13}{finding.state:9}{says[0]}")
        lines += [f"{'':22}{line}" for line in says[1:]]
    if refuses(findings):
        lines.append("Grading refuses to start on this host, unless told --allow-unsandboxed.")
    else:
        lines.append("Submissions can be graded on this host.")
    return "\n".join(lines)


def refuses(findings: list[Finding]) -> bool:
    """Return whether something is missing that grading does not start without."""
    return any(finding.state is State.MISSING for finding in findings)


def _look_around() -> Iterator[Finding]:
    limits = replace(Limits(), processes=_PROCESSES, wall_seconds=60)
    with tempfile.TemporaryDirectory(prefix="doctor-") as folder:
        began = time.perf_counter()
        process = start(
            [PYTHON, "-c", _PROBE],
            View(Path(folder)),
            limits,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        milliseconds = 1000 * (time.perf_counter() - began)
        output, errors = process.communicate()
    yield Finding("sandbox", State.GOOD, f"Starts in {milliseconds:.0f} ms.")
    try:
        inside = json.loads(output)
    except ValueError:
        said = errors.decode(errors="replace").strip().splitlines()
        problem = process.reason or (said[-1] if said else f"it ended with {process.returncode}")
        yield Finding("python", State.MISSING, f"Python does not run in it: {problem}.")
        return

    yield Finding("python", State.GOOD, f"Runs in it, with ipykernel {inside['kernel']}.")
    yield _user(inside["user"], inside["user_namespace"], inside["privileges"])
    yield _judged(
        "network",
        inside["devices"] == ["lo"],
        "None but a loopback device of its own.",
        f"Devices are in sight: {', '.join(inside['devices'])}.",
    )
    yield _judged(
        "processes",
        inside["processes"] <= 3 and inside["threads"] < _PROCESSES,
        "Sees its own only, and a limit on their number holds.",
        f"It sees {inside['processes']}, and of {_PROCESSES} it started {inside['threads']}.",
    )
    controllers = process.group.controllers if process.group else ()
    if "memory" in controllers:
        yield Finding("memory", State.GOOD, "A control group bounds all processes together.")
    else:
        yield Finding(
            "memory",
            State.WEAKER,
            "There is no control group we may write to: each process is bounded, and all together "
            f"are looked at every {INTERVAL} seconds.",
        )
    yield Finding("disk", State.GOOD, f"Folders are looked at every {INTERVAL} seconds.")
    if inside["filtered"]:
        yield Finding("system calls", State.GOOD, "The filter holds.")
    else:
        yield Finding(
            "system calls",
            State.WEAKER,
            f"There is no filter for {platform.machine()}; all else holds without it.",
        )


def _user(user: int, namespace: str, privileges: int) -> Finding:
    if privileges or user == 0:
        return Finding("user", State.MISSING, "Programs would run as root in the sandbox.")
    own = namespace != str(Path("/proc/self/ns/user").readlink())
    says = "Without privileges, in a user namespace of its own"
    if os.geteuid() == 0:
        says = "You are root; programs run as a user without an account"
        says += ", in a user namespace of its own" if own else ""
    return Finding("user", State.GOOD, f"{says}.")


def _judged(piece: str, good: bool, says: str, otherwise: str) -> Finding:
    return Finding(piece, State.GOOD if good else State.MISSING, says if good else otherwise)
