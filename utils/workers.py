"""Share work among the cores of a computer.

Python code runs in one thread at a time (the "global interpreter lock"), so that threads save time
only while they wait or while a library computes for long. Other processes have locks of their own.
Here they are plain Python programs, `python -m utils.workers`, that read a function and its
argument from one pipe and write the result to another.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

Tag = TypeVar("Tag")
Item = TypeVar("Item")
Result = TypeVar("Result")

COURSE = Path(__file__).parents[1]  # the folder that `utils` is imported from


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ordered_map(
    function: Callable[[Item], Result], items: Iterable[tuple[Tag, Item]], workers: int
) -> Generator[tuple[Tag, Result], None, None]:
    """Yield (tag, function(item)) for every (tag, item), in order, computed by other processes.

    `function` must be one that can be imported, items and results ones that can be pickled; tags
    stay here. At most three items per worker are on their way at any time, so memory stays small
    however many there are. With no workers, and where other processes cannot be started or die,
    this process does their work: slower, same results.
    """
    if workers < 1:
        for tag, item in items:
            yield tag, function(item)
        return
    idle: SimpleQueue[Worker] = SimpleQueue()

    def delegate(item: Item) -> Result:
        worker = idle.get()
        try:
            return worker.call(function, item)
        finally:
            idle.put(worker)

    # One thread for each process: it sleeps until the answer comes, so that the lock is free.
    with ExitStack() as at_the_end, ThreadPoolExecutor(workers) as threads:
        for _ in range(workers):
            worker = Worker()
            at_the_end.callback(worker.stop)
            idle.put(worker)
        pending: deque[tuple[Tag, Future[Result]]] = deque()
        for tag, item in items:
            pending.append((tag, threads.submit(delegate, item)))
            if len(pending) == 3 * workers:
                yield _answer(pending)
        while pending:
            yield _answer(pending)


def _answer(pending: deque[tuple[Tag, Future[Result]]]) -> tuple[Tag, Result]:
    tag, future = pending.popleft()
    return tag, future.result()


class Worker:
    """Another Python process that calls functions for this one."""

    def __init__(self) -> None:
        command = [sys.executable or "", "-m", "utils.workers"]
        # one thread each, since there is a worker for every core
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        no_window = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows
        self.process: subprocess.Popen[bytes] | None = None
        with suppress(OSError, ValueError):
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=COURSE,
                env=environment,
                creationflags=no_window,
            )

    def call(self, function: Callable[[Item], Result], item: Item) -> Result:
        """Return function(item), from the other process if it lives."""
        if self.process is not None:
            try:
                assert self.process.stdin is not None and self.process.stdout is not None
                pickle.dump((function, item), self.process.stdin, pickle.HIGHEST_PROTOCOL)
                self.process.stdin.flush()
                return pickle.load(self.process.stdout)
            except (OSError, EOFError, pickle.UnpicklingError):
                self.stop()
        return function(item)

    def stop(self) -> None:
        """End the process: it stops by itself when nothing more can come."""
        process, self.process = self.process, None
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                with suppress(OSError):
                    pipe.close()
            process.wait()


def work() -> None:
    """Be a worker: answer requests until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a function prints must not get among the answers
    with suppress(EOFError, BrokenPipeError):
        while True:
            function, item = pickle.load(requests)
            result: Any = function(item)
            pickle.dump(result, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()


if __name__ == "__main__":
    work()
