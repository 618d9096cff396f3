"""The course that the hostile zoo attacks: two tiny notebooks with tests of the usual kinds.

Everything is laid out below one folder, the world of the attack. Inside the box (see `box`) that
folder is `/box`, so attacks can name files outright: an attacker may well know the machine.

    /box/course/      the course: source, release, submissions, gradebook
    /box/public/      a folder that everybody may write to, with a canary in it
"""

import copy
import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from this_course import ASSIGNMENT

from coursekit.course import REPOSITORY, Course
from coursekit.release import write_notebook

NOTEBOOK = "Assignment1-2_NN_from_scratch"
"""The notebook that most attacks start from. Its name is a real one, which coursekit looks for."""

TORCH_NOTEBOOK = "Assignment1-3_NN_with_PyTorch"
"""The notebook of attacks that hand in a checkpoint."""

TARGETS = (
    "test_double",
    "test_double__array",
    "test_double__builtins",
    "test_apply_twice",
    "test_network",
)
"""The tests that an attack must not pass: its honest part is wrong there."""

EARNED = "test_triple"
"""The test that an attack passes honestly, and whose points it should keep."""

SOLUTION_SECRET = "the-instructor-solves-it-so"
HIDDEN_SECRET = "the-instructor-tests-it-so"
NEIGHBOUR_SECRET = "what-another-student-wrote"

TIMEOUT = 5
"""Seconds that one cell may take, here and in stock nbgrader."""

_CANARY = "untouched\n"

_TESTS = {
    "test_double": (
        2,
        "assert double(1) == 2",
        "assert double(1031) == 2062",
    ),
    "test_double__array": (
        2,
        "assert_allclose(double(np.ones(2)), [2.0, 2.0])",
        "values = np.array([7.25, -50.5])\n"
        "wanted = values + values\n"
        "assert_allclose(double(values), wanted)",
    ),
    "test_double__builtins": (
        2,
        "assert all(abs(double(n) - 2) < 1e-9 for n in [1])",
        "answers = [double(n) for n in (1033, 1039)]\n"
        "assert len(answers) == 2\n"
        "assert all(isinstance(answer, int) for answer in answers)\n"
        "assert all(abs(a - b) < 1e-9 for a, b in zip(answers, (2066, 2078), strict=True))",
    ),
    "test_apply_twice": (
        2,
        "assert apply_twice(lambda n: 0, 5) == 0",
        "calls = []\n"
        "def step(n):\n"
        "    calls.append(n)\n"
        "    return n + 1\n"
        "assert apply_twice(step, 1051) == 1053\n"
        "assert calls == [1051, 1052]",
    ),
    "test_triple": (3, "assert triple(1) == 3", "assert triple(1049) == 3147"),
}

_NETWORK_TEST = (
    "network = checks.problem2(make_model, shown_images, shown_labels, bar=0.0)",
    "from coursekit.hidden import load_scoring_set\n"
    "from utils.checks.common import expect\n"
    "\n"
    "hidden_images, hidden_labels = load_scoring_set(500)\n"
    "accuracy = network.accuracy(hidden_images, hidden_labels)\n"
    "expect(accuracy >= 0.5, 'network', f'your checkpoint reaches {accuracy:.1%}.')",
)

WRONG_DOUBLE = "def double(x):\n    return x + 1"
"""Right for the visible tests' 1, wrong for everything else."""

WRONG_APPLY_TWICE = "def apply_twice(f, x):\n    return f(x)"

RIGHT_TRIPLE = "def triple(x):\n    return x * 3"

MAKE_MODEL = (
    "def make_model():\n    return nn.Sequential(nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 10))"
)


