"""A program in the sandbox that wants too much is stopped, and the host does not notice.

Every snippet also stops by itself, at a size that the host can bear, should the sandbox fail.
"""

import dataclasses
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sandboxed import MIB, SMALL, Run, run

from coursekit.sandbox.launch import start
from coursekit.sandbox.python_view import PYTHON
from coursekit.sandbox.view import View


def processes_of(namespace: str) -> list[int]:
    """Return the processes that live in a namespace, named as `/proc/PID/ns/pid` does.

    One that has ended, but that its parent has not asked about, is not alive.
    """
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            alive = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
            if alive and str((folder / "ns/pid").readlink()) == namespace:
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def test_one_process_runs_out_of_memory(tmp_path: Path) -> None:
    found = run(
        """
        held = []
        try:
            while len(held) < 200:  # 2 GiB
                held.append(b"x" * (10 << 20))
            outcome = "all of it"
        except MemoryError:
            outcome = "MemoryError"
        size = len(held)
        held.clear()
        report([outcome, size])
        """,
        tmp_path,
    )
    outcome, size = found.value
    assert outcome == "MemoryError"
    assert 20 <= size <= SMALL.memory_bytes // (10 * MIB)


@pytest.mark.parametrize(
    "hoard",
    [
        pytest.param("held = b'x' * (100 * MIB)", id="processes"),
        pytest.param(
            "file = os.memfd_create('x'); [os.write(file, b'x' * MIB) for _ in range(30)]",
            id="files in memory",
        ),
    ],
)
def test_many_processes_together_run_out_of_memory(tmp_path: Path, hoard: str) -> None:
    found = run(
        f"""
        import os, time
        MIB = 1 << 20
        for _ in range(30):  # up to 3 GiB
            if os.fork() == 0:
                {hoard}
                time.sleep(20)
                os._exit(0)
            time.sleep(0.05)
        time.sleep(20)
        report("all of it")
        """,
        tmp_path,
        limits=dataclasses.replace(SMALL, folder_bytes=256 * MIB),
    )
    assert found.status != 0
    assert found.reason is not None
    assert re.search(r"more than (512 MiB of memory|256 MiB of files)", found.reason)


def test_forks_without_end(tmp_path: Path) -> None:
    """Each process forks again and again; the file counts them, and stops them at 400."""
    found = run(
        """
        import os, time
        counter = os.open("/work/count", os.O_CREAT | os.O_APPEND | os.O_RDWR)
        end = time.monotonic() + 2
        while time.monotonic() < end and os.fstat(counter).st_size < 400:
            try:
                os.fork()
            except BlockingIOError:
                time.sleep(0.01)
                continue
            os.write(counter, b"x")  # the parent and the child: two bytes for each fork
        if os.getpid() == 2:
            report(os.fstat(counter).st_size // 2)
        """,
        tmp_path,
    )
    assert SMALL.processes // 2 <= found.value < SMALL.processes


def test_threads_without_end(tmp_path: Path) -> None:
    found = run(
        """
        import threading
        threading.stack_size(64 << 10)  # so that memory is not what ends it
        stop = threading.Event()
        count = 0
        try:
            for count in range(400):
                threading.Thread(target=stop.wait, daemon=True).start()
            outcome = "all of them"
        except RuntimeError:
            outcome = "RuntimeError"
        stop.set()
        report([outcome, count])
        """,
        tmp_path,
    )
    outcome, count = found.value
    assert outcome == "RuntimeError"
    assert count < SMALL.processes


