"""Work that is shared among processes gives the same results, whatever becomes of the processes."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from small_archives import letter_members, random_letters, write_tar

from utils import archives, workers
from utils.archives import LETTERS, load_letters
from utils.errors import DataError
from utils.workers import Worker, cores, ordered_map

# Functions that a worker can import. Their items are small so that the pipes are what is tested.


def double(number: int) -> int:
    return 2 * number


def process_id(item: object) -> int:
    return os.getpid()


def slow_when_even(number: int) -> int:
    time.sleep(0.05 if number % 2 == 0 else 0)
    return number


def die_elsewhere(parent: int) -> str:
    if os.getpid() != parent:
        os._exit(1)
    return "done at home"


def refuse(number: int) -> int:
    raise ValueError(f"no {number}, please")


def chatter(item: object) -> int:
    print("this must not get among the answers", flush=True)
    return os.getpid()


@pytest.fixture(autouse=True)
def importable_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Worker]]:
    """Every worker that a test starts; all of them must have ended when the test is over."""
    workers_started: list[Worker] = []
    processes: list[subprocess.Popen[bytes]] = []

    class Noted(Worker):
        def __init__(self) -> None:
            super().__init__()
            workers_started.append(self)
            if self.process is not None:
                processes.append(self.process)

    monkeypatch.setattr(workers, "Worker", Noted)
    yield workers_started
    assert all(process.returncode is not None for process in processes)
    assert not [thread for thread in threading.enumerate() if "ThreadPool" in thread.name]


def mapped(function, items, count: int) -> list:
    """The results of ordered_map, after a look at whether each has kept its tag."""
    answers = list(ordered_map(function, [(str(item), item) for item in items], count))
    assert [tag for tag, _ in answers] == [str(item) for item in items]
    return [result for _, result in answers]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_results_come_in_order(started: list[Worker], count: int) -> None:
    assert mapped(slow_when_even, range(20), count) == list(range(20))
    assert mapped(double, [], count) == []
    assert len(started) == 2 * count


def test_other_processes_do_the_work(started: list[Worker]) -> None:
    ids = mapped(process_id, range(30), 2)
    assert os.getpid() not in ids
    assert len(set(ids)) <= 2
    assert set(mapped(process_id, range(3), 0)) == {os.getpid()}


def test_few_items_are_taken_in_advance(started: list[Worker]) -> None:
    taken = 0

    def items() -> Iterator[tuple[int, int]]:
        nonlocal taken
        for taken in range(1, 1000):
            yield taken, taken

    answers = ordered_map(double, items(), 2)
    for done in range(1, 50):
        assert next(answers) == (done, 2 * done)
        assert taken < done + 3 * 2
    answers.close()


def test_closing_early_ends_the_workers(started: list[Worker]) -> None:
    answers = ordered_map(double, ((0, i) for i in range(1000)), 2)
    next(answers)
    processes = [worker.process for worker in started]
    answers.close()
    assert all(process is not None and process.poll() is not None for process in processes)


def test_the_work_of_workers_that_die_is_done_here(started: list[Worker]) -> None:
    assert mapped(die_elsewhere, [os.getpid()] * 10, 2) == ["done at home"] * 10


def test_a_worker_killed_half_way_is_replaced_by_this_process(started: list[Worker]) -> None:
    answers = ordered_map(double, ((i, i) for i in range(200)), 2)
    results = [next(answers)]
    for worker in started:
        assert worker.process is not None
        worker.process.kill()
    assert [*results, *answers] == [(i, 2 * i) for i in range(200)]


@pytest.mark.parametrize("program", ["/nowhere/python", "", sys.executable + "\0", "/bin/false"])
def test_where_no_process_can_be_started_the_work_is_done_here(
    started: list[Worker], monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert set(mapped(process_id, range(10), 2)) == {os.getpid()}


def test_an_error_of_the_function_arrives_as_it_is(started: list[Worker]) -> None:
    with pytest.raises(ValueError, match="no 7, please"):
        mapped(refuse, [7], 1)


def test_an_error_of_the_items_arrives_as_it_is(started: list[Worker]) -> None:
    def items() -> Iterator[tuple[int, int]]:
        yield 1, 1
        raise DataError("truncated")

    with pytest.raises(DataError, match="truncated"):
        list(ordered_map(double, items(), 2))


def test_what_a_function_prints_does_no_harm(started: list[Worker]) -> None:
    assert os.getpid() not in mapped(chatter, [1, 2], 1)


@pytest.mark.skipif(sys.platform == "win32", reason="signals to other processes need POSIX")
def test_workers_leave_ctrl_c_to_the_process_that_asked(started: list[Worker]) -> None:
    answers = ordered_map(process_id, ((i, i) for i in range(50)), 1)
    ids = [next(answers)[1]]
    os.kill(ids[0], signal.SIGINT)
    ids += [process for _, process in answers]
    assert set(ids) == {ids[0]}


def test_a_script_without_a_main_guard_runs_once(tmp_path: Path) -> None:
    """Students write such scripts; multiprocessing would run them again in every process."""
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            """
            print("top level")
            from utils.workers import ordered_map
            print([result for _, result in ordered_map(abs, [(0, -1), (0, -2)], 2)])
            """
        )
    )
    command = [sys.executable, str(script)]
    environment = {**os.environ, "PYTHONPATH": str(workers.COURSE)}
    ran = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=True
    )
    assert ran.stdout.splitlines() == ["top level", "[1, 2]"]


def test_there_is_a_core() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


# ---------------------------------------------------------------- archives read by several


@pytest.mark.parametrize("trouble", ["", "no processes", "processes that die"])
def test_an_archive_reads_the_same_with_workers(
    tmp_path: Path, started: list[Worker], monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    members = letter_members(random_letters(40))
    members[100:100] = [("x/B/empty.png", b""), ("x/C/text.png", b"no image")]
    path = write_tar(tmp_path / "x.tar.gz", members)
    monkeypatch.setattr(archives, "BATCH", 7)
    alone = load_letters(path, progress=False)
    assert started == []
    monkeypatch.setattr(archives, "WORTH_WORKERS", 1)
    monkeypatch.setattr(archives, "cores", lambda: 2)
    if trouble:
        program = "/nowhere/python" if trouble == "no processes" else "/bin/false"
        monkeypatch.setattr(sys, "executable", program)
    together = load_letters(path, progress=False)
    assert len(started) == 2
    assert together.names == alone.names
    assert together.unreadable == alone.unreadable != []
    for letter in LETTERS:
        np.testing.assert_array_equal(together.images[letter], alone.images[letter])


def test_a_damaged_archive_leaves_no_workers_behind(
    tmp_path: Path, started: list[Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_tar(tmp_path / "x.tar.gz", letter_members(random_letters(40)))
    path.write_bytes(path.read_bytes()[:-5000])
    monkeypatch.setattr(archives, "BATCH", 7)
    monkeypatch.setattr(archives, "WORTH_WORKERS", 1)
    monkeypatch.setattr(archives, "cores", lambda: 2)
    with pytest.raises(DataError, match="truncated"):
        load_letters(path, progress=False)
    assert len(started) == 2  # and the fixture sees that they have ended


def test_one_core_starts_no_process(
    tmp_path: Path, started: list[Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_tar(tmp_path / "x.tar.gz", letter_members(random_letters(2)))
    monkeypatch.setattr(archives, "WORTH_WORKERS", 1)
    monkeypatch.setattr(archives, "cores", lambda: 1)
    load_letters(path, progress=False)
    assert started == []
