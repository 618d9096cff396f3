"""Run a cleaned submission and record how every graded cell ended.

Ordinary cells run in the student's kernel, graded ones in the judge, and only the judge's verdict
makes an outcome. Stock nbgrader loses a submission whose kernel dies, and reads a warning as a
failure. Here the notebook goes on in a fresh kernel, and each graded cell ends with an outcome.
"""

import asyncio
import contextlib
import re
import shutil
import socket
import stat
import time
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async, run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, ValidationError
from nbformat.v4 import new_code_cell, new_output
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade
from traitlets import Bool, Integer, List, Unicode, default

from coursekit.causes import how_it_stopped, named, with_cause
from coursekit.course import TRAINING_TAG, Course, CourseError
from coursekit.endings import QUESTION, asks_to_end, is_ending, may_end_kernel, may_end_later
from coursekit.files import throw_away_folder
from coursekit.grading_data import grading_data
from coursekit.isolation import (
    Isolation,
    Sandboxed,
    Unsandboxed,
    warm,
    why_no_sandbox,
)
from coursekit.judge.bundle import bundle, hints_command, serve_command
from coursekit.judge.client import START_SECONDS, Door, Judge, JudgeLost
from coursekit.judge.names import instructor_imports, is_test
from coursekit.judge.verdict import Ending, Verdict
from coursekit.outcome import Kind, Outcome, outcome_of
from coursekit.outputs import cut_outputs
from coursekit.plain_files import MAX_BYTES
from coursekit.source import read_source
from coursekit.warm_parents import WarmParents

_MOST_OUTPUT = 20_000_000
"""Characters of output that are taken from one cell, pictures included; the rest is dropped."""

_OUTPUTS = frozenset(
    {"stream", "display_data", "execute_result", "error", "update_display_data", "clear_output"}
)
"""The messages that a notebook keeps something of."""

_NONSENSE = (KeyError, IndexError, TypeError, ValueError, AttributeError, ValidationError)
"""What nbclient raises for answers that no honest kernel gives."""

_ANSWER_SECONDS = 20.0
"""Until an idle kernel has answered the judge's call, or has ended it; plenty on a busy machine."""

_LATER_SECONDS = 0.5
"""By how much what ends a kernel may be later the second time."""

_WATCH_SECONDS = 1.0
"""Until a cell that started something has shown that it does not end the kernel."""

_MOST_PATIENCE = 30.0
"""Seconds to wait for the end of a kernel whose cells have been run again."""

_ENDED = "ended the kernel, and the notebook went on without it."
_DEAF = "ran for too long or printed too much, and could not be interrupted."
"""What is said of cells that are left out."""

_OWN_RECORD = "coursekit"

COPY = "--"
"""In the id of a test, the mark of a copy that judges one of many solutions: it costs no points."""


class _KernelLost(Exception):
    """The kernel died or no longer listens; the cell that did it has its outcome."""