def test_two_sandboxes_do_not_share_their_processes(tmp_path: Path) -> None:
    """The operating system counts a user's processes; each sandbox must have a count of its own."""
    code = """
        import subprocess
        sleepers = [subprocess.Popen(["sleep", "20"]) for _ in range(25)]
        print(len(sleepers), flush=True)
        input()
        """
    works = [tmp_path / "one", tmp_path / "two"]
    for work in works:
        work.mkdir()
    running = [
        start(
            [PYTHON, "-c", "\n".join(line.strip() for line in code.splitlines())],
            View(work),
            SMALL,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for work in works
    ]
    assert [process.stdout and process.stdout.readline() for process in running] == [b"25\n"] * 2
    for process in running:
        process.kill()
        process.communicate()


def test_one_file_has_a_largest_size(tmp_path: Path) -> None:
    found = run(
        """
        with open("/work/file", "wb", buffering=0) as file:
            try:
                for _ in range(200):
                    file.write(b"x" * (1 << 20))
                report("all of it")
            except OSError as error:
                report([error.errno, file.tell()])
        """,
        tmp_path,
    )
    assert found.value == [27, SMALL.file_bytes]  # EFBIG


@pytest.mark.parametrize("unlinked", [False, True], ids=["many files", "files without a name"])
def test_the_disk_is_not_filled(tmp_path: Path, unlinked: bool) -> None:
    found = run(
        f"""
        import os, time
        held = []
        for number in range(40):  # up to 800 MiB
            name = f"/work/file{{number}}"
            held.append(open(name, "wb"))
            held[-1].write(b"x" * (20 << 20))
            held[-1].flush()
            if {unlinked}:
                os.unlink(name)
        time.sleep(20)
        report("all of it")
        """,
        tmp_path,
    )
    assert found.reason == "It wrote more than 64 MiB of files."
    assert found.status == 128 + signal.SIGKILL


def test_there_are_only_so_many_files(tmp_path: Path) -> None:
    found = run(
        """
        import os, time
        for number in range(5000):
            os.mkdir(f"/work/{number}")
        time.sleep(20)
        report("all of them")
        """,
        tmp_path,
    )
    assert found.reason == "It made more than 500 files."


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
def test_scratch_folders_have_a_size(tmp_path: Path, folder: str) -> None:
    found = run(
        f"""
        written = 0
        try:
            for number in range(200):
                with open(f"{folder}/{{number}}", "wb") as file:
                    written += file.write(b"x" * (1 << 20))
            report("all of it")
        except OSError as error:
            report([error.errno, written >> 20])
        """,
        tmp_path,
    )
    error, written = found.value
    assert error == 28  # ENOSPC
    assert 25 <= written <= SMALL.scratch_bytes // MIB


def test_open_files_have_a_limit(tmp_path: Path) -> None:
    found = run(
        """
        import os
        opened = 0
        try:
            for opened in range(1000):
                os.open("/dev/null", os.O_RDONLY)
            report("all of them")
        except OSError as error:
            report([error.errno, opened < 100])
        """,
        tmp_path,
    )
    assert found.value == [24, True]  # EMFILE


def test_processor_time_has_a_limit(tmp_path: Path) -> None:
    found = run(
        """
        import time
        end = time.monotonic() + 20
        while time.monotonic() < end:
            pass
        report("all of it")
        """,
        tmp_path,
        limits=dataclasses.replace(SMALL, cpu_seconds=1),
    )
    assert found == Run(128 + signal.SIGKILL, None, "")


def test_limits_cannot_be_raised(tmp_path: Path) -> None:
    found = run(
        """
        import resource
        raised = []
        for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_CPU", "RLIMIT_NOFILE"):
            number = getattr(resource, name)
            try:
                hard = resource.getrlimit(number)[1]
                resource.setrlimit(number, (hard + 1, hard + 1))
                raised.append(name)
            except (ValueError, PermissionError):
                pass
        report(raised)
        """,
        tmp_path,
    )
    assert found.value == []


def test_a_long_sleep_ends(tmp_path: Path) -> None:
    found = run(
        """
        import time
        time.sleep(20)
        report("all of it")
        """,
        tmp_path,
        limits=dataclasses.replace(SMALL, wall_seconds=0.5),
    )
    assert found == Run(128 + signal.SIGKILL, "It ran for more than 0.5 seconds.", "")


def test_daemons_end_with_the_program(tmp_path: Path) -> None:
    found = run(
        """
        import os, signal, sys, time
        ready, told = os.pipe()
        if os.fork() == 0:
            os.setsid()
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            if os.fork() == 0:
                os.write(told, b"x")
                os.close(1)
                os.close(2)
                time.sleep(60)
            os._exit(0)
        os.read(ready, 1)
        report(os.readlink("/proc/self/ns/pid"))
        """,
        tmp_path,
    )
    assert found.status == 0
    assert processes_of(str(Path("/proc/self/ns/pid").readlink())), "cannot look at processes here"
    assert processes_of(found.value) == []


def test_to_kill_it_ends_everything(tmp_path: Path) -> None:
    code = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "os.fork() or os.setsid()\n"
        "print(os.readlink('/proc/self/ns/pid'), flush=True)\n"
        "time.sleep(60)\n"
    )
    process = start([PYTHON, "-c", code], View(tmp_path), SMALL, stdout=subprocess.PIPE)
    assert process.stdout is not None
    namespace = process.stdout.readline().decode().strip()
    process.stdout.readline()
    assert len(processes_of(namespace)) >= 2
    process.terminate()
    assert process.wait(20) == 128 + signal.SIGKILL
    assert processes_of(namespace) == []
    assert process.reason is None
    process.stdout.close()


@pytest.mark.parametrize("ours", [signal.default_int_handler, signal.SIG_IGN])
def test_a_signal_reaches_the_program(ours: Any, tmp_path: Path) -> None:
    """Also when the starter ignores it, as what a script starts with & does."""
    code = (
        "import time\n"
        "try:\n"
        "    print('up', flush=True)\n"
        "    time.sleep(20)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', flush=True)\n"
    )
    before = signal.signal(signal.SIGINT, ours)
    process = start([PYTHON, "-c", code], View(tmp_path), SMALL, stdout=subprocess.PIPE)
    signal.signal(signal.SIGINT, before)
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=20)[0] == b"interrupted\n"
    assert process.returncode == 0
    process.kill()  # of one that has ended, as with Popen


def test_the_exit_status_is_the_programs(tmp_path: Path) -> None:
    assert run("import os; os._exit(7)", tmp_path).status == 7


def test_no_control_group_is_left(tmp_path: Path) -> None:
    process = start([PYTHON, "-c", "input()"], View(tmp_path), SMALL, stdin=subprocess.PIPE)
    folders = process.group.folders if process.group else ()
    if os.geteuid() == 0 and Path("/sys/fs/cgroup/pids").is_dir():
        assert process.group is not None
        assert process.group.controllers == ("memory", "pids")
    assert all(folder.is_dir() for folder in folders)
    process.kill()
    process.communicate()
    assert not any(folder.exists() for folder in folders)
