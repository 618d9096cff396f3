"""Run a cleaned submission and record how every graded cell ended.

Stock nbgrader loses a submission whose kernel dies, and reads a warning as a failure. Here the
notebook goes on in a fresh kernel, and each graded cell ends with an outcome.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Integer, default

from coursekit.course import REPOSITORY, TRAINING_TAG, Course
from coursekit.grading_data import grading_data
from coursekit.outcome import Kind, Outcome, outcome_of

_LONGEST_TEXT = 20_000
"""Characters of one text output that are kept; more would swamp feedback."""


class _KernelLost(Exception):
    """The kernel died or no longer listens; the cell that did it has its outcome."""


class ExecuteSubmission(Execute):
    """nbgrader's Execute, made to lose no mark.

    Each notebook runs in a throw-away folder that holds the instructor's `utils` and `data` and the
    student's checkpoints. Cells tagged `training` are passed over. Threads are fixed to one, so
    that scores do not depend on the load of the machine.
    """

    timeout = Integer(60, help="Seconds that one cell may take.").tag(config=True)
    restarts = Integer(
        3, help="How often a notebook may lose its kernel and go on in a fresh one."
    ).tag(config=True)

    @default("shutdown_kernel")
    def _shutdown_kernel_default(self) -> str:
        return "immediate"

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        course = Course(Path(self.config.CourseDirectory.root))
        submission = Path(resources["metadata"]["path"])
        with tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as folder:
            prepare_folder(
                Path(folder), submission, grading_data(course.root / "build/grading_data")
            )
            NotebookClient.__init__(self, nb, km)
            self._check_assign_resources(
                {**resources, "metadata": {**resources["metadata"], "path": folder}}
            )
            self._run(nb)
        for cell in nb.cells:
            _settle(cell, nb, self.timeout)
        return nb, resources

    def _run(self, nb: NotebookNode) -> None:
        """Execute all cells, starting a fresh kernel after each loss."""
        lost: set[int] = set()
        index = 0
        while index < len(nb.cells):
            if len(lost) > self.restarts:
                break
            self.reset_execution_trackers()
            try:
                with self.setup_kernel(env=kernel_environment()):
                    self._replay(nb, index, lost)
                    while index < len(nb.cells):
                        self._execute(nb, index)
                        index += 1
            except _KernelLost:
                if index in lost:
                    break  # the cells before it, run again, kill the kernel: nothing to go on with
                lost.add(index)
                index += 1

    def _replay(self, nb: NotebookNode, end: int, lost: set[int]) -> None:
        """Bring a fresh kernel to where the lost one was: all cells before `end` but the tests."""
        for index in range(end):
            cell = nb.cells[index]
            if cell.cell_type != "code" or index in lost or _is_graded(cell):
                continue
            outputs = cell.outputs
            self._execute(nb, index)
            nb.cells[index].outputs = outputs

    def _execute(self, nb: NotebookNode, index: int) -> None:
        cell = nb.cells[index]
        if cell.cell_type != "code" or not cell.source.strip():
            return
        if TRAINING_TAG in cell.metadata.get("tags", []):
            note = "The grader does not run this cell: it trains for long.\n"
            cell.outputs = [new_output("stream", name="stdout", text=note)]
            return
        cell.metadata["coursekit_ran"] = True
        try:
            self.execute_cell(cell, index, store_history=True)
        except DeadKernelError:
            _record_loss(cell, Kind.KERNEL_DIED, "The kernel died while this cell ran.")
            raise _KernelLost from None
        except (CellTimeoutError, TimeoutError):
            _record_loss(
                cell,
                Kind.TIMED_OUT,
                f"The cell ran for more than {self.timeout} seconds and could not be interrupted.",
            )
            raise _KernelLost from None


def prepare_folder(folder: Path, submission: Path, data: Path) -> None:
    """Fill `folder` with what a graded notebook may see.

    `utils` (the instructor's), a copy of `data`, and the checkpoints of `submission`; nothing else
    that a student handed in is there.
    """
    not_needed = shutil.ignore_patterns("embedded", "images", "__pycache__")
    shutil.copytree(REPOSITORY / "utils", folder / "utils", ignore=not_needed)
    shutil.copytree(data, folder / "data")
    (folder / "model_checkpoints").mkdir()
    for checkpoint in sorted((submission / "model_checkpoints").glob("*.pt")):
        if checkpoint.is_file() and not checkpoint.is_symlink():
            shutil.copy(checkpoint, folder / "model_checkpoints")


def kernel_environment() -> dict[str, str]:
    """Return the environment of a student's kernel: ours, with threads and data source fixed."""
    return {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "NOTMNIST_SOURCE": "local",
        "TQDM_DISABLE": "1",
    }


def _is_graded(cell: NotebookNode) -> bool:
    nbgrader = cell.metadata.get("nbgrader", {})
    return bool(nbgrader.get("grade")) and not nbgrader.get("solution")


def _record_loss(cell: NotebookNode, kind: Kind, message: str) -> None:
    Outcome(kind, message).write_to(cell)


def _settle(cell: NotebookNode, nb: NotebookNode, timeout: float) -> None:
    """Make a cell's outputs say to nbgrader exactly what its outcome says, and no more.

    nbgrader reads scores off outputs: any error or text on stderr is 0, a value is partial credit,
    nothing is full marks. A test that did not run must therefore end with an error.
    """
    if cell.cell_type != "code":
        return
    ran = cell.metadata.pop("coursekit_ran", False)
    for output in cell.outputs:
        if output.output_type == "stream" and len(output.text) > _LONGEST_TEXT:
            output.text = output.text[:_LONGEST_TEXT] + "\n… (the rest was cut off)\n"
    if not _is_graded(cell):
        return
    if "coursekit" in cell.metadata:
        outcome = Outcome.read_from(cell)
    elif not ran or cell.execution_count is None:
        outcome = Outcome(Kind.NOT_REACHED, "An earlier cell stopped the notebook.")
    else:
        outcome = outcome_of(cell, nb, timeout)
    outcome.write_to(cell)
    kept = []
    for output in cell.outputs:
        if output.output_type == "stream":
            output.name = "stdout"
        if output.output_type != "execute_result":
            kept.append(output)
    if outcome.kind is not Kind.PASSED and not any(o.output_type == "error" for o in kept):
        name = outcome.kind.title().replace(" ", "")
        kept.append(
            new_output("error", ename=name, evalue=outcome.message, traceback=[outcome.message])
        )
    cell.outputs = kept
