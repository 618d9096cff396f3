"""How fast a class is graded, beside plain `nbgrader autograde` with its default configuration.

    python benchmarks/autograde.py                     all of it, an hour and a half
    python benchmarks/autograde.py --only stock        24 submissions, both sides: half an hour
    python benchmarks/autograde.py --only growth       the kit alone, up to 300 submissions
    python benchmarks/autograde.py --only dask         the kit alone, on 1, 2 and 4 Dask workers
    python benchmarks/autograde.py --students 3        quick: does it run?

Of four submissions, two are the reference solution, and two have a wrong solution of
tests/solutions in each notebook; one of these computes two seconds longer in one of them.

The kit passes over cells that train for long. Plain nbgrader does not know them, so it is measured
twice: on a few submissions as it comes, which is its default configuration, and on all with these
cells emptied and one thread for each kernel, which helps it. The reference student's notebooks and
checkpoint are made first, as by `make demo`.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import matplotlib.figure
import nbformat
from measuring import describe_machine, median, title
from nbformat import NotebookNode
from tqdm import tqdm

from coursekit.clean import clean
from coursekit.course import REPOSITORY, TRAINING_TAG, Course, new_course
from coursekit.demo import STUDENTS, begin_again, work
from coursekit.grading_data import grading_data
from coursekit.nbgrader_command import run_nbgrader
from coursekit.release import release, write_notebook
from coursekit.source import read_source
from coursekit.student_run import fill_in

HERE = Course(REPOSITORY)
ASSIGNMENT, NOTEBOOKS = HERE.assignment.name, HERE.notebooks

SOLUTIONS = REPOSITORY / "tests" / "solutions"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
PRICE = 0.05
"""Of a core-hour: about what clouds ask for a small virtual machine's, in dollars."""

SLOW = """
import time
start = time.process_time()
while time.process_time() < start + 2:
    sum(number * number for number in range(1000))
"""
"""What makes a submission slow: two seconds of plain Python in one of its notebooks."""

STOCK_CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.root = {root!r}
"""


def main() -> None:
    options = parse_options()
    # plain nbgrader calls alembic by name; it lies beside this Python
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    print(describe_machine(), f"; {options.jobs} jobs, one thread per kernel")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(Path(folder), options.jobs)
        if options.only in (None, "stock"):
            compare(bench, options.students, options.runs)
        if options.only in (None, "growth"):
            growth(bench, options.growth, options.plot)
        if options.only in (None, "dask"):
            dask(bench, options.students, options.workers)


def compare(bench: "Bench", students: int, runs: int) -> None:
    """Print the table of both sides, and of the floor: the cells alone, in a warm interpreter."""
    title(f"{students} submissions")
    few = max(1, students // 4)
    print(f"{'':32}{'class':>6}{'wall s':>9}{'s each':>9}{'CPU s each':>12}{'peak MB':>9}")

    def row(name: str, size: int, run: Run) -> Run:
        print(
            f"{name:32}{size:6d}{run.wall:9.1f}{run.wall / size:9.2f}{run.cpu / size:12.2f}"
            f"{run.peak / 1e6:9.0f}",
            flush=True,
        )
        return run

    kits = [bench.run_kit(students) for _ in range(runs)]
    kit = row(f"coursekit autograde -j {bench.jobs}", students, median(kits))
    alone = row("coursekit autograde -j 1", students, bench.run_kit(students, "-j", "1"))
    alone_few = row("coursekit autograde -j 1", few, bench.run_kit(few, "-j", "1"))
    floor = row("cells, warm, one process", students, bench.run_floor(students))
    helped = row("plain nbgrader, helped", students, bench.run_stock(students))
    plain = row("plain nbgrader, as it comes", few, bench.run_stock(few, helped=False))

    each = (alone.wall - alone_few.wall) / (students - few)
    print(
        f"""
wall-clock time of a submission, in that of the kit with -j {bench.jobs}
  plain nbgrader, as it comes {plain.wall / few / (kit.wall / students):8.1f}
  plain nbgrader, helped      {helped.wall / kit.wall:8.1f}
the kit's time of a submission, in that of its cells alone
  wall-clock, -j {bench.jobs}            {kit.wall / floor.wall:8.2f}
  wall-clock, -j 1            {each * students / floor.wall:8.2f}   without the start, \
{alone.wall - each * students:.1f} s
  CPU seconds, -j {bench.jobs}           {kit.cpu / floor.cpu:8.2f}   with the start
