"""Run zoo and mutants through the tests, many per kernel, and say what became of each."""

import os
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode
from tqdm import tqdm

from coursekit.autograde.execution import execute
from coursekit.autograde.jobs import ANY_KIT, Job, Settings
from coursekit.autograde.lock import only_grader
from coursekit.autograde.pool import default_workers, local_pool, run_all
from coursekit.autograde.run import Choice, settings_of
from coursekit.course import TRAINING_TAG, Course, CourseError
from coursekit.judge.names import hidden_lines, is_test
from coursekit.outcome import Kind, Outcome
from coursekit.proving.mutants import Mutant, mutants_of
from coursekit.proving.stage import Judged, SpoiltError, Stage, judge, judges_of
from coursekit.proving.zoo import Solution, tasks_of, zoo_of
from coursekit.solved import solve
from coursekit.source import read_source

_TOGETHER = 40
"""Solutions that share a kernel."""

_SECONDS = 20
"""What one test of a mutant may take: endless loops are among them."""


@dataclass(frozen=True)
class Filter:
    """What of the proof to run; empty: everything."""

    notebooks: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    sample: int | None = None
    """So many mutants, of a few tasks, and no zoo."""
    seed: int = 15


@dataclass
class TaskProof:
    """What was found out about the tests of one task."""

    notebook: str
    task: str
    solutions: dict[Solution, Judged] = field(default_factory=dict)
    mutants: dict[Mutant, Judged] = field(default_factory=dict)
    trained: bool = False
    """Whether graders judge a checkpoint instead of running the cell: it has no mutants."""

    @property
    def survivors(self) -> list[Mutant]:
        return [mutant for mutant, judged in self.mutants.items() if judged.accepted]


def run_proof(course: Course, chosen: Filter) -> list[TaskProof]:
    """Judge zoo and mutants of the chosen tasks; return what was found, in the tasks' order.

    Raises `CourseError` if a task is not known, or something could not be judged at all.
    """
    proofs = _chosen(course, chosen)
    shipped = settings_of(course, Choice())
    settings = Settings(_SECONDS, shipped.preload, True, shipped.notebook_timeout, 1000)
    work = list(_work(course, proofs, settings, chosen))
    total = sum(len(one.items) for one in work)
    results: dict[Solution | Mutant, Judged] = {}
    with (
        only_grader(course) as scratch,
        local_pool(default_workers(), scratch, settings.preload) as pool,
        tqdm(total=total, desc="proof", unit="solution") as bar,
    ):
        while work:
            again = []
            for done in run_all(pool, work, lambda one: one.load, _judge):
                if done.problem:
                    if len(done.task.items) == 1:
                        raise CourseError(f"{done.task.items[0]}: {done.problem}")
                    again += done.task.halves()
                else:
                    results |= zip(done.task.items, done.result, strict=True)
                    bar.update(len(done.task.items))
            work = again
    for proof in proofs:
        proof.solutions = {s: results[s] for s in zoo_of(course, proof.task) if s in results}
        cell = _cell(read_source(course, proof.notebook), proof.task)
        mutants = mutants_of(proof.task, cell.source)
        proof.mutants = {mutant: results[mutant] for mutant in mutants if mutant in results}
    return [proof for proof in proofs if proof.solutions or proof.mutants]


def _chosen(course: Course, chosen: Filter) -> list[TaskProof]:
    notebooks = [course.find_notebook(name) for name in chosen.notebooks] or course.notebooks
    proofs = []
    for notebook in notebooks:
        source = read_source(course, notebook)
        for task in tasks_of(course, notebook):
            if not chosen.tasks or task in chosen.tasks:
                trained = TRAINING_TAG in _cell(source, task).metadata.get("tags", [])
                proofs.append(TaskProof(notebook, task, trained=trained))
    if unknown := set(chosen.tasks) - {proof.task for proof in proofs}:
        raise CourseError(f"There is no task {', '.join(sorted(unknown))} to prove.")
    return proofs


@dataclass(frozen=True)
class _Work:
    """Some solutions of a task, and what a worker needs to judge them."""

    items: tuple[Solution | Mutant, ...]
    load: "Stage | tuple[Job, Job]"

    def halves(self) -> "list[_Work]":
        """Return the same in two parts, for those that spoil each other."""
        assert isinstance(self.load, Stage)
        middle = len(self.items) // 2
        return [
            _Work(self.items[part], Stage(**{**vars(self.load), "texts": self.load.texts[part]}))
            for part in (slice(None, middle), slice(middle, None))
        ]


