"""What a program in the sandbox sees of the host and reaches of it: nothing but its own."""

import contextlib
import os
import socket
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from sandboxed import MIB, SMALL, run

from coursekit.course import REPOSITORY
from coursekit.sandbox.limits import Limits
from coursekit.sandbox.view import View


def test_files_of_the_host_are_not_there(tmp_path: Path) -> None:
    work, other = tmp_path / "work", tmp_path / "other"
    work.mkdir()
    other.mkdir()
    (other / "submission.ipynb").write_text("another student's")
    hidden = [
        other,
        tmp_path,
        REPOSITORY / "source",
        REPOSITORY / "tests",
        REPOSITORY / "coursekit",
        REPOSITORY / ".git",
        REPOSITORY / ".venv" / "bin",
        Path.home() / ".cache",
        Path("/etc/shadow"),
        Path("/etc/hostname"),
        Path("/var"),
        Path("/home"),
        Path("/sys"),
        Path("/run"),
    ]
    found = run(
        f"""
        import os
        report([path for path in {[str(path) for path in hidden]} if os.path.lexists(path)])
        """,
        work,
    )
    assert found.value == []
    assert (other / "submission.ipynb").exists()


def test_nothing_but_its_folders_can_be_written_to(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    (given / "data.npz").write_bytes(b"1")
    work = tmp_path / "work"
    work.mkdir()
    found = run(
        """
        import os
        points = [line.split()[4] for line in open("/proc/self/mountinfo")]
        points += ["/", "/opt", "/opt/packages", "/etc", "/root", "/work", "/work/data"]
        writable = set()
        for point in points:
            try:
                if os.path.isdir(point):
                    open(point + "/probe", "w").close()
                else:
                    os.close(os.open(point, os.O_WRONLY))
            except OSError:
                continue
            writable.add(point)
        report(sorted(writable))
        """,
        work,
        view=View(work, read_only=((given, "/work/data"),)),
    )
    devices = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"}
    assert set(found.value) - devices == {"/dev/shm", "/tmp", "/work"}
    assert sorted(path.name for path in given.iterdir()) == ["data.npz"]
    assert (work / "probe").exists()


def test_only_utils_of_the_course_can_be_imported(tmp_path: Path) -> None:
    found = run(
        """
        import importlib.util, sys
        names = ["utils", "coursekit", "nbgrader_config", "conftest"]
        report([name for name in names if importlib.util.find_spec(name)])
        """,
        tmp_path,
        view=View(tmp_path, read_only=((REPOSITORY / "utils", "/work/utils"),)),
    )
    assert found.value == ["utils"]


def test_a_search_path_is_used_even_by_an_isolated_python(tmp_path: Path) -> None:
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "of_the_judge.py").write_text("answer = 42\n")
    work = tmp_path / "work"
    work.mkdir()
    found = run(
        """
        import subprocess, sys
        code = "import of_the_judge; print(of_the_judge.answer)"
        subprocess.run([sys.executable, "-I", "-c", code])
        """,
        work,
        view=View(work, read_only=((tmp_path / "kit", "/opt/kit"),), python_path=("/opt/kit",)),
    )
    assert found.value == 42


def test_the_environment_and_descriptors_stay_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADEBOOK_PASSWORD", "secret")
    with socket.socketpair()[0] as ours:
        os.set_inheritable(ours.fileno(), True)
        found = run(
            """
            import os
            processes = [name for name in os.listdir("/proc") if name.isdigit()]
            environments = []
            for process in processes:
                try:
                    environments.append(open(f"/proc/{process}/environ").read())
                except OSError:
                    pass
            environment = " ".join(environments)
            report([
                "GRADEBOOK_PASSWORD" in environment,
                os.environ["OMP_NUM_THREADS"],
                os.environ["COLOUR"],
                sorted(int(name) for name in os.listdir("/proc/self/fd"))[:-1],
            ])
            """,
            tmp_path,
            env={"COLOUR": "blue"},
        )
    assert found.value == [False, "1", "blue", [0, 1, 2]]


