"""`coursekit autograde --scheduler`: a real Dask scheduler, two workers, one of them killed."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from autograding import ENVIRONMENT, autograded, copy_of, everything, run, start, wait_for
from mini_course import make_course, solved, submit
from test_autograde_stopped import SLOW

from coursekit.autograde.execution import execute
from coursekit.autograde.jobs import Job, Settings
from coursekit.course import Course, CourseError

pytest.importorskip("distributed", reason="distributed, coursekit's extra 'cluster', is not there")

STUDENTS = [f"2000-0000{number}" for number in range(6)]


@dataclass
class Cluster:
    """A scheduler on loopback, and workers."""

    folder: Path
    processes: list["subprocess.Popen[str]"] = field(default_factory=list)

    @property
    def file(self) -> Path:
        """What the scheduler writes when it listens; workers read its address there."""
        return self.folder / "scheduler.json"

    @property
    def address(self) -> str:
        return str(json.loads(self.file.read_text())["address"])

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        with (self.folder / f"{len(self.processes)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments, "--scheduler-file", str(self.file)],
                cwd=self.folder,
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                text=True,
            )
        self.processes.append(process)
        return process

    def worker(self, threads: int) -> "subprocess.Popen[str]":
        return self.start(
            "worker", "--nthreads", str(threads), "--no-nanny", "--no-dashboard", "--host=127.0.0.1"
        )


@pytest.fixture
def cluster(tmp_path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path)
    try:
        arguments = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        scheduler = cluster.start("scheduler", *arguments)
        wait_for(cluster.file.exists, scheduler)
        yield cluster
    finally:
        for process in reversed(cluster.processes):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def ungraded(tmp_path_factory) -> Course:
    course = make_course(tmp_path_factory.mktemp("ungraded") / "course")
    for student in STUDENTS:
        submit(course, student, solved(course, double=SLOW))
    return course


def test_a_killed_worker_loses_nothing(cluster, ungraded, tmp_path):
    """One worker executes two notebooks at a time, in threads; the other one is killed."""
    local = copy_of(ungraded, tmp_path / "local")
    run(local, "autograde")
    course = copy_of(ungraded, tmp_path / "remote")
    workers = [cluster.worker(threads=2), cluster.worker(threads=1)]
    wait_until_there(cluster, 2)
    with start(course, "autograde", "--scheduler", cluster.address) as process:
        wait_for(lambda: any(autograded(course, s).exists() for s in STUDENTS), process)
        programs = psutil.Process(workers[1].pid).children(recursive=True)
        assert programs  # its warm parents: it is at work
        workers[1].kill()
        said, _ = process.communicate(timeout=400)
    assert process.returncode == 0, said
    assert f"graded {len(STUDENTS)}, unchanged 0" in said
    assert everything(course) == everything(local)
    _, alive = psutil.wait_procs(programs, timeout=30)
    assert alive == []


def wait_until_there(cluster: Cluster, number: int) -> None:
    from distributed import Client

    with contextlib.closing(Client(cluster.address, set_as_default=False)) as client:
        client.wait_for_workers(number, timeout=120)


def test_no_workers(cluster, ungraded):
    said = run(ungraded, "autograde", "--scheduler", cluster.address, status=1)
    assert f"The Dask scheduler at {cluster.address} has no workers; start some with" in said


def test_no_scheduler(ungraded):
    said = run(ungraded, "autograde", "--scheduler", "tcp://127.0.0.1:1", status=1)
    assert "No Dask scheduler answers at tcp://127.0.0.1:1" in said


def test_the_scheduler_ends_half_way(cluster, ungraded, tmp_path):
    course = copy_of(ungraded, tmp_path / "course")
    cluster.worker(threads=1)
    wait_until_there(cluster, 1)
    with start(course, "autograde", "--scheduler", cluster.address) as process:
        wait_for(lambda: any(autograded(course, s).exists() for s in STUDENTS), process)
        cluster.processes[0].kill()
        said, _ = process.communicate(timeout=200)
    assert process.returncode == 1, said
    assert "The workers' scheduler ended" in said
    assert "Traceback" not in said
    said = run(course, "autograde")
    assert "unchanged 0" not in said
    assert all(autograded(course, student).exists() for student in STUDENTS)


def test_a_worker_with_another_kit_is_refused():
    job = Job("s", "n", "key", b"another kit", b"", b"", (), Settings(5, (), False))
    with pytest.raises(CourseError, match="is another version than the one that grades"):
        execute(job)