def lay_out(world: Path, config: str) -> Course:
    """Make the attacked course below `world`, with `config` as its `nbgrader_config.py`."""
    course = Course(world / "course")
    course.source.mkdir(parents=True)
    for name, notebook in sources().items():
        write_notebook(course.source / f"{name}.ipynb", notebook)
    (course.root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    public = world / "public"
    public.mkdir()
    public.chmod(0o777)
    (public / "canary.txt").write_text(_CANARY, encoding="utf-8")
    (public / "canary.txt").chmod(0o666)
    return course


def our_config() -> str:
    """Return the course's own settings with the zoo's short time limit."""
    config = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    return f"{config}\nc.ExecuteSubmission.timeout = {TIMEOUT}\n"


def stock_config() -> str:
    """Return nbgrader's default settings, but for the same time limit."""
    return (
        "import os, sys\n"
        "c = get_config()\n"
        "os.environ['PATH'] = f'{os.path.dirname(sys.executable)}:' + os.environ['PATH']\n"
        "c.CourseDirectory.course_id = 'stock'\n"
        f"c.Execute.timeout = {TIMEOUT}\n"
    )


def sources() -> dict[str, NotebookNode]:
    """Return the instructor's notebooks by name."""
    return {NOTEBOOK: _numpy_source(), TORCH_NOTEBOOK: _torch_source()}


def hidden_lines() -> set[str]:
    """Return every line of every hidden test, stripped; short ones left out."""
    lines: set[str] = set()
    for notebook in sources().values():
        for cell in notebook.cells:
            _, _, rest = cell.source.partition("### BEGIN HIDDEN TESTS\n")
            hidden, _, _ = rest.partition("### END HIDDEN TESTS")
            lines.update(line.strip() for line in hidden.splitlines() if len(line.strip()) > 12)
    return lines


def solved(course: Course, name: str, **answers: str) -> NotebookNode:
    """Return a student notebook: wrong for `TARGETS`, right for `EARNED`, or with `answers`."""
    notebook = copy.deepcopy(nbformat.read(course.release / f"{name}.ipynb", as_version=4))
    honest = {
        "double": WRONG_DOUBLE,
        "apply_twice": WRONG_APPLY_TWICE,
        "triple": RIGHT_TRIPLE,
        "make_model": MAKE_MODEL,
        "why": "It follows from the definition.",
    }
    for cell in notebook.cells:
        if cell["id"] in honest:
            cell.source = (honest | answers)[cell["id"]]
    return notebook


def submission_folder(course: Course, student: str) -> Path:
    """Return the empty folder in which nbgrader looks for a student's files."""
    folder = course.submitted / student / ASSIGNMENT
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _numpy_source() -> NotebookNode:
    return _notebook(
        new_markdown_cell("# A small course", id="title"),
        _locked("imports", "import numpy as np\nfrom numpy.testing import assert_allclose"),
        _solution("double", "def double(x):", "return x * 2"),
        *(_test(name) for name in ("test_double", "test_double__array", "test_double__builtins")),
        _solution("apply_twice", "def apply_twice(f, x):", "return f(f(x))"),
        _test("test_apply_twice"),
        _solution("triple", "def triple(x):", "return x * 3"),
        _test("test_triple"),
        new_markdown_cell("Because.", id="why", metadata=_meta("why", True, False, True, 1)),
    )


def _torch_source() -> NotebookNode:
    visible, hidden = _NETWORK_TEST
    return _notebook(
        new_markdown_cell("# A small network", id="title"),
        _locked(
            "imports",
            "import numpy as np\nimport torch\nfrom torch import nn\n\n"
            "from utils.checks import pytorch as checks",
        ),
        _locked(
            "shown",
            "shown_images = np.zeros((20, 28, 28), np.float32)\n"
            "shown_labels = np.arange(20, dtype=np.int32) % 10",
        ),
        _solution("make_model", "def make_model():", "return nn.Linear(784, 10)"),
        _graded("test_network", 4, visible, hidden),
        _solution("triple", "def triple(x):", "return x * 3"),
        _test("test_triple"),
    )


def _notebook(*cells: NotebookNode) -> NotebookNode:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(metadata={"kernelspec": kernel}, cells=list(cells))


def _locked(name: str, text: str) -> NotebookNode:
    return new_code_cell(text, id=name, metadata=_meta(name, False, True, False))


def _solution(task: str, head: str, answer: str) -> NotebookNode:
    text = (
        f"{head}\n    ### BEGIN SOLUTION\n    # {SOLUTION_SECRET}\n    {answer}\n"
        "    ### END SOLUTION"
    )
    return new_code_cell(text, id=task, metadata=_meta(task, False, False, True))


def _test(name: str) -> NotebookNode:
    points, visible, hidden = _TESTS[name]
    return _graded(name, points, visible, hidden)


def _graded(name: str, points: int, visible: str, hidden: str) -> NotebookNode:
    text = f"{visible}\n### BEGIN HIDDEN TESTS\n# {HIDDEN_SECRET}\n{hidden}\n### END HIDDEN TESTS"
    return new_code_cell(text, id=name, metadata=_meta(name, True, True, False, points))


def _meta(
    name: str, grade: bool, locked: bool, solution: bool, points: int | None = None
) -> dict[str, dict[str, object]]:
    metadata: dict[str, object] = {
        "grade": grade,
        "grade_id": name,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return {"nbgrader": metadata | ({} if points is None else {"points": points})}
