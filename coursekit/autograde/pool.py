"""Run a function over many jobs in parallel: in processes of this machine, or on a Dask cluster.

Both are executors of `concurrent.futures`; what is added here is that few jobs are in memory at a
time, and that a worker that dies costs its job another attempt and nothing else.
"""

import contextlib
import gc
import logging
import os
import select
import signal
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from tqdm import tqdm

from coursekit import isolation, warm_parents
from coursekit.course import CourseError
from coursekit.warm_parents import WarmParents

_ATTEMPTS = 3
"""How often a job may lose its worker before it is given up."""

_DIED = f"the process that executed it died {_ATTEMPTS} times."

_POLL = 0.5
"""Seconds between two looks at what is running."""

Task = TypeVar("Task")


@dataclass(frozen=True)
class Finished(Generic[Task]):
    """A task that is over: its result, or the problem that kept it from having one."""

    task: Task
    result: Any = None
    problem: str = ""


class Pool:
    """An executor that can be started anew. `size` is how many jobs it runs at a time."""

    def __init__(self, start: Callable[[], Executor], stop: Callable[[Executor], None], size: int):
        self._start, self._stop, self.size = start, stop, size
        self.executor = start()

    def restart(self) -> None:
        """Replace an executor that lost a worker."""
        self._stop(self.executor)
        self.executor = self._start()

    def close(self) -> None:
        """End the workers, and with them whatever they still run."""
        self._stop(self.executor)


def run_all(
    pool: Pool,
    tasks: Iterable[Task],
    load: Callable[[Task], Any],
    work: Callable[[Any], Any],
    watch: Callable[[list[tuple[Task, float]]], None] = lambda running: None,
) -> Iterator[Finished[Task]]:
    """Yield each task when `work(load(task))` is done, in the order in which they finish.

    `load` is called here, shortly before the work begins; `work` in a worker. `watch` is told every
    half second which tasks are running and for how many seconds.
    """
    waiting = iter(tasks)
    again: deque[Task] = deque()
    attempts: Counter[Task] = Counter()
    running: dict[Future[Any], Task] = {}
    since: dict[Task, float] = {}

    def next_task() -> Task | None:
        return again.popleft() if again else next(waiting, None)

    while True:
        # After a loss one at a time, so that it shows which task kills its worker.
        room = 1 if again else pool.size + 1
        while len(running) < room and (task := next_task()) is not None:
            try:
                job = load(task)
            except OSError as error:
                yield Finished(task, problem=f"it can't be read: {error}")
                continue
            attempts[task] += 1
            try:
                running[pool.executor.submit(work, job)] = task
            except BrokenExecutor:  # a worker died while nobody was looking
                if attempts[task] < _ATTEMPTS:
                    again.append(task)
                else:
                    yield Finished(task, problem=_DIED)
                if running:
                    break  # they went down with it, and will say so
                pool.restart()
            room = 1 if again else pool.size + 1
        if not running:
            return
        done, _ = wait(running, timeout=_POLL, return_when=FIRST_COMPLETED)
        now = time.monotonic()
        for future, task in running.items():
            if future.running():
                since.setdefault(task, now)
        watch([(task, now - since[task]) for task in running.values() if task in since])
        lost = False
        for future in done:
            task = running.pop(future)
            since.pop(task, None)
            try:
                yield Finished(task, future.result())
            except BrokenExecutor:
                lost = True
                running[future] = task  # with the others that went down with it
            except CancelledError:
                raise CourseError(
                    "The workers' scheduler ended, or cancelled the work. Marks already written "
                    "are kept; run the same command again to go on."
                ) from None
            except CourseError as error:
                yield Finished(task, problem=str(error))
            except Exception as error:
                yield Finished(task, problem=f"{type(error).__name__}: {error}")
        if lost:
            for task in running.values():
                if attempts[task] < _ATTEMPTS:
                    again.append(task)
                else:
                    yield Finished(task, problem=_DIED)
            running.clear()
            since.clear()
            pool.restart()


@contextlib.contextmanager
def local_pool(workers: int, scratch: Path, preload: tuple[str, ...]) -> Iterator[Pool]:
    """A pool of `workers` processes on this machine, whose temporary files lie in `scratch`.

    All share one pair of warm parents, which have the modules of `preload` imported.
    """
    from loky import ProcessPoolExecutor

    before, warm_parents.folder_of_runs = warm_parents.folder_of_runs, str(scratch)
    parents = isolation.begin_warm(preload) if isolation.why_no_sandbox() is None else None
    pool = Pool(
        lambda: ProcessPoolExecutor(
            workers, initializer=_begin_worker, initargs=(scratch, parents)
        ),
        lambda executor: executor.shutdown(wait=True, kill_workers=True),  # type: ignore[call-arg]
        workers,
    )
    try:
        yield pool
    finally:
        pool.close()
        warm_parents.close()
        warm_parents.folder_of_runs = before  # the other one is about to go


@contextlib.contextmanager
def dask_pool(scheduler: str) -> Iterator[Pool]:
    """A pool of the workers of the Dask cluster whose scheduler listens at `scheduler`.

    Raises `CourseError` if Dask is not installed, or nobody answers, or there are no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise CourseError(
            "--scheduler needs the package distributed; install it with "
            "pip install 'coursekit[cluster]'."
        ) from None
    for name in ("distributed", "distributed.client"):  # what matters of it is said in sentences
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(scheduler, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CourseError(
            f"No Dask scheduler answers at {scheduler} ({error}); start one with 'dask scheduler' "
            "and workers with 'dask worker'."
        ) from None
    with client:
        workers = sum(worker["nthreads"] for worker in client.scheduler_info()["workers"].values())
        if not workers:
            raise CourseError(
                f"The Dask scheduler at {scheduler} has no workers; start some with 'dask worker'."
            )
        pool = Pool(
            lambda: client.get_executor(pure=False, retries=_ATTEMPTS - 1),
            lambda executor: executor.shutdown(wait=False),
            workers,
        )
        yield pool
        pool.close()


def _begin_worker(scratch: Path, parents: WarmParents | None) -> None:
    """Make this process a worker: it leaves Ctrl-C to its parent, and ends when that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tqdm.set_lock(threading.RLock())  # its own is a semaphore, left over when a worker is killed
    gc.freeze()  # what is imported stays; the collector need not look at it again and again
    tempfile.tempdir = str(scratch)
    warm_parents.folder_of_runs = str(scratch)
    if parents is not None:
        warm_parents.use(parents)
    if hasattr(os, "pidfd_open"):
        parent = os.pidfd_open(os.getppid())
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """Wait until the process of the descriptor `parent` has ended, then end this one."""
    select.select([parent], [], [])
    os._exit(1)


def default_workers() -> int:
    """One worker for each core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