class ExecuteSubmission(Execute):
    """nbgrader's Execute, with a sandbox and a judge, made to lose no mark.

    Each notebook runs in a throw-away folder that holds the instructor's `utils` and `data` and the
    student's checkpoints. Cells tagged `training` are passed over. Threads are fixed to one, so
    that scores do not depend on the load of the machine.
    """

    timeout = Integer(60, help="Seconds that one cell may take.").tag(config=True)
    notebook_timeout = Integer(
        1200,
        help="Seconds that a notebook's cells without points may take together, restarts included. "
        "Those that are left then are not run: a thousand slow cells would hold up the class.",
    ).tag(config=True)
    restarts = Integer(
        5, help="How often a notebook may lose its kernel and go on in a fresh one."
    ).tag(config=True)
    preload = List(
        Unicode(),
        help="Modules that take long to import: they are imported once, and every kernel and judge "
        "is forked from a process that has them.",
    ).tag(config=True)
    allow_unsandboxed = Bool(
        False,
        help="Where there is no sandbox, run submissions as this user, without isolation. "
        "Students' code can then read hidden tests and change files; the report says so.",
    ).tag(config=True)

    nb: NotebookNode
    _talking: NotebookNode | None = None
    _said = 0
    _spent = 0.0
    _at = -1
    """The cell that is running."""
    _lost: set[int]
    """The cells that ended their kernel, which are not run again."""
    _stops: dict[int, str]
    """How those cells ended that did not run to their end."""
    _watchful = False
    """Whether any cell may end the kernel a moment after its reply."""
    _asked_to_end = False

    @default("shutdown_kernel")
    def _shutdown_kernel_default(self) -> str:
        return "immediate"

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        course = Course(Path(self.config.CourseDirectory.root))
        source = read_source(course, resources["nbgrader"]["notebook"])
        submission = Path(resources["metadata"]["path"])
        for cell in nb.cells:
            cell.metadata.pop(_OWN_RECORD, None)
        if problem := nb.metadata.get(_OWN_RECORD, {}).get("unreadable"):
            for cell in filter(is_grade, nb.cells):
                Outcome(Kind.MISSING, problem).write_to(cell)
                _settle(cell)
            return nb, resources
        parents = warm(tuple(self.preload))
        with throw_away_folder("grading-", parents.base if parents else None) as folder:
            prepare_folder(folder, submission, grading_data(course.root / "build/grading_data"))
            self._isolation = self._isolate(folder, nb, parents)
            NotebookClient.__init__(self, nb, km)
            self._check_assign_resources(
                {**resources, "metadata": {**resources["metadata"], "path": str(folder)}}
            )
            self._imports = instructor_imports(source)
            self._judge = Judge(self._imports, self._isolation.start_judge)
            try:
                self._run(nb)
            finally:
                self._judge.close()
        cut_outputs(nb)
        for cell in nb.cells:
            _settle(cell)
        return nb, resources

    def _isolate(self, folder: Path, nb: NotebookNode, parents: WarmParents | None) -> Isolation:
        """Return where kernel and judge run; without a sandbox only if that is allowed."""
        problem = why_no_sandbox()
        if problem is None:
            return Sandboxed(folder, warm=parents)
        if not self.allow_unsandboxed:
            raise CourseError(problem)
        nb.metadata[_OWN_RECORD]["flags"].append(f"was graded without a sandbox. {problem}")
        return Unsandboxed(folder)

    def create_kernel_manager(self) -> Any:
        self.km = self._isolation.kernel_manager()
        return self.km

    # --- the notebook ------------------------------------------------------------------------

    def _run(self, nb: NotebookNode) -> None:
        """Execute all cells, starting a fresh kernel after each loss."""
        self._lost, self._stops, self._spent = set(), {}, 0.0
        self._watchful = any(map(_is_suspect, nb.cells))
        index, blamed, lived, losses = 0, -1, 0.0, 0
        while index < len(nb.cells) and losses <= self.restarts:
            self.reset_execution_trackers()
            self._at = -1
            started = time.monotonic()
            try:
                with self.setup_kernel():
                    run_sync(self._request)(bundle())  # before anything of the student's
                    self._replay(nb, index)
                    if losses:
                        self._outlive(nb, index, started + lived + _LATER_SECONDS)
                    while index < len(nb.cells):
                        self._execute(nb, index)
                        index += 1
                    self._note_hints(nb)
            except _KernelLost:
                losses += 1
                if self._at == index:
                    blamed, lived = index, time.monotonic() - started
                    self._charge(nb, index)
                    index += 1
                else:  # run again, the cells before end the kernel: then one of them did it before
                    if blamed == index - 1:
                        index = blamed
                        self._acquit(nb, index)
                    self._charge(nb, self._culprit(nb))

    def _charge(self, nb: NotebookNode, index: int) -> None:
        """Leave a cell that ended its kernel out from now on."""
        self._lost.add(index)
        cell = nb.cells[index]
        if cell.cell_type == "code" and not is_test(cell):
            if self._stops.get(index) != _DEAF:
                self._stops[index] = _ENDED
            _note_loss(cell, "This cell ended the kernel; the notebook goes on without it.")
            flag = f"{named(cell)} {self._stops[index]}"
            if flag not in nb.metadata[_OWN_RECORD]["flags"]:
                nb.metadata[_OWN_RECORD]["flags"].append(flag)

    def _acquit(self, nb: NotebookNode, index: int) -> None:
        """Take back that a cell ended the kernel; it will be run again."""
        self._lost.discard(index)
        cell = nb.cells[index]
        if cell.cell_type == "code":
            cell.outputs = []
            cell.metadata.pop(_OWN_RECORD, None)
            if stop := self._stops.pop(index, None):
                nb.metadata[_OWN_RECORD]["flags"].remove(f"{named(cell)} {stop}")

    def _culprit(self, nb: NotebookNode) -> int:
        """Return which of the cells that were run again ended the kernel: the last that may have.

        Else it is the one that was running: nothing is known to end a kernel in any of them.
        """
        candidates = [
            index
            for index in range(self._at + 1)
            if index not in self._lost and _is_suspect(nb.cells[index])
        ]
        return candidates[-1] if candidates else max(0, self._at)

    def _replay(self, nb: NotebookNode, end: int) -> None:
        """Bring a fresh kernel to where the lost one was: all cells before `end` but the tests."""
        for index in range(end):
            cell = nb.cells[index]
            if cell.cell_type != "code" or is_test(cell) or _timed_out(cell):
                continue
            outputs = cell.outputs
            try:
                self._execute(nb, index, again=True)
            finally:
                nb.cells[index].outputs = outputs

    def _outlive(self, nb: NotebookNode, end: int, until: float) -> None:
        """Wait whether a cell that was run again ends this kernel as it may have ended the last.

        Where no cell before `end` is known to end kernels, there is nothing to wait for.
        """
        if not any(map(_is_suspect, (nb.cells[i] for i in set(range(end)) - self._lost))):
            return
        self._watch(min(until - time.monotonic(), _MOST_PATIENCE))

    def _watch(self, seconds: float) -> None:
        """Wait whether the idle kernel ends by itself."""
        started = time.monotonic()
        try:
            while time.monotonic() < started + seconds:
                if run_sync(self._is_ending)():
                    raise _KernelLost
                time.sleep(0.05)
        finally:
            self._spent += time.monotonic() - started

    def _execute(self, nb: NotebookNode, index: int, *, again: bool = False) -> None:
        cell = nb.cells[index]
        if cell.cell_type != "code" or not cell.source.strip() or index in self._lost:
            return
        self._at = index
        if _is_training(cell):
            note = "The grader does not run this cell: it trains for long.\n"
            cell.outputs = [new_output("stream", name="stdout", text=note)]
            return
        self._asked_to_end = False
        if is_test(cell):
            run_sync(self._judge_cell)(cell)
        elif self._spent > self.notebook_timeout:
            text = f"Not run: the cells before took more than {self.notebook_timeout} seconds.\n"
            cell.outputs = [new_output("stream", name="stdout", text=text)]
            self._stops[index] = "was not run: the cells before it took too long."
            return
        else:
            self._execute_own(cell, index)
        if self._asked_to_end or (self._watchful and run_sync(self._is_ending)()):
            raise _KernelLost
        if not again and _is_suspect(cell) and may_end_later(cell.source):
            self._watch(_WATCH_SECONDS)

    def _execute_own(self, cell: NotebookNode, index: int) -> None:
        """Execute a cell without points."""
        started = time.monotonic()
        try:
            self.execute_cell(cell, index, store_history=True)
        except DeadKernelError:
            _note_loss(cell, self._why_dead("this cell"))
            raise _KernelLost from None
        except (CellTimeoutError, TimeoutError, *_NONSENSE):
            _note_loss(cell, f"This cell {_DEAF} It had {self.timeout} seconds.")
            self._stops[index] = _DEAF
            raise _KernelLost from None
        finally:
            self._spent += time.monotonic() - started
        if stop := how_it_stopped(cell):
            self._stops[index] = stop
        else:
            self._stops.pop(index, None)

    def on_cell_executed(self, **about: Any) -> None:
        """Note whether the kernel says in its reply that it will end."""
        super().on_cell_executed(**about)
        self._asked_to_end |= asks_to_end(about["execute_reply"])

    async def _is_ending(self) -> bool:
        """Ask the kernel whether it was told to end; one that does not answer has ended."""
        try:
            outputs = await self._request(QUESTION, _ANSWER_SECONDS)
        except (DeadKernelError, CellTimeoutError, TimeoutError, *_NONSENSE):
            return True
        printed = ("".join(o.text) for o in outputs if o.output_type == "stream")
        return is_ending("".join(printed))

    def _note_hints(self, nb: NotebookNode) -> None:
        """Flag what the kernel says was replaced in it; it may lie, and nothing depends on it."""
        with contextlib.suppress(DeadKernelError, CellTimeoutError, TimeoutError, *_NONSENSE):
            outputs = run_sync(self._request)(hints_command(), _ANSWER_SECONDS)
            text = "".join(output.text for output in outputs if output.output_type == "stream")
            names = [name for name in text.split() if re.fullmatch(r"[\w.]{1,60}", name)]
            if names:
                flags = nb.metadata[_OWN_RECORD]["flags"]
                flags.append(f"the notebook replaced {', '.join(names[:8])} while it ran.")

    # --- graded cells ------------------------------------------------------------------------

    async def _judge_cell(self, cell: NotebookNode) -> None:
        """Let the judge run a graded cell on the kernel, and record the outcome."""
        with Door(self._isolation.folder) as door:
            serving = asyncio.ensure_future(
                self._request(
                    serve_command(self._isolation.seen(door.path)),
                    # the judge may have to import first
                    self.timeout + 2 * START_SECONDS + 2 * _ANSWER_SECONDS,
                )
            )
            connection = await _first_of(door, serving)
            if connection is None:
                Outcome(
                    Kind.NOT_REACHED,
                    "The kernel no longer did what the grader asked when this test was to run.",
                ).write_to(cell)
                verdict = None
            else:
                with connection:
                    verdict = await self._verdict(cell.source, connection)
                outcome = outcome_of(verdict, self.timeout)
                with_cause(outcome, verdict, self.nb.cells, self._stops).write_to(cell)
        if verdict is not None and verdict.output:
            cell.outputs = [new_output("stream", name="stdout", text=verdict.output)]
        try:
            late = verdict is not None and verdict.ending is Ending.OUT_OF_TIME
            cell.outputs += await self._until_idle(serving, 0.5 if late else _ANSWER_SECONDS)
        except DeadKernelError:
            if verdict is None or verdict.ending is Ending.LOST:
                Outcome(Kind.KERNEL_DIED, self._why_dead("this test")).write_to(cell)
            raise _KernelLost from None
        except (CellTimeoutError, TimeoutError, *_NONSENSE):
            raise _KernelLost from None

    async def _verdict(self, source: str, connection: socket.socket) -> Verdict:
        """Return the judge's verdict. A judge that was ended by what it got is replaced."""
        try:
            return await asyncio.to_thread(
                self._judge.run_cell,
                source,
                connection,
                float(self.timeout),
                _below_full_marks(self.nb),
            )
        except JudgeLost as error:
            self._judge = Judge(self._imports, self._isolation.start_judge)
            return Verdict(Ending.BROKEN, str(error))

    async def _request(self, code: str, seconds: float = 2 * START_SECONDS) -> list[NotebookNode]:
        """Run code of ours in the kernel; return the outputs.

        Raises nbclient's errors when the kernel dies or does not end in time.
        """
        cell = new_code_cell(code, metadata={"seconds": int(seconds)})
        self.nb.cells.append(cell)
        try:
            await self.async_execute_cell(cell, len(self.nb.cells) - 1, store_history=False)
        finally:
            self.nb.cells.pop()
        return list(cell.outputs)

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Take a message of the kernel; a student's code can send any.

        Outputs beyond _MOST_OUTPUT are dropped, and what is no output or makes no sense.
        """
        if self._talking is not cell:
            self._talking, self._said = cell, 0
        try:
            if msg["msg_type"] != "status":
                self._said += len(str(msg["content"]))
                if self._said > _MOST_OUTPUT or msg["msg_type"] not in _OUTPUTS:
                    return None
            return super().process_message(msg, cell, cell_index)
        except _NONSENSE:
            return None

    def _get_timeout(self, cell: NotebookNode | None) -> int | None:
        """Return a cell's seconds; a request of ours brings its own."""
        if cell is not None and "seconds" in cell.metadata:
            return int(cell.metadata["seconds"])
        return int(self.timeout)

    async def _until_idle(
        self, serving: "asyncio.Future[list[NotebookNode]]", patience: float
    ) -> list[Any]:
        """Wait until the kernel has ended a request; interrupt it if need be, then kill it.

        `patience` is in seconds, until the interrupt. Returns the request's outputs. Raises
        `TimeoutError` or `DeadKernelError` for a lost kernel.
        """
        done, _ = await asyncio.wait({serving}, timeout=patience)
        if not done:
            await ensure_async(self.km.interrupt_kernel())
            done, _ = await asyncio.wait({serving}, timeout=3.0)
        if not done:
            with contextlib.suppress(Exception):
                await ensure_async(self.km.shutdown_kernel(now=True))
            await asyncio.wait({serving}, timeout=_ANSWER_SECONDS)
            serving.cancel()
            with contextlib.suppress(DeadKernelError, CellTimeoutError, asyncio.CancelledError):
                await serving
            raise TimeoutError
        return [output for output in serving.result() if output.output_type != "error"]

    def _why_dead(self, what: str) -> str:
        reason = getattr(getattr(self.km, "provisioner", None), "reason", None)
        return f"The kernel died while {what} ran. {reason or ''}".strip()