a thousand submissions at {PRICE} per core-hour
  kit                         {cost_of_thousand(kit, students):8.2f}
  plain nbgrader, helped      {cost_of_thousand(helped, students):8.2f}
  plain nbgrader, as it comes {cost_of_thousand(plain, few):8.2f}"""
    )


def cost_of_thousand(run: "Run", students: int) -> float:
    """Return what the CPU seconds of a thousand submissions cost."""
    return run.cpu / students * 1000 / 3600 * PRICE


def growth(bench: "Bench", sizes: list[int], plot: Path | None) -> None:
    """Print, and draw, time and memory of the kit against the size of the class."""
    title("growth")
    runs = []
    for size in sizes:
        run = bench.run_kit(size)
        runs.append(run)
        print(
            f"{size:5d} submissions: {run.wall:7.1f} s, {run.wall / size:.2f} s each, "
            f"peak {run.peak / 1e6:.0f} MB",
            flush=True,
        )
    if plot:
        draw_growth(sizes, runs, plot)
        print(f"plot: {plot}")


def draw_growth(sizes: list[int], runs: list["Run"], plot: Path) -> None:
    """Draw time and memory against the size of the class, both from zero."""
    figure = matplotlib.figure.Figure(figsize=(7, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    times, peaks = [run.wall for run in runs], [run.peak / 1e6 for run in runs]
    left.plot(sizes, times, "o-", color="#0072b2")
    left.set(xlabel="submissions", ylabel="seconds", ylim=(0, 1.1 * max(times)))
    right.plot(sizes, peaks, "s-", color="#d55e00")
    right.set(xlabel="submissions", ylabel="peak memory, MB", ylim=(0, 1.1 * max(peaks)))
    for axes in (left, right):
        axes.set_xlim(0, 1.05 * max(sizes))
    figure.savefig(plot, dpi=120)


def dask(bench: "Bench", students: int, workers: list[int]) -> None:
    """Print the kit's time on Dask clusters of several sizes, all on this machine."""
    title(f"Dask, {students} submissions")
    for count in workers:
        with dask_cluster(count) as scheduler:
            run = bench.run_kit(students, "--scheduler", scheduler)
        print(f"{count} worker(s): {run.wall:.1f} s, {students / run.wall:.2f} submissions/s")


class Run(NamedTuple):
    """What grading a class took. `cpu` and `peak` are of the whole machine, which does nothing
    else: seconds of all cores together, and the bytes of memory that were in use at most beyond
    those at the start. Much of what the kit starts has other parents than its own process.
    """

    wall: float
    cpu: float
    peak: int


