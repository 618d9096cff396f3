"""What passes from one sandbox to another, or is used up for the whole machine, one way at a time.

The ways are those that keepers of other sandboxes warn of: what the kernel keeps outside of files,
or counts for a user or a machine and not for a process.
"""

import contextlib
import os
import platform
import shutil
import subprocess
from pathlib import Path

import pytest
from sandboxed import REPORT, SMALL, run

from coursekit import isolation
from coursekit.course import REPOSITORY
from coursekit.sandbox import launch
from coursekit.sandbox.launch import start
from coursekit.sandbox.python_view import PYTHON
from coursekit.sandbox.system_calls import NEWEST_REVIEWED
from coursekit.sandbox.view import View

pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64", reason="the numbers of the calls here are those of x86_64"
)

CALLS = {
    "System V shared memory": (29, "EPERM"),
    "System V message queues": (68, "EPERM"),
    "System V semaphores": (64, "EPERM"),
    "kernel keyrings": (250, "EPERM"),
    "io_uring": (425, "EPERM"),
    "asynchronous input and output, counted for the machine": (206, "EPERM"),
    "watches of files, counted for the user": (253, "EPERM"),
    "watches of files, the newer call": (294, "EPERM"),
    "watches of file systems": (300, "EPERM"),
    "memory that nobody else can look at": (447, "EPERM"),
    "handles of files, which pass for names": (304, "EPERM"),
    "lists of mounts": (458, "EPERM"),
    "a new mount of an old tree": (467, "EPERM"),
    "a call that nobody has reviewed": (NEWEST_REVIEWED + 1, "ENOSYS"),
    "a call far from any that there is": (100_000, "ENOSYS"),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the kernel says to each of the CALLS, without arguments, in one sandbox."""
    numbers = [number for number, _ in CALLS.values()]
    found = run(
        f"""
        import ctypes, errno
        libc = ctypes.CDLL(None, use_errno=True)
        said = []
        for number in {numbers}:
            ctypes.set_errno(0)
            libc.syscall(number, 0, 0, 0, 0, 0, 0)
            said.append(errno.errorcode.get(ctypes.get_errno(), "allowed"))
        report(said)
        """,
        tmp_path_factory.mktemp("calls"),
    )
    assert isinstance(found.value, list)
    return found.value


@pytest.mark.parametrize("name", CALLS)
def test_the_call_is_refused(name: str, answers: list[str]) -> None:
    assert answers[list(CALLS).index(name)] == CALLS[name][1]


def test_what_one_sandbox_leaves_no_other_finds(tmp_path: Path) -> None:
    """Abstract sockets, message queues, shared memory, scratch files, a host name, a clock."""
    leave = """
        import ctypes, multiprocessing.shared_memory, os, socket, time
        libc = ctypes.CDLL(None, use_errno=True)
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind("\\0left")
        abstract.listen()
        memory = open("/dev/shm/left", "w")
        open("/tmp/left", "w").close()
        queue = ctypes.CDLL("librt.so.1", use_errno=True).mq_open(b"/left", 0o102, 0o666, None)
        report("left")
        time.sleep(30)
        """
    look = """
        import ctypes, os, socket
        found = [path for path in ("/dev/shm/left", "/tmp/left") if os.path.exists(path)]
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect("\\0left")
                found.append("a socket")
            except OSError:
                pass
        if ctypes.CDLL("librt.so.1", use_errno=True).mq_open(b"/left", 0o2) >= 0:
            found.append("a queue")
        report(found)
        """
    works = [tmp_path / "one", tmp_path / "two"]
    for work in works:
        work.mkdir()
    lines = "\n".join(line.strip() for line in leave.splitlines())
    leaving = start([PYTHON, "-c", REPORT + lines], View(works[0]), SMALL, stdout=subprocess.PIPE)
    try:
        assert leaving.stdout is not None
        assert leaving.stdout.readline() == b'"left"\n'
        assert run(look, works[1]).value == []
    finally:
        leaving.kill()
        leaving.communicate()


def test_signals_that_wait_are_bounded(tmp_path: Path) -> None:
    found = run(
        """
        import resource
        report(resource.getrlimit(resource.RLIMIT_SIGPENDING)[1])
        """,
        tmp_path,
    )
    assert found.value == SMALL.waiting_signals


def test_a_lock_on_a_file_that_both_see_is_a_channel(tmp_path: Path) -> None:
    """The one that is known to be open (docs/security.md says so); it carries bits, not files."""
    view = View(tmp_path, read_only=((REPOSITORY / "utils", "/work/utils"),))
    found = run(
        """
        import fcntl
        with open("/work/utils/errors.py") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            report("locked")
        """,
        tmp_path,
        view=view,
    )
    assert found.value == "locked"


def test_cve_2026_87766_a_link_where_something_is_mounted(tmp_path: Path) -> None:
    """Bubblewrap before 0.12.0 follows such a link out of the sandbox while it sets that up."""
    outside = tmp_path / "outside"
    outside.mkdir()
    for number, target in enumerate((outside, outside / "new", "/oldroot/tmp")):
        work = tmp_path / f"work{number}"
        work.mkdir()
        (work / "utils").symlink_to(target)
        found = run(
            "import os; report(sorted(os.listdir('/work/utils'))[:1])",
            work,
            view=View(work, read_only=((REPOSITORY / "utils", "/work/utils"),)),
        )
        assert found.value == ["__init__.py"]
    assert list(outside.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's programs run as that user")
def test_a_checkout_that_others_may_not_read_is_shown_as_a_copy(tmp_path: Path) -> None:
    closed = tmp_path / "utils"
    closed.mkdir()
    (closed / "module.py").write_text("value = 1\n")
    (closed / "module.py").chmod(0o600)
    closed.chmod(0o700)
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(closed / "__pycache__")
    assert isolation.closed_to_others(closed) == closed
    shown = isolation.readable(closed)
    work = tmp_path / "work"
    work.mkdir()
    found = run(
        "import os; report(open('/work/utils/module.py').read())",
        work,
        view=View(work, read_only=((shown, "/work/utils"),)),
    )
    assert found.value == "value = 1\n"
    assert isolation.readable(shown) == shown
    assert closed.stat().st_mode & 0o077 == 0  # the teacher's own files stay as they are


def test_folders_on_the_way_in_are_open_whatever_our_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        found = run(
            "import os, stat; report(stat.S_IMODE(os.stat('/opt/shown').st_mode) & 0o5)",
            tmp_path,
            view=View(tmp_path, read_only=((REPOSITORY / "utils", "/opt/shown/utils"),)),
        )
    finally:
        os.umask(before)
    assert found.value == 5
    assert launch.UMASK == 0o022