def _work(
    course: Course, proofs: list[TaskProof], settings: Settings, chosen: Filter
) -> Iterator[_Work]:
    mutants: dict[str, list[Mutant]] = {}
    for proof in proofs:
        cell = _cell(read_source(course, proof.notebook), proof.task)
        mutants[proof.task] = [] if proof.trained else mutants_of(proof.task, cell.source)
    if chosen.sample is not None:
        mutants = _sample(mutants, chosen.sample, chosen.seed)
    for proof in proofs:
        zoo = zoo_of(course, proof.task) if chosen.sample is None else []
        if proof.trained:
            yield from (_Work((one,), _jobs(course, proof, one, settings)) for one in zoo)
            continue
        source = (course.source / f"{proof.notebook}.ipynb").read_bytes()
        items: list[Solution | Mutant] = [*zoo, *mutants[proof.task]]
        for start in range(0, len(items), _TOGETHER):
            group = tuple(items[start : start + _TOGETHER])
            texts = tuple(one.text for one in group)
            yield _Work(group, Stage(proof.notebook, proof.task, source, texts, settings))


def _sample(mutants: dict[str, list[Mutant]], size: int, seed: int) -> dict[str, list[Mutant]]:
    """Return `size` mutants of a few tasks, as each task takes a kernel of its own."""
    draw = random.Random(seed)
    names = [task for task, some in mutants.items() if some]
    tasks = draw.sample(names, min(len(names), size // 10 + 1))
    pool = [mutant for task in tasks for mutant in mutants[task]]
    drawn: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in draw.sample(pool, min(size, len(pool))):
        drawn[mutant.task].append(mutant)
    return {task: drawn[task] for task in mutants}


def _judge(load: Stage | tuple[Job, Job]) -> list[Judged]:
    """Judge in a worker what `_Work.load` holds."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if isinstance(load, Stage):
        try:
            return judge(load)
        except SpoiltError:
            if len(load.texts) > 1:
                raise
            return judge(load, trusting=True)
    whole, visible = (nbformat.reads(execute(job).decode(), as_version=4) for job in load)
    return [_of_notebook(whole, visible)]


def _jobs(
    course: Course, proof: TaskProof, solution: Solution, settings: Settings
) -> tuple[Job, Job]:
    """Return the whole notebook with a solution in it, to grade with and without hidden tests."""
    work = solve(course, proof.notebook, {proof.task: solution.text})
    source = read_source(course, proof.notebook)
    for cell in source.cells:
        if is_test(cell) and cell not in judges_of(source, proof.task):
            cell.source = "pass"
    jobs = []
    for hidden in (True, False):
        if not hidden:
            for cell in filter(is_test, source.cells):
                cell.source = visible_part(cell.source)
        jobs.append(
            Job(
                "proof",
                proof.notebook,
                "",
                ANY_KIT,
                nbformat.writes(work.notebook).encode(),
                nbformat.writes(source).encode(),
                tuple(work.checkpoints.items()),
                settings,
            )
        )
    return jobs[0], jobs[1]


def visible_part(text: str) -> str:
    """Return what students see of a graded cell; `pass` if that is nothing."""
    hidden = hidden_lines(text)
    lines = [line for n, line in enumerate(text.splitlines(), start=1) if n not in hidden]
    return "\n".join(lines).strip() or "pass"


def _of_notebook(whole: NotebookNode, visible: NotebookNode) -> Judged:
    shown = {cell["id"]: cell for cell in visible.cells}
    for cell in filter(is_test, whole.cells):
        outcome = Outcome.read_from(cell)
        if outcome.kind is not Kind.PASSED:
            by_visible = Outcome.read_from(shown[cell["id"]]).kind is not Kind.PASSED
            return Judged(False, by_visible, str(outcome.kind), outcome.message)
    return Judged(True)


def _cell(source: NotebookNode, task: str) -> NotebookNode:
    return next(cell for cell in source.cells if cell["id"] == task)


def all_mutants(proofs: Iterable[TaskProof]) -> list[Mutant]:
    """Return the mutants that were tried."""
    return [mutant for proof in proofs for mutant in proof.mutants]