class Bench:
    """A class of submissions, and the ways to grade it."""

    def __init__(self, folder: Path, jobs: int) -> None:
        self.folder, self.jobs = folder, jobs
        demo = begin_again(REPOSITORY / "build" / "demo")
        archive = release(demo)
        self.home = work(demo, archive, STUDENTS[0])
        self.sources = {name: read_source(demo, name) for name in NOTEBOOKS}
        self.solved = {
            name: nbformat.read(self.home / f"{name}.ipynb", as_version=4) for name in NOTEBOOKS
        }
        self.wrong = self._wrong_solutions()

    def run_kit(self, students: int, *options: str) -> Run:
        """Grade a class of `students` with this kit, from an empty gradebook."""
        course = new_course(self._fresh("kit"))
        for name, source in self.sources.items():
            write_notebook(course.source / f"{name}.ipynb", without_training(source))
        run_nbgrader(course, "generate_assignment", ASSIGNMENT, "--force")
        self._hand_in(course, students)
        command = [sys.executable, "-m", "coursekit.cli", "--course", str(course.root), "autograde"]
        options = options or ("-j", str(self.jobs))
        return measure([*command, *options], course, ONE_THREAD)

    def run_stock(self, students: int, helped: bool = True) -> Run:
        """Grade the same class with nbgrader in its default configuration.

        `helped`: with training cells emptied and one thread for each kernel.
        """
        course = Course(self._fresh("stock"))
        course.source.mkdir(parents=True)
        config = STOCK_CONFIG.format(root=str(course.root))
        (course.root / "nbgrader_config.py").write_text(config)
        for name, source in self.sources.items():
            write_notebook(
                course.source / f"{name}.ipynb", without_training(source) if helped else source
            )
        not_needed = shutil.ignore_patterns("embedded", "images", "__pycache__")
        shutil.copytree(REPOSITORY / "utils", course.source / "utils", ignore=not_needed)
        data = grading_data(REPOSITORY / "build" / "grading_data")
        shutil.copytree(data, course.source / "data")
        (course.source / "model_checkpoints").mkdir()
        run_nbgrader(course, "generate_assignment", ASSIGNMENT, "--force")
        shutil.copy(REPOSITORY / "experiments.yaml", course.source)
        self._hand_in(course, students, training=not helped)
        command = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]
        environment = {"NOTMNIST_SOURCE": "local", "TQDM_DISABLE": "1"}
        return measure(command, course, {**(ONE_THREAD if helped else {}), **environment})

    def run_floor(self, students: int) -> Run:
        """Execute the same cells, tests included, in forks of a process with the imports done."""
        course = Course(self._fresh("floor"))
        self._hand_in(course, students)
        for student in sorted(course.submitted.iterdir()):
            room = student / ASSIGNMENT
            for name in NOTEBOOKS:
                notebook = nbformat.read(room / f"{name}.ipynb", as_version=4)
                cleaned = clean(notebook, without_training(self.sources[name]))
                cells = [c.source for c in cleaned.cells if c.cell_type == "code"]
                (room / f"{name}.json").write_text(json.dumps(cells))
            data = grading_data(REPOSITORY / "build" / "grading_data")
            shutil.copytree(data, room / "data")
            (room / "utils").symlink_to(REPOSITORY / "utils")
        command = [sys.executable, str(REPOSITORY / "benchmarks" / "warm_cells.py")]
        environment = {"NOTMNIST_SOURCE": "local", "TQDM_DISABLE": "1", "MPLBACKEND": "Agg"}
        return measure([*command, str(course.submitted)], course, {**ONE_THREAD, **environment})

    def _hand_in(self, course: Course, students: int, training: bool = False) -> None:
        """Fill `submitted/`: one in two is right, one in four each is wrong or also slow."""
        for number in tqdm(range(students), desc="hand in", unit="student", leave=False):
            student = f"2000-{number:05d}"
            room = course.submitted / student / ASSIGNMENT
            room.mkdir(parents=True)
            for name in NOTEBOOKS:
                notebook = self._notebook(name, number, student)
                if not training:
                    notebook = without_training(notebook)
                write_notebook(room / f"{name}.ipynb", notebook)
            (room / "model_checkpoints").mkdir()
            for checkpoint in (self.home / "model_checkpoints").glob("problem2_*.pt"):
                new_name = checkpoint.name.replace(STUDENTS[0].id, student)
                shutil.copy(checkpoint, room / "model_checkpoints" / new_name)

    def _notebook(self, name: str, number: int, student: str) -> NotebookNode:
        wrong = {}
        if number % 2:
            choices = self.wrong[name]
            task, path = choices[number // 2 % len(choices)]
            slow = number % 4 == 3 and number // 4 % 3 == list(self.sources).index(name)
            wrong[task] = path.read_text() + (SLOW if slow else "")
        notebook = fill_in(self.solved[name], self.sources[name], wrong)
        for cell in notebook.cells:
            cell.source = cell.source.replace(STUDENTS[0].id, student)
        return notebook

    def _wrong_solutions(self) -> dict[str, list[tuple[str, Path]]]:
        """Return wrong solutions of each notebook's tasks, one per task at a time."""
        found: dict[str, list[tuple[str, Path]]] = {}
        for name, source in self.sources.items():
            graded = {
                cell["id"].removeprefix("test_").split("__")[0]
                for cell in source.cells
                if cell["id"].startswith("test_")
            }
            files = {task: sorted((SOLUTIONS / task).glob("wrong_*.py")) for task in graded}
            found[name] = [
                (task, paths[turn])
                for turn in range(3)
                for task, paths in sorted(files.items())
                if turn < len(paths) and task != "problem2"  # a training cell
            ]
        return found

    def _fresh(self, name: str) -> Path:
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder


def without_training(notebook: NotebookNode) -> NotebookNode:
    """Return a copy in which training cells do nothing."""
    copy = nbformat.from_dict(notebook)
    for cell in copy.cells:
        if TRAINING_TAG in cell.metadata.get("tags", []):
            cell.source = "pass"
    return copy


def measure(command: list[str], course: Course, environment: dict[str, str]) -> Run:
    """Run a command to its end in a course folder, and say what it took."""
    log = course.root.with_suffix(".log")
    busy, started = busy_seconds(), time.perf_counter()
    with log.open("w") as output, peak_memory() as peak:
        process = subprocess.run(
            command,
            cwd=course.root,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
            check=False,
        )
    wall, cpu = time.perf_counter() - started, busy_seconds() - busy
    if process.returncode != 0:
        print(f"{command[2]} ended with status {process.returncode}:", file=sys.stderr)
        print(log.read_text()[-2000:], file=sys.stderr)
    return Run(wall, cpu, peak[0])


def busy_seconds() -> float:
    """Return the seconds that the machine's cores have worked since it was started."""
    user, nice, system = Path("/proc/stat").read_text().split()[1:4]
    return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def peak_memory() -> Iterator[list[int]]:
    """Watch the machine's memory; the list's one element is the most used beyond now, in bytes."""
    peak = [0]
    over = threading.Event()
    before = _available()

    def watch() -> None:
        while not over.wait(0.2):
            peak[0] = max(peak[0], before - _available())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    yield peak
    over.set()
    watcher.join()


def _available() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/meminfo does not say how much memory is available.")


@contextlib.contextmanager
def dask_cluster(workers: int) -> Iterator[str]:
    """Start a scheduler and workers of one thread each on loopback; yield the address."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=50,
    ) as cluster:
        yield cluster.scheduler_address


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--students", type=int, default=24)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3, help="of the kit, for a median")
    parser.add_argument("--only", choices=("stock", "growth", "dask"))
    parser.add_argument("--growth", type=int, nargs="+", default=[30, 100, 300])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--plot", type=Path, help="where to draw the growth")
    return parser.parse_args()


if __name__ == "__main__":
    main()
