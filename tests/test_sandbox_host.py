"""Hosts that lack a piece of the sandbox, and the pieces that can be looked at by themselves."""

import errno
import os
import struct
import sys
from pathlib import Path

import pytest

from coursekit import cli, doctor
from coursekit.doctor import Finding, State
from coursekit.sandbox import control_group, host
from coursekit.sandbox.control_group import ControlGroup
from coursekit.sandbox.host import SandboxUnavailable
from coursekit.sandbox.launch import start
from coursekit.sandbox.limits import Limits
from coursekit.sandbox.python_view import PYTHON
from coursekit.sandbox.system_calls import refusing_program
from coursekit.sandbox.view import View
from coursekit.sandbox.watch import Usage

ALLOW, KILL = 0x7FFF0000, 0x80000000
X86, ARM = 0xC000003E, 0xC00000B7


def refused(number: int) -> int:
    return 0x00050000 | number


def answer(program: bytes, architecture: int, call: int, *arguments: int) -> int:
    """Run a BPF program on one system call, as the kernel would, and return what it says."""
    data = struct.pack("<IIQ6Q", call, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    instructions = list(struct.iter_unpack("<HBBI", program))
    position = accumulator = 0
    while True:
        code, if_true, if_false, value = instructions[position]
        position += 1
        if code == 0x06:
            return int(value)
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, value)
            continue
        holds = {
            0x15: accumulator == value,
            0x35: accumulator >= value,
            0x45: bool(accumulator & value),
        }[code]
        position += if_true if holds else if_false


@pytest.mark.parametrize(
    ("machine", "architecture", "calls"),
    [
        (
            "x86_64",
            X86,
            {"read": 0, "socket": 41, "clone": 56, "ptrace": 101, "mount": 165, "unshare": 272},
        ),
        (
            "aarch64",
            ARM,
            {"read": 63, "socket": 198, "clone": 220, "ptrace": 117, "mount": 40, "unshare": 97},
        ),
    ],
)
def test_the_filter_of_system_calls(machine: str, architecture: int, calls: dict[str, int]) -> None:
    program = refusing_program(machine)

    def says(name: str, *arguments: int) -> int:
        return answer(program, architecture, calls[name], *arguments)

    assert says("read") == ALLOW
    for name in ("ptrace", "mount", "unshare"):
        assert says(name) == refused(errno.EPERM)
    assert says("clone", 0x01200011) == ALLOW  # a fork
    assert says("clone", 0x003D0F00) == ALLOW  # a thread
    for new in (0x00020000, 0x02000000, 0x10000000, 0x20000000, 0x40000000):
        assert says("clone", new | 17) == refused(errno.EPERM)
    assert answer(program, architecture, 435) == refused(errno.ENOSYS)  # clone3
    for family in (1, 2, 10):
        assert says("socket", family, 1, 0) == ALLOW
    assert says("socket", 16, 3, 0) == ALLOW  # netlink: routes
    assert says("socket", 16, 3, 12) == refused(errno.EAFNOSUPPORT)  # netlink: netfilter
    for family in (17, 38, 40):
        assert says("socket", family, 1, 0) == refused(errno.EAFNOSUPPORT)


def test_the_filter_knows_other_names_of_the_same_calls() -> None:
    program = refusing_program("x86_64")
    assert answer(program, 0x40000003, 26) == KILL  # 32-bit calls, where 26 is ptrace
    assert answer(program, X86, 0x40000000 | 521) == refused(errno.ENOSYS)  # x32's ptrace
    assert refusing_program("riscv64") == b""


def test_without_bubblewrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable) as raised:
        start([PYTHON, "-c", ""], View(tmp_path))
    assert str(raised.value) == (
        "The sandbox needs bubblewrap, which is not installed; install it (sudo apt-get install "
        "bubblewrap), or grade with --allow-unsandboxed, on a machine that holds nothing else."
    )


def test_on_another_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SandboxUnavailable, match=r"needs Linux, and this is darwin; .*virtual"):
        start([PYTHON, "-c", ""], View(tmp_path))