def test_a_descriptor_that_is_passed_arrives(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        run(
            f"""
            import socket
            socket.socket(fileno={theirs.fileno()}).sendall(b"hello")
            """,
            tmp_path,
            pass_fds=[theirs.fileno()],
        )
        assert ours.recv(100) == b"hello"


def test_links_out_of_the_folder_lead_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of the course")
    owner = secret.stat().st_uid
    work = tmp_path / "work"
    work.mkdir()
    (work / "absolute").symlink_to(secret)
    (work / "relative").symlink_to("../secret")
    (work / "folder").symlink_to(tmp_path)
    (work / "data").symlink_to("/oldroot/usr")
    assert (work / "absolute").read_text() == (work / "relative").read_text() == "of the course"
    given = tmp_path / "given"
    given.mkdir()
    found = run(
        """
        import os
        names = ["absolute", "relative", "folder/secret"]
        report([[name for name in names if os.path.exists(name)], os.listdir("/work/data")])
        """,
        work,
        view=View(work, read_only=((given, "/work/data"),)),
    )
    assert found.value == [[], []]
    assert secret.stat().st_uid == owner


def test_a_mount_inside_a_folder_of_the_work_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mount it in /work itself"):
        View(tmp_path, read_only=((tmp_path, "/work/a/b"),))
    with pytest.raises(ValueError, match="must be absolute"):
        View(tmp_path, writable=((tmp_path, "/work/../etc"),))


def test_processes_of_the_host_are_not_there(tmp_path: Path) -> None:
    found = run(
        f"""
        import os, signal
        refused = []
        for target in (1, {os.getpid()}, {os.getppid()}):
            try:
                os.kill(target, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                refused.append(target)
        report([
            sorted(int(name) for name in os.listdir("/proc") if name.isdigit()),
            refused,
            [os.getpid(), os.getppid()],
        ])
        """,
        tmp_path,
    )
    processes, refused, (own, parent) = found.value
    assert processes == [parent, own] == [1, 2]
    assert {os.getpid(), os.getppid()} <= set(refused)
    assert found.status == 0


def test_to_signal_everybody_reaches_nobody_else(tmp_path: Path) -> None:
    found = run(
        """
        import os, signal
        os.kill(-1, signal.SIGKILL)
        os.killpg(0, signal.SIGKILL)
        """,
        tmp_path,
    )
    assert found.status != 0  # this test is still here


def test_servers_of_the_host_cannot_be_reached(tmp_path: Path) -> None:
    with contextlib.ExitStack() as servers:

        def server(family: int, address: object) -> socket.socket:
            opened = servers.enter_context(socket.socket(family, socket.SOCK_STREAM))
            opened.bind(address)
            opened.listen()
            return opened

        port = server(socket.AF_INET, ("127.0.0.1", 0)).getsockname()[1]
        abstract = f"\0coursekit-{os.getpid()}"
        server(socket.AF_UNIX, abstract)
        file = f"/tmp/ck-test-{os.getpid()}"
        server(socket.AF_UNIX, file)
        servers.callback(os.unlink, file)
        addresses = [("AF_INET", ("127.0.0.1", port)), ("AF_UNIX", abstract), ("AF_UNIX", file)]
        for name, address in addresses:  # from here, all three answer
            with socket.socket(getattr(socket, name)) as client:
                client.connect(address)
        found = run(
            f"""
            import socket
            reached = []
            for name, address in {[*addresses, ("AF_INET", ("8.8.8.8", 53))]!r}:
                with socket.socket(getattr(socket, name)) as client:
                    client.settimeout(5)
                    try:
                        client.connect(address)
                        reached.append(repr(address))
                    except OSError:
                        pass
            report([reached, [name for _, name in socket.if_nameindex()]])
            """,
            tmp_path,
        )
    assert found.value == [[], ["lo"]]


def test_its_own_loopback_works(tmp_path: Path) -> None:
    found = run(
        """
        import socket
        server = socket.create_server(("127.0.0.1", 0))
        client = socket.create_connection(server.getsockname())
        client.sendall(b"hello")
        report(server.accept()[0].recv(5).decode())
        """,
        tmp_path,
    )
    assert found.value == "hello"


def test_it_has_no_privileges(tmp_path: Path) -> None:
    found = run(
        """
        import os
        status = dict(line.split(":", 1) for line in open("/proc/self/status"))
        names = ["CapEff", "CapPrm", "CapInh", "CapAmb", "NoNewPrivs"]
        privileges = {name: int(status[name], 16) for name in names}
        own = "/proc/self/ns"
        spaces = {name: os.readlink(f"{own}/{name}") for name in os.listdir(own)}
        report([privileges, os.getgroups(), os.getuid(), spaces])
        """,
        tmp_path,
    )
    privileges, groups, user, spaces = found.value
    assert privileges == {"CapEff": 0, "CapPrm": 0, "CapInh": 0, "CapAmb": 0, "NoNewPrivs": 1}
    assert set(groups) <= {user}
    assert user != 0
    for name in ("user", "pid", "net", "mnt", "ipc", "uts", "cgroup"):
        assert spaces[name] != str(Path("/proc/self/ns", name).readlink()), name


def test_system_calls_that_reach_further_are_refused(tmp_path: Path) -> None:
    found = run(
        """
        import ctypes, errno, socket
        libc = ctypes.CDLL(None, use_errno=True)
        def outcome(name, *arguments):
            ctypes.set_errno(0)
            getattr(libc, name)(*arguments)
            return errno.errorcode.get(ctypes.get_errno(), "allowed")
        new_user, new_network = 0x10000000, 0x40000000
        families = {}
        for name in ("AF_VSOCK", "AF_PACKET", "AF_ALG"):
            try:
                socket.socket(getattr(socket, name), socket.SOCK_DGRAM).close()
                families[name] = "allowed"
            except OSError as error:
                families[name] = errno.errorcode[error.errno]
        report([
            outcome("unshare", new_user),
            outcome("unshare", new_network),
            outcome("ptrace", 0, 0, 0, 0),
            outcome("mount", b"none", b"/tmp", b"tmpfs", 0, None),
            outcome("chroot", b"/work"),
            outcome("klogctl", 3, None, 0),
            families,
        ])
        """,
        tmp_path,
    )
    refused = {"AF_VSOCK": "EAFNOSUPPORT", "AF_PACKET": "EAFNOSUPPORT", "AF_ALG": "EAFNOSUPPORT"}
    assert found.value == ["EPERM"] * 6 + [refused]


def test_the_first_process_gives_nothing_away(tmp_path: Path) -> None:
    """An ordinary user's first process is that user's too; it is as confined as the program."""
    found = run(
        """
        opened = []
        for path in ("/proc/1/mem", "/proc/1/root/etc/shadow", "/proc/kcore"):
            try:
                open(path, "rb").close()
                opened.append(path)
            except OSError:
                pass
        status = dict(line.split(":", 1) for line in open("/proc/1/status"))
        report([opened, int(status["Seccomp"]), int(status["CapEff"], 16)])
        """,
        tmp_path,
    )
    opened, filtered, privileges = found.value
    assert opened == [] or (opened == ["/proc/1/mem"] and filtered == 2 and privileges == 0)


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """A starter that is killed leaves nothing behind: the sandbox holds the other end of a pipe."""
    (tmp_path / "work").mkdir()
    starter = textwrap.dedent(
        f"""
        import os, sys, time
        from pathlib import Path
        from coursekit.sandbox.launch import start
        from coursekit.sandbox.python_view import PYTHON
        from coursekit.sandbox.view import View
        code = "import os; os.setsid() if os.fork() == 0 else 0; print('up', flush=True);"
        code += "import time; time.sleep(60)"
        start([PYTHON, "-c", code], View(Path({str(tmp_path / "work")!r})), stdout=1)
        time.sleep(60)
        """
    )
    process = subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() + process.stdout.readline() == b"up\nup\n"
    process.kill()
    process.wait()
    ended = threading.Event()
    reader = threading.Thread(target=lambda: (process.stdout.read(), ended.set()), daemon=True)
    reader.start()
    assert ended.wait(20), "the sandbox outlived its starter"
    process.stdout.close()


def test_the_defaults_hold_what_the_course_needs(tmp_path: Path) -> None:
    found = run(
        """
        import time
        start = time.perf_counter()
        import matplotlib.pyplot, numpy, sklearn.linear_model, torch
        report([
            matplotlib.get_cachedir(),
            int(numpy.ones(3).sum()),
            float(torch.ones(3) @ torch.ones(3)),
            torch.get_num_threads(),
        ])
        """,
        tmp_path,
        limits=Limits(wall_seconds=120),
    )
    assert found.value == ["/tmp/matplotlib", 3, 3.0, 1]
    assert Limits().memory_bytes >= 4096 * MIB > SMALL.memory_bytes
