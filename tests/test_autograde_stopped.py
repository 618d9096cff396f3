"""`coursekit autograde` stopped half-way, by a person, the system or a dying worker."""

import contextlib
import os
import re
import signal
from pathlib import Path

import psutil
import pytest
from autograding import autograded, copy_of, everything, is_whole, run, start, wait_for
from mini_course import make_course, solved, submit

from coursekit.autograde.lock import only_grader
from coursekit.cli import main
from coursekit.course import Course

STUDENTS = [f"2000-0000{number}" for number in range(5)]
SLOW = "import time\ntime.sleep(3)\ndef double(x):\n    return x * 2"
"""Takes its time, so that a class is half done for a while."""


@pytest.fixture(scope="module")
def slow_class(tmp_path_factory) -> Course:
    course = make_course(tmp_path_factory.mktemp("slow") / "course")
    for student in STUDENTS:
        submit(course, student, solved(course, double=SLOW))
    return course


@pytest.fixture(scope="module")
def expected(slow_class, tmp_path_factory):
    """What grading says of the class when nothing stops it."""
    course = copy_of(slow_class, tmp_path_factory.mktemp("expected") / "course")
    run(course, "autograde")
    return everything(course)


@pytest.fixture
def course(slow_class, tmp_path) -> Course:
    return copy_of(slow_class, tmp_path / "course")


def done(course: Course) -> list[str]:
    return [student for student in STUDENTS if autograded(course, student).exists()]


def begin(course: Course, *arguments: str):
    """Start grading, and wait until the first student is done."""
    process = start(course, "autograde", *arguments)
    wait_for(lambda: done(course), process)
    return process, psutil.Process(process.pid).children(recursive=True)


def expect_gone(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert alive == []


def scratch_of(course: Course) -> Path:
    """Return the folder for temporary files of the run that is, or was, at work."""
    return Path((course.root / "build" / "autograde.lock").read_text().split("\n")[1])


def finish(course: Course, expected) -> None:
    """Grade again; only what was left is done, and the marks are those of a run in one go."""
    assert is_whole(course)
    before = {student: autograded(course, student).stat().st_mtime_ns for student in done(course)}
    said = run(course, "autograde")
    graded, unchanged = map(int, re.search(r"graded (\d), unchanged (\d)", said).groups())
    assert graded + unchanged == len(STUDENTS)
    assert 0 < unchanged <= len(before)
    same = [s for s in before if autograded(course, s).stat().st_mtime_ns == before[s]]
    assert len(same) == unchanged
    assert everything(course) == expected


def test_killed_as_a_whole(course, expected):
    process, children = begin(course, "-j", "1")
    scratch = scratch_of(course)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    expect_gone(children)
    assert 0 < len(done(course)) < len(STUDENTS)
    finish(course, expected)
    assert not scratch.exists()


def test_only_the_main_process_is_killed(course, expected):
    process, children = begin(course, "-j", "2")
    process.kill()
    expect_gone(children)
    process.communicate()
    finish(course, expected)


def ctrl_c(pid: int) -> None:
    os.killpg(pid, signal.SIGINT)  # as a terminal does


def terminate(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)


@pytest.mark.parametrize("stop", [ctrl_c, terminate])
def test_asked_to_stop(course, expected, stop):
    process, children = begin(course, "-j", "2")
    scratch = scratch_of(course)
    stop(process.pid)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "stopped by you; run the same command again to go on" in said
    assert "Traceback" not in said and "resource_tracker" not in said
    expect_gone(children)
    assert not scratch.exists()
    finish(course, expected)


def test_a_worker_is_killed(course, expected):
    process, _ = begin(course, "-j", "2")
    children = psutil.Process(process.pid).children()
    workers = [child for child in children if "LokyProcess" in " ".join(child.cmdline())]
    assert len(workers) == 2
    workers[0].kill()
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert f"graded {len(STUDENTS)}, unchanged 0" in said
    assert everything(course) == expected


def test_nothing_is_left_behind_by_a_whole_run(course):
    process, children = begin(course, "-j", "2")
    scratch = scratch_of(course)
    assert scratch.is_dir()
    process.communicate(timeout=300)
    assert process.returncode == 0
    expect_gone(children)
    assert not scratch.exists()


def test_two_graders_at_once(course, capsys):
    with only_grader(course):
        assert main(["--course", str(course.root), "autograde"]) == 1
    said = capsys.readouterr().err
    assert f"Another grader (process {os.getpid()}) is at work in {course.root}" in said
    with contextlib.suppress(FileNotFoundError):
        assert done(course) == []
