"""Programs forked from a warm parent: as closed in as started ones, from each other as well."""

import multiprocessing
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.course import REPOSITORY
from coursekit.sandbox.host import SandboxUnavailable
from coursekit.sandbox.limits import Limits
from coursekit.sandbox.processes import Process
from coursekit.sandbox.python_view import PYTHON
from coursekit.sandbox.view import View
from coursekit.sandbox.warm import WarmParent

UTILS = ((REPOSITORY / "utils", "/work/utils"),)
SMALL = Limits(
    memory_bytes=512 << 20, processes=32, file_bytes=1 << 20, folder_bytes=8 << 20, wall_seconds=20
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ck")
    for above in (folder, *folder.parents):
        if above.owner() == folder.owner() and above != Path("/tmp"):
            above.chmod(above.stat().st_mode | 0o111)
    return folder


@pytest.fixture(scope="module")
def parent(base: Path) -> Iterator[WarmParent]:
    parent = WarmParent(base, ("numpy", "random"), UTILS)
    try:
        probe = parent.start([PYTHON, "-m", "keyword"], View(new_folder(base), UTILS))
    except SandboxUnavailable as error:
        pytest.skip(f"this host forks no sandboxed programs: {error}")
    assert probe.wait(30) == 0
    yield parent
    parent.close()


def new_folder(base: Path) -> Path:
    folder = base / f"program-{len(list(base.iterdir()))}"
    folder.mkdir()
    return folder


def begin(parent: WarmParent, text: str, limits: Limits = SMALL, **options: object):
    """Start a program with `text`; return it and its folder, where it writes the file `said`."""
    folder = new_folder(parent.base)
    heading = "import os, sys\nsay = lambda *a: print(*a, file=open('said', 'a'))\n"
    (folder / "program.py").write_text(heading + text)
    view = View(folder, UTILS)
    return parent.start([PYTHON, "-m", "program"], view, limits, **options), folder


def said(parent: WarmParent, text: str, limits: Limits = SMALL) -> str:
    """Run a program to its end and return what it said."""
    process, folder = begin(parent, text, limits)
    process.wait(60)
    return (folder / "said").read_text().strip() if (folder / "said").exists() else ""


def test_a_program_finds_the_imports_done(parent):
    assert said(parent, "say('numpy' in sys.modules, 'torch' in sys.modules)") == "True False"


def test_it_imports_from_its_folder_and_reads_utils(parent):
    text = "import utils.errors\ntry: open('utils/x', 'w')\nexcept OSError as e: say(e.errno)"
    assert said(parent, text) == "30"  # a read-only file system


def test_every_program_draws_the_same_random_numbers(parent):
    text = "import random, numpy\nsay(random.random(), numpy.random.rand())"
    assert said(parent, text) == said(parent, text)


def test_it_sees_no_other_folder_and_no_other_process(parent):
    other, _ = begin(parent, "import time\ntime.sleep(30)")
    text = (
        "say(len([p for p in os.listdir('/proc') if p.isdigit()]))\n"
        "try: say(os.listdir('/runs'))\nexcept PermissionError: say('closed')\n"
        f"say(os.path.exists({str(parent.base)!r}))"
    )
    assert said(parent, text).split() == ["2", "closed", "False"]  # itself and its first process
    assert other.poll() is None
    other.kill()
    other.wait(30)


def test_it_is_not_root_and_has_no_capabilities(parent):
    text = (
        "status = dict(l.split(':', 1) for l in open('/proc/self/status'))\n"
        "say(os.getuid() == 0, int(status['CapEff'], 16), status['Seccomp'].strip())"
    )
    assert said(parent, text) == "False 0 2"


@pytest.mark.parametrize("call", ["mount", "unshare"])
def test_system_calls_that_undo_a_sandbox_fail(parent, call):
    arguments = {"mount": "b'proc', b'/tmp', b'proc', 0, None", "unshare": "0x20000"}[call]
    text = f"import ctypes\nsay(ctypes.CDLL(None).{call}({arguments}))"
    assert said(parent, text) == "-1"


def test_it_reaches_no_network(parent):
    with socket.create_server(("127.0.0.1", 0)) as server:
        text = (
            "import socket\n"
            f"try: socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 2)\n"
            "except OSError: say('refused')"
        )
        assert said(parent, text) == "refused"


def test_it_holds_no_descriptor_of_the_parent(parent):
    assert said(parent, "say(sorted(map(int, os.listdir('/proc/self/fd')))[:-1])") == "[0, 1, 2]"


def test_descriptors_that_are_passed_keep_their_numbers(parent):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        text = f"os.write({theirs.fileno()}, b'here')"
        process, _ = begin(parent, text, pass_fds=[theirs.fileno()])
        ours.settimeout(30)
        assert ours.recv(10) == b"here"
        assert process.wait(30) == 0


def test_memory_is_bounded(parent):
    text = "try: x = bytearray(1 << 30)\nexcept MemoryError: say('bounded')"
    assert said(parent, text) == "bounded"


def test_processes_are_bounded(parent):
    text = (
        "started = 0\n"
        "for _ in range(100):\n"
        "    try:\n"
        "        if os.fork() == 0:\n"
        "            import time; time.sleep(20); os._exit(0)\n"
        "    except OSError: break\n"
        "    started += 1\n"
        "say(started < 40)"
    )
    assert said(parent, text) == "True"


def test_a_full_folder_ends_it(parent):
    text = (
        "import time\n"
        "for i in range(40):\n"
        "    open(f'part{i}', 'wb').write(b'x' * 1_000_000)\n"
        "time.sleep(20)"
    )
    process, _ = begin(parent, text)
    assert process.wait(30) != 0
    assert process.reason == "It wrote more than 8 MiB of files."


def test_folders_too_deep_to_be_looked_at_end_it(parent):
    text = (
        "import time\n"
        "for _ in range(100):\n    os.mkdir('d' * 200); os.chdir('d' * 200)\n"
        "time.sleep(20)"
    )
    process, folder = begin(parent, text)
    assert process.wait(30) != 0
    assert "files" in process.reason
    again = parent.start([PYTHON, "-m", "keyword"], View(folder, UTILS), SMALL)
    again.wait(30)
    subprocess.run(["rm", "-rf", str(folder)], check=True)  # pytest's own cleaning fails at it


def test_to_kill_it_ends_its_daemons(parent):
    text = (
        "import time\n"
        "if os.fork() == 0:\n"
        "    os.setsid(); open('daemon', 'w').close(); time.sleep(60)\n"
        "while not os.path.exists('daemon'): pass\n"
        "say('started'); time.sleep(60)"
    )
    process, folder = begin(parent, text)
    while not (folder / "said").exists():
        assert process.poll() is None
    process.kill()
    assert process.wait(30) == -signal.SIGKILL or process.returncode > 128
    assert f"{folder}" not in subprocess.run(["ps", "ax"], capture_output=True, text=True).stdout


def test_the_status_is_the_programs(parent):
    process, _ = begin(parent, "sys.exit(3)")
    assert process.wait(30) == 3


def test_signals_reach_the_program(parent):
    text = (
        "import time\n"
        "try:\n    say('ready'); time.sleep(60)\n"
        "except KeyboardInterrupt: say('interrupted')"
    )
    process, folder = begin(parent, text)
    while not (folder / "said").exists() or not (folder / "said").read_text().endswith("\n"):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.wait(30)
    assert (folder / "said").read_text().split() == ["ready", "interrupted"]


def test_a_poisoned_program_leaves_the_parent_as_it_was(parent):
    said(parent, "import numpy, builtins\nnumpy.mean = None\nbuiltins.sum = None\nos.kill(1, 9)")
    assert said(parent, "import numpy\nsay(numpy.mean([1, 3]), sum([1]))") == "2.0 1"


def test_when_the_parent_ends_its_programs_end(base, parent):
    other = WarmParent(base, ("random",))
    folder = new_folder(base)
    (folder / "program.py").write_text("import time\ntime.sleep(60)")
    process = other.start([PYTHON, "-m", "program"], View(folder), SMALL)
    other.close()
    assert process.wait(30) is not None
    assert not other.alive


def test_it_starts_nothing_that_sees_more_than_it_does(parent, tmp_path):
    assert parent.can_start(View(new_folder(parent.base), UTILS))
    assert not parent.can_start(View(tmp_path, UTILS))
    assert not parent.can_start(View(new_folder(parent.base), ((tmp_path, "/opt/more"),)))


def test_an_import_that_fails_is_told(base):
    broken = WarmParent(base, ("no_such_module",))
    with pytest.raises(SandboxUnavailable, match="warm parent did not start"):
        broken.start([PYTHON, "-m", "keyword"], View(new_folder(base)))


def start_and_end(copy: WarmParent, folder: Path) -> None:
    """Start a program that would run for long, wait until it writes, and end without a word."""
    (folder / "program.py").write_text("print(file=open('said', 'a'))\nwhile True: pass")
    process = copy.start([PYTHON, "-m", "program"], View(folder, UTILS), SMALL)
    while not (folder / "said").exists():
        assert process.poll() is None
    (folder / "number").write_text(str(process.pid))
    os._exit(0)


def test_a_program_ends_with_the_process_that_started_it_by_a_copy(parent, monkeypatch):
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None, raising=False)  # as xdist's is
    folder = new_folder(parent.base)
    helper = multiprocessing.get_context("spawn").Process(
        target=start_and_end, args=(parent, folder)
    )
    helper.start()
    helper.join(60)
    assert helper.exitcode == 0
    supervisor = Process(int((folder / "number").read_text()))
    ended, _, _ = select.select([supervisor.descriptor], [], [], 20)
    assert ended
    assert parent.alive
    assert said(parent, "say(3)") == "3"
