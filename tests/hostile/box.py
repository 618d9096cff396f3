"""A box to grade hostile code in: whatever an attack breaks out of, it does not get out of here.

Stock nbgrader has no sandbox, and a sandbox under test may have a hole. So grading runs inside
bubblewrap, with process ids, network and temporary files of its own, as a user who owns nothing but
`/box`, under limits on memory, processes, file size and time. The network of the box is a loopback
device that also answers for an address outside, which lets a test count what would have left.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.course import REPOSITORY

INSIDE = Path("/box")
NOBODY = 65534
GIGABYTE = 10**9
MEMORY, FILE_SIZE, PROCESSES = 8 * GIGABYTE, GIGABYTE, 800

_WATCHER = Path(__file__).with_name("inside.py")
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/sys")


@dataclass(frozen=True)
class Visit:
    """What was seen of a run in the box."""

    finished: bool
    """Whether the program that watches was still there at the end."""
    exit_codes: list[int | None] = field(default_factory=list)
    """One per command; None when it was stopped for time."""
    connections: list[str] = field(default_factory=list)
    """What a listener in the box received: addresses that were connected or sent to."""
    left_running: list[str] = field(default_factory=list)
    """Command lines of processes that were there after the last command."""
    seconds: float = 0.0


def run_in_box(world: Path, commands: list[list[str]], timeout: float) -> Visit:
    """Run `commands` one after the other in `world/course`, each for at most `timeout` seconds.

    `world` is seen as `/box`. Output goes to `world/log.txt`.
    """
    result = world / "result.json"
    result.unlink(missing_ok=True)
    (world / "home").mkdir(exist_ok=True)
    (world / "plan.json").write_text(json.dumps({"commands": commands, "timeout": timeout}))
    _give_away(world)
    watcher = [sys.executable, str(_WATCHER), str(INSIDE)]
    try:
        with (world / "log.txt").open("ab") as log:
            subprocess.run(
                _boxed(world, watcher),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=timeout * len(commands) + 60,
                check=False,
            )
    except subprocess.TimeoutExpired:
        return Visit(finished=False)
    finally:
        _take_back(world)
    if not result.exists():
        return Visit(finished=False)
    return Visit(finished=True, **json.loads(result.read_text()))


def remove_world(world: Path) -> None:
    """Delete a world, also one with more nested folders than Python's `rmtree` can follow."""
    subprocess.run(["rm", "-rf", str(world)], check=False)


def box_works() -> str:
    """Return "" where the box can be used, or a sentence that says why not."""
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed, and hostile code runs nowhere else."
    probe = subprocess.run(
        _boxed(Path("/tmp"), ["true"]), capture_output=True, text=True, check=False
    )
    return "" if probe.returncode == 0 else f"bubblewrap does not work here: {probe.stderr.strip()}"


def _boxed(world: Path, command: list[str]) -> list[str]:
    """Return `command` wrapped so that it runs in the box."""
    root = os.geteuid() == 0
    python = Path(sys.base_prefix).resolve()
    environment = {
        "HOME": str(INSIDE / "home"),
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return [
        "bwrap",
        "--die-with-parent",
        "--new-session",
        *(["--unshare-user"] if not root else []),
        *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
        "--clearenv",
        *(word for name, value in environment.items() for word in ("--setenv", name, value)),
        *(word for path in _SYSTEM for word in ("--ro-bind-try", path, path)),
        *("--tmpfs", "/tmp", "--chmod", "1777", "/tmp"),
        # Python and the checkout may lie below a folder that only their owner may enter.
        *_readable(python),
        *_readable(REPOSITORY),
        *("--dev", "/dev", "--chmod", "1777", "/dev/shm", "--proc", "/proc"),
        *("--bind", str(world), str(INSIDE)),
        *("--chdir", str(INSIDE)),
        *_limited(command, root),
    ]


def _readable(path: Path) -> list[str]:
    """Return arguments that show `path` at its own place, below folders that all may enter."""
    above = [str(folder) for folder in reversed(path.parents[:-1])]
    entered = [word for folder in above for word in ("--perms", "0755", "--dir", folder)]
    return [*entered, "--ro-bind", str(path), str(path)]


def _limited(command: list[str], root: bool) -> list[str]:
    """Return `command` under limits, and as nobody where bubblewrap itself runs as root."""
    limits = ["prlimit", f"--as={MEMORY}", f"--fsize={FILE_SIZE}", f"--nproc={PROCESSES}"]
    if not root:
        return [*limits, *command]
    # A fresh /proc, as the one bubblewrap gives to root is covered in places, and the kernel then
    # refuses another one to the sandbox inside.
    setup = "ip address add 192.0.2.1/32 dev lo; mount -t proc proc /proc && exec "
    nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    dropped = ["--bounding-set=-all", "--inh-caps=-all"]
    return ["sh", "-c", setup + shlex.join([*nobody, *dropped, *limits, *command])]


def _give_away(world: Path) -> None:
    """Let nobody own `world` where we are root; the attacked machine is theirs."""
    if os.geteuid() == 0:
        subprocess.run(["chown", "-RhP", f"{NOBODY}:{NOBODY}", str(world)], check=True)


def _take_back(world: Path) -> None:
    if os.geteuid() == 0:
        subprocess.run(["chown", "-RhP", f"{os.geteuid()}:{os.getegid()}", str(world)], check=True)
