"""Work on foreign input in processes of their own, under limits of time, memory and file size."""

import errno
import multiprocessing
import os
import resource
import signal
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeVar

Task = TypeVar("Task")


@dataclass(frozen=True)
class Limits:
    """What one process may use."""

    seconds: float = 90
    memory: int = 2_000_000_000
    """Bytes, on top of what the modules need that are loaded when it begins."""
    file: int = 60_000_000
    """Bytes of each file that it writes."""


def run_limited(
    tasks: Iterable[Task],
    work: Callable[[Task], None],
    workers: int,
    limits: Limits,
    log: Path,
    modules: tuple[str, ...] = (),
) -> Iterator[tuple[Task, str | None]]:
    """Yield each task when `work(task)` has ended, with what was wrong, in a few words, or None.

    Each call has a process of its own, `workers` at a time, forked from one that has imported
    `modules` and nothing else. Tracebacks go to the file `log`.
    """
    forks = _forks(modules)
    waiting = iter(tasks)
    running: dict[BaseProcess, tuple[Task, float]] = {}
    try:
        while True:
            while len(running) < workers and (task := next(waiting, None)) is not None:
                process: BaseProcess = forks.Process(
                    target=_limited, args=(work, task, limits, log)
                )
                process.start()
                running[process] = task, time.monotonic() + limits.seconds
            if not running:
                return
            next_end = min(end for _, end in running.values())
            wait([p.sentinel for p in running], max(0, next_end - time.monotonic()))
            for process, (task, end) in list(running.items()):
                late = process.is_alive() and time.monotonic() > end
                if process.is_alive() and not late:
                    continue
                process.kill()
                process.join()
                del running[process]
                yield task, _problem(process.exitcode, late, limits)
    finally:
        for process in running:
            process.kill()
            process.join()


def _forks(modules: tuple[str, ...]) -> ForkServerContext:
    """Return what forks processes that have `modules`, when it has them, so that none waits."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(list(modules))
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # they inherit it: Ctrl-C is for us alone
    try:
        forkserver.ensure_running()
    finally:
        signal.signal(signal.SIGINT, before)
    first = forks.Process(target=_nothing)
    first.start()
    first.join()
    return forks


def _nothing() -> None:
    """Do nothing."""


_OUT_OF_MEMORY, _TOO_LARGE, _FAILED, _CRASHED = 3, 4, 5, -1


def _problem(status: int | None, late: bool, limits: Limits) -> str | None:
    if late:
        return f"it took more than {limits.seconds:g} seconds"
    if status == 0:
        return None
    return {
        _OUT_OF_MEMORY: f"it needed more than {limits.memory / 1e9:g} GB of memory",
        _TOO_LARGE: f"it would be larger than {limits.file / 1e6:g} MB",
        _FAILED: "an error came up",
    }.get(status or _CRASHED, "the process that made it crashed")


def _limited(work: Callable[[Task], None], task: Task, limits: Limits, log: Path) -> None:
    """Do the work in this process, and end it with a status that says how it went."""
    warnings.simplefilter("ignore")  # they would break the parent's progress bar
    resource.setrlimit(resource.RLIMIT_AS, (_memory_now() + limits.memory,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(limits.seconds) + 1,) * 2)  # without a parent, too
    status = 0
    try:
        work(task)
    except MemoryError:
        status = _OUT_OF_MEMORY
    except OSError as error:
        status = _TOO_LARGE if error.errno == errno.EFBIG else _FAILED
        _note(log, task)
    except BaseException:
        status = _FAILED
        _note(log, task)
    os._exit(status)


def _note(log: Path, task: object) -> None:
    with log.open("a", encoding="utf-8", errors="replace") as file:
        file.write(f"{task!r:.200}\n{traceback.format_exc()[-5000:]}\n")


def _memory_now() -> int:
    """Return the size of this process's address space; a guess where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 1_000_000_000
    return pages * resource.getpagesize()