def _is_suspect(cell: NotebookNode) -> bool:
    """Return whether a cell of a submission may end its kernel, at once or later."""
    runs = cell.cell_type == "code" and not is_test(cell) and not _is_training(cell)
    return runs and may_end_kernel(cell.source)


def _is_training(cell: NotebookNode) -> bool:
    return TRAINING_TAG in cell.metadata.get("tags", [])


def _below_full_marks(nb: NotebookNode) -> set[str]:
    """Return the ids of the tests that have an outcome by now, and not full marks."""
    tests = [cell for cell in nb.cells if is_test(cell) and COPY not in cell["id"]]
    run = [cell for cell in tests if _OWN_RECORD in cell.metadata]
    return {cell["id"] for cell in run if Outcome.read_from(cell).kind is not Kind.PASSED}


def _timed_out(cell: NotebookNode) -> bool:
    return any(
        output.output_type == "error" and output.ename == "CellTimeoutError"
        for output in cell.outputs
    )


def _note_loss(cell: NotebookNode, message: str) -> None:
    cell.outputs = [*cell.outputs, new_output("stream", name="stdout", text=f"{message}\n")]


async def _first_of(door: Door, serving: "asyncio.Future[Any]") -> socket.socket | None:
    """Return the kernel's connection; None if the kernel's request ends without one, or hangs."""
    accepting = asyncio.ensure_future(asyncio.get_running_loop().sock_accept(door.socket))
    await asyncio.wait(
        {accepting, serving}, timeout=_ANSWER_SECONDS, return_when=asyncio.FIRST_COMPLETED
    )
    if accepting.done():
        connection, _ = accepting.result()
        connection.setblocking(True)
        return connection
    accepting.cancel()
    return None