@pytest.mark.parametrize(
    ("refuses", "says"),
    [
        ("--ro-bind", "namespaces"),
        ("--unshare-net", r"network of one's own \(bwrap: not permitted\)"),
        ("--proc", r"/proc of one's own \(bwrap: not permitted\)"),
        ("--args", "Python did not start in the sandbox"),
    ],
)
def test_where_bubblewrap_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refuses: str, says: str
) -> None:
    """A bubblewrap that fails as the real one does when the kernel refuses it a piece."""
    program = tmp_path / "bwrap"
    program.write_text(
        "#!/bin/sh\n"
        f'for option in "$@"; do [ "$option" = {refuses} ] && '
        "echo 'bwrap: not permitted' >&2 && exit 1; done\n"
        "exit 0\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(SandboxUnavailable, match=says):
        start([PYTHON, "-c", ""], View(tmp_path))


def test_the_setting_that_forbids_namespaces_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "_KERNEL_SETTINGS", tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert host._no_namespaces().endswith("grade as root")
    (tmp_path / "kernel").mkdir()
    (tmp_path / "kernel/apparmor_restrict_unprivileged_userns").write_text("1\n")
    assert "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" in host._no_namespaces()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "CAP_SYS_ADMIN" in host._no_namespaces()


def test_control_groups_of_version_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    membership = tmp_path / "membership"
    membership.write_text("8:pids:/\n4:memory:/session\n3:cpu,cpuacct:/\n0::/\n")
    monkeypatch.setattr(control_group, "_ROOT", tmp_path)
    monkeypatch.setattr(control_group, "_MEMBERSHIP", membership)
    (tmp_path / "memory/session").mkdir(parents=True)
    (tmp_path / "pids").mkdir()
    group = ControlGroup.around((17,), Limits(processes=5))
    assert group is not None
    assert group.controllers == ("memory", "pids")
    assert [folder.parent for folder in group.folders] == [
        tmp_path / "pids",
        tmp_path / "memory/session",
    ]
    assert (group.folders[0] / "pids.max").read_text() == "5"
    assert [(folder / "cgroup.procs").read_text() for folder in group.folders] == ["17", "17"]


def test_control_groups_of_version_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest folder above our own that hands both controllers down is the one to use."""
    membership = tmp_path / "membership"
    membership.write_text("0::/user.slice/app.slice/shell.scope\n")
    root = tmp_path / "fs"
    monkeypatch.setattr(control_group, "_ROOT", root)
    monkeypatch.setattr(control_group, "_MEMBERSHIP", membership)
    own = root / "user.slice/app.slice/shell.scope"
    own.mkdir(parents=True)
    (root / "cgroup.controllers").write_text("cpu memory pids\n")
    for folder, handed_down in (
        (own, ""),
        (own.parent, "memory pids"),
        (own.parent.parent, "cpu memory pids"),
        (root, "cpu memory pids"),
    ):
        (folder / "cgroup.subtree_control").write_text(handed_down + "\n")
    group = ControlGroup.around((17,), Limits())
    assert group is not None
    assert [folder.parent for folder in group.folders] == [own.parent]
    assert group.controllers == ("memory", "pids")


def test_without_control_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    membership = tmp_path / "membership"
    membership.write_text("4:memory:/gone\n0::/\n")
    monkeypatch.setattr(control_group, "_ROOT", tmp_path)
    monkeypatch.setattr(control_group, "_MEMBERSHIP", membership)
    assert ControlGroup.around((17,), Limits()) is None
    monkeypatch.setattr(control_group, "_MEMBERSHIP", tmp_path / "none")
    assert ControlGroup.around((17,), Limits()) is None


@pytest.mark.parametrize(
    ("usage", "excess"),
    [
        (Usage(10, 10, 10, 10.0), None),
        (Usage(11 << 30, 0, 0, 0.0), "It held more than 4096 MiB of memory."),
        (Usage(0, 11 << 30, 0, 0.0), "It wrote more than 1024 MiB of files."),
        (Usage(0, 0, 10**6, 0.0), "It made more than 50000 files."),
        (Usage(0, 0, 0, 1e5), "It ran for more than 7200 seconds."),
    ],
)
def test_what_is_too_much(usage: Usage, excess: str | None) -> None:
    assert usage.excess(Limits()) == excess


def test_doctor_finds_this_host_fit(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor"]) == 0
    text = capsys.readouterr().out
    for piece in ("bubblewrap", "network", "processes", "memory", "disk", "system calls", "user"):
        assert f"\n{piece} " in text
    assert text.endswith("Submissions can be graded on this host.\n")


def test_doctor_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.main(["doctor"]) == 1
    text = capsys.readouterr().out
    assert "missing  The sandbox needs bubblewrap" in text
    assert "Grading refuses to start on this host" in text


def test_a_weaker_host_is_told_apart_from_a_bad_one() -> None:
    weaker = Finding("memory", State.WEAKER, "There is no control group.")
    assert not doctor.refuses([weaker])
    assert doctor.refuses([weaker, Finding("network", State.MISSING, "eth0 is in sight.")])