def prepare_folder(folder: Path, submission: Path, data: Path) -> None:
    """Fill `folder` with what a graded notebook may see.

    A copy of `data` and the checkpoints of `submission`; nothing else that a student handed in is
    there. The instructor's `utils` comes with the isolation.
    """
    shutil.copytree(data, folder / "data")
    (folder / "model_checkpoints").mkdir()
    for checkpoint in sorted((submission / "model_checkpoints").glob("*.pt")):
        status = checkpoint.lstat()
        if stat.S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES:
            shutil.copy(checkpoint, folder / "model_checkpoints")


def _settle(cell: NotebookNode) -> None:
    """Make a cell's outputs say to nbgrader exactly what its outcome says, and no more.

    nbgrader reads scores off outputs: any error or text on stderr is 0, a value is partial credit,
    nothing is full marks. A test without a verdict must therefore end with an error.
    """
    if cell.cell_type != "code":
        return
    if not is_test(cell):
        return
    if _OWN_RECORD not in cell.metadata:
        Outcome(Kind.NOT_REACHED, "An earlier cell stopped the notebook.").write_to(cell)
    outcome = Outcome.read_from(cell)
    kept = []
    for output in cell.outputs:
        if output.output_type == "stream":
            output.name = "stdout"
        if output.output_type not in ("execute_result", "error"):
            kept.append(output)
    if outcome.kind is not Kind.PASSED:
        name = outcome.kind.title().replace(" ", "")
        kept.append(
            new_output("error", ename=name, evalue=outcome.message, traceback=[outcome.message])
        )
    cell.outputs = kept
