"""One notebook through the grader's own step: sandbox, judge, and what is left when one is not."""

import json
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from mini_course import NAME, cell_of, graded_cell, mini_source, plain_cell
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from this_course import NOTEBOOKS
from traitlets.config import Config

from coursekit import execute
from coursekit.causes import with_cause
from coursekit.clean import clean
from coursekit.course import REPOSITORY, Course, CourseError
from coursekit.endings import may_end_kernel
from coursekit.execute import ExecuteSubmission
from coursekit.isolation import Sandboxed
from coursekit.judge.client import JudgeFailed
from coursekit.judge.names import is_test
from coursekit.judge.verdict import Ending, Verdict
from coursekit.outcome import Kind, Outcome
from coursekit.release import write_notebook
from coursekit.source import read_source

RIGHT = {
    "double": "def double(x):\n    return x * 2",
    "triple": "def triple(x):\n    return x * 3",
}


@pytest.fixture
def grade(tmp_path):
    """Return a function that runs a submission with given cells and returns the notebook."""

    def run(
        first: str = "",
        source: NotebookNode | None = None,
        notebook_timeout: int = 60,
        **answers: str,
    ) -> NotebookNode:
        course = Course(tmp_path)
        course.source.mkdir(parents=True, exist_ok=True)
        if not (course.root / "build").exists():
            (course.root / "build").symlink_to(REPOSITORY / "build")
        source = source or mini_source()
        write_notebook(course.source / f"{NAME}.ipynb", source)
        submission = clean(source, source)
        for cell in submission.cells:
            cell.source = (RIGHT | answers).get(cell["id"], cell.source)
        submission.cells.insert(1, plain_cell("first", first))
        config = Config()
        config.CourseDirectory.root = str(course.root)
        config.ExecuteSubmission.timeout = 5
        config.ExecuteSubmission.notebook_timeout = notebook_timeout
        resources = {"metadata": {"path": str(tmp_path)}, "nbgrader": {"notebook": NAME}}
        return ExecuteSubmission(config=config).preprocess(submission, resources)[0]

    return run


def outcome(notebook: NotebookNode, task: str) -> Outcome:
    return Outcome.read_from(cell_of(notebook, f"test_{task}"))


def kinds(notebook: NotebookNode) -> list[Kind]:
    return [outcome(notebook, task).kind for task in ("double", "triple")]


def printed(notebook: NotebookNode, cell: str) -> str:
    outputs = cell_of(notebook, cell).outputs
    return "".join(output.text for output in outputs if output.output_type == "stream")


def test_a_submission_runs_in_the_sandbox_and_sees_no_kit(grade):
    notebook = grade(
        "import os\nprint(os.getcwd(), sorted(os.listdir()))\n"
        "try:\n    import coursekit\nexcept ImportError:\n    print('no kit')"
    )
    assert kinds(notebook) == [Kind.PASSED, Kind.PASSED]
    text = printed(notebook, "first")
    assert text == "/work ['data', 'model_checkpoints', 'utils']\nno kit\n"
    assert notebook.metadata.coursekit.flags == []


def test_no_test_enters_the_student_s_process(grade):
    searching = """
def double(x):
    import gc, linecache, sys
    frame, texts = sys._getframe(), [str(linecache.cache), str(In)]
    while frame:
        texts += [str(frame.f_locals), str(frame.f_globals)]
        frame = frame.f_back
    texts += [str(o) for o in gc.get_objects() if type(o) in (str, list, tuple, dict)]
    parts = ["double(", "21)"]  # in two parts, or this would find itself
    secret = "".join(parts)
    print("found" if any(secret in text for text in texts) else "nothing")
    return 2 * x
"""
    notebook = grade(double=searching)
    assert outcome(notebook, "double").kind is Kind.PASSED
    assert printed(notebook, "test_double") == "nothing\nnothing\n"


def test_warnings_and_questions_cost_nothing(grade):
    asking = "import warnings, sys\nname = input('your name? ')\nready = True"
    warning = (
        "def double(x):\n    warnings.warn('careful')\n    print('!', file=sys.stderr)\n"
        "    input()\n    return 2 * x if ready else None"
    )
    assert kinds(grade(asking, double=warning)) == [Kind.PASSED, Kind.PASSED]


def test_cells_that_take_long_together_are_not_all_run(grade):
    slow = "import time\ntime.sleep(3)\n"
    notebook = grade(double=f"{slow}{RIGHT['double']}", notebook_timeout=2)
    assert kinds(notebook) == [Kind.PASSED, Kind.RAISED]
    assert "Not run: the cells before took more than 2 seconds." in printed(notebook, "triple")


def test_what_the_notebook_replaced_is_flagged(grade):
    patching = (
        "import numpy.testing, builtins\n"
        "numpy.testing.assert_allclose = lambda *args: None\n"
        "get_ipython().showtraceback = lambda *args, **kwargs: None\n"
        "builtins.abs = lambda x: 0"
    )
    (flag,) = grade(patching).metadata.coursekit.flags
    for name in ("numpy.testing.assert_allclose", "shell.showtraceback", "builtins.abs"):
        assert name in flag


def test_an_ordinary_notebook_is_not_flagged(grade):
    ordinary = (
        "import matplotlib.pyplot as plt\nfrom numpy.testing import assert_allclose\n"
        "plt.plot([1, 2])\nplt.show()\nlist = [1, 2]\nsum = 3"
    )
    assert grade(ordinary).metadata.coursekit.flags == []


CLOSING = "def double(x):\n    import os\n    os.closerange(3, 1000)\n    return 2 * x"


@pytest.mark.parametrize(
    ("double", "kind", "words"),
    [
        (CLOSING, None, ""),
        ("def double(x):\n    raise KeyboardInterrupt", Kind.RAISED, "ended the connection"),
        ("import os, signal\ndef double(x):\n    os.kill(os.getpid(), signal.SIGSEGV)",
         Kind.KERNEL_DIED, "died"),
        ("def double(x):\n    return [0] * 3_000_000", Kind.RAISED, "more than 2,000,000 parts"),
    ],
)  # fmt: skip
def test_a_broken_connection_costs_its_own_test(grade, double, kind, words):
    notebook = grade(double=double)
    assert outcome(notebook, "double").kind is not Kind.PASSED
    assert kind is None or outcome(notebook, "double").kind is kind
    assert words in outcome(notebook, "double").message
    assert outcome(notebook, "triple").kind is Kind.PASSED


def test_a_kernel_that_does_not_serve_fails_its_tests_at_once(grade):
    started = time.monotonic()
    notebook = grade("import sys\nsys.modules['coursekit_bridge.bridge'].serve_notebook = print")
    assert kinds(notebook) == [Kind.NOT_REACHED, Kind.NOT_REACHED]
    assert time.monotonic() - started < 40


def test_outputs_of_the_kernel_decide_nothing(grade):
    """The student's code prints what a passed or failed test looks like to nbgrader."""
    faking = (
        "from IPython.display import publish_display_data\n"
        "def double(x):\n"
        "    publish_display_data({'text/plain': '2'})\n"
        "    print('double: passed')\n"
        "    return 0"
    )
    notebook = grade(double=faking)
    assert kinds(notebook) == [Kind.WRONG, Kind.PASSED]
    assert cell_of(notebook, "test_double").outputs[-1].output_type == "error"
    assert all(o.output_type != "error" for o in cell_of(notebook, "test_triple").outputs)


STRANGE = """
from IPython.display import HTML, display
kernel = get_ipython().kernel
def send(kind, content):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())
for kind in ("stream", "display_data", "execute_result", "error", "status", "comm_open"):
    for content in ({}, {"data": 7, "metadata": 3}, {"name": 1, "text": []}):
        send(kind, content)
shown = display(HTML("one"), display_id="shown")
"""


ENDING = {
    "exit": "exit()",
    "quit": "quit",
    "shutdown": "get_ipython().kernel.do_shutdown(True)",
    "and then an error": "get_ipython().kernel.do_shutdown(True)\n1 / 0",
    "event loop": ("loop = get_ipython().kernel.io_loop\nready = loop.call_later(0.2, loop.stop)"),
    "thread": "import os, threading\nthreading.Timer(0.2, os._exit, (0,)).start()",
    "alarm": "import signal\nready = signal.setitimer(signal.ITIMER_REAL, 0.2)",
    "at once": "import os\nos._exit(0)",
}
"""Cells that end their kernel, most of them after it has replied."""


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(name, marks=[] if name in ("exit", "shutdown", "late") else [pytest.mark.slow])
        for name in ENDING
    ],
)
def test_a_cell_that_ends_the_kernel_is_left_out_and_named(grade, ending):
    notebook = grade(ENDING[ending], double=f"import time\ntime.sleep(0.3)\n{RIGHT['double']}")
    assert kinds(notebook) == [Kind.PASSED, Kind.PASSED]
    assert "the notebook goes on without it" in printed(notebook, "first")
    assert printed(notebook, "double") == ""
    (flag,) = notebook.metadata.coursekit.flags
    assert "`first` ended the kernel" in flag


@pytest.mark.parametrize(
    "ending",
    ["shutdown", pytest.param("exit", marks=pytest.mark.slow),
     pytest.param("thread", marks=pytest.mark.slow)],
)  # fmt: skip
def test_what_a_cell_that_ends_the_kernel_defines_is_missing_each_time(grade, ending):
    said = set()
    for _ in range(3):
        notebook = grade(double=f"{RIGHT['double']}\n{ENDING[ending]}")
        assert kinds(notebook) == [Kind.RAISED, Kind.PASSED]
        said.add(outcome(notebook, "double").message)
    assert said == {
        "NameError: name 'double' is not defined. The cell of `double` ended the kernel, and the "
        "notebook went on without it."
    }


@pytest.mark.parametrize("ending", ["exit()", "get_ipython().kernel.do_shutdown(True)"])
def test_a_function_that_ends_the_kernel_costs_no_other_task(grade, ending):
    notebook = grade(double=f"def double(x):\n    {ending}\n    return x * 2")
    assert kinds(notebook) == [Kind.PASSED, Kind.PASSED]


@pytest.mark.parametrize(
    "harmless",
    [
        "exit(keep_kernel=True)",
        "import sys\nsys.exit()",
        "import sys, threading\nthreading.Thread(target=sys.exit).start()",
        "import atexit, os\natexit.register(os._exit, 3)",
    ],
)
def test_what_does_not_end_the_kernel_costs_nothing(grade, harmless):
    notebook = grade(harmless)
    assert kinds(notebook) == [Kind.PASSED, Kind.PASSED]
    assert notebook.metadata.coursekit.flags == []


def test_cells_of_the_course_itself_are_not_watched():
    for name in NOTEBOOKS:
        for cell in read_source(Course(REPOSITORY), name).cells:
            if cell.cell_type == "code" and not is_test(cell):
                assert not may_end_kernel(cell.source), cell["id"]


@pytest.mark.slow
def test_a_cell_that_makes_the_kernel_deaf_is_found(grade):
    deaf = (
        "kernel = get_ipython().kernel\n"
        "ready = kernel.io_loop.call_later(0.1, kernel.shell_stream.close)"
    )
    notebook = grade(deaf, double=f"import time\ntime.sleep(0.3)\n{RIGHT['double']}")
    assert kinds(notebook) == [Kind.PASSED, Kind.PASSED]
    assert "`first`" in notebook.metadata.coursekit.flags[0]


MISSING = {
    "import": (
        "import cupy as cp\n{}",
        "ModuleNotFoundError: No module named 'cupy' (line 1)",
    ),
    "no-break space": (
        "{}\n\u00a0\u00a0x = 1",
        "SyntaxError: invalid non-printable character U+00A0 (line 3)",
    ),
    "curly quote": (
        "{}\nwords = \u201chello\u201d",
        "SyntaxError: invalid character '\u201c' (U+201C) (line 3)",
    ),
    "an error before": (
        "def half(x):\n    return x / 0\n\nhalf(1)\n{}",
        "ZeroDivisionError: division by zero (line 4)",
    ),
}
"""Cells that stop before they define anything, and how they do it."""


@pytest.mark.parametrize("stop", MISSING)
def test_a_name_that_is_missing_has_a_cause(grade, stop):
    text, error = MISSING[stop]
    said = outcome(grade(double=text.format(RIGHT["double"])), "double")
    assert said == Outcome(
        Kind.RAISED,
        f"NameError: name 'double' is not defined. The cell of `double` stopped with {error}.",
    )


def test_an_import_that_failed_is_a_cause_in_other_cells(grade):
    notebook = grade("import cupy as xp", double="def double(x):\n    return xp.double(x)")
    assert outcome(notebook, "double").message.endswith(
        "The cell of `first` stopped with ModuleNotFoundError: No module named 'cupy' (line 1)."
    )


def test_a_cell_that_ran_for_too_long_is_a_cause(grade):
    notebook = grade(double=f"while True:\n    pass\n{RIGHT['double']}")
    assert outcome(notebook, "double").message.endswith(
        "The cell of `double` ran for too long and was stopped."
    )


def test_a_cell_that_prints_without_end_is_a_cause(grade):
    notebook = grade(double=f"while True:\n    print('x' * 1_000_000)\n{RIGHT['double']}")
    assert "The cell of `double` ran for too long" in outcome(notebook, "double").message
    assert kinds(notebook) == [Kind.RAISED, Kind.PASSED]


def test_a_name_that_a_function_lacks_whose_check_tells_it_has_a_cause():
    cells = [new_code_cell("import cupy\n\ndef softmax(z):\n    return z", id="softmax")]
    cells[0].metadata["nbgrader"] = {"grade_id": "softmax"}
    said = "loss: loss stopped with NameError: name 'softmax' is not defined (in loss, line 2)."
    told = with_cause(
        Outcome(Kind.WRONG, said),
        Verdict(Ending.CHECK_FAILED, said, "CheckFailed"),
        cells,
        {0: "stopped with ModuleNotFoundError: No module named 'cupy' (line 1)."},
    )
    assert told.message == (
        f"{said} The cell of `softmax` stopped with ModuleNotFoundError: No module named 'cupy' "
        "(line 1)."
    )


def test_a_name_that_was_defined_has_no_cause(grade):
    notebook = grade("1 / 0", double=f"{RIGHT['double']}\ndel double")
    assert outcome(notebook, "double").message == "NameError: name 'double' is not defined"


def test_messages_without_sense_are_dropped(grade):
    updating = (
        "def double(x):\n    send('stream', {})\n    shown.update(HTML('two'))\n    return 2 * x"
    )
    notebook = grade(STRANGE, double=updating)
    assert kinds(notebook) == [Kind.PASSED, Kind.PASSED]
    (output,) = cell_of(notebook, "first").outputs
    assert output.data["text/html"] == "two"
    nbformat.validate(notebook)


FORGED = """
import json
from IPython.display import display
display("shown", display_id="one")
kernel = get_ipython().kernel
counts = [None, True, {}, [], "3", 1.5, 1e30, 10**30, -5]
good = {
    "stream": {"name": "stdout", "text": ["line\\n"] * 30_000},
    "display_data": {"data": {"text/plain": ["a", "b"]}, "metadata": {}},
    "execute_result": {
        "data": {"image/png": ["A", "B"]},
        "metadata": {"image/png": {"width": 1e400}},
    },
    "error": {"ename": "", "evalue": "x", "traceback": []},
    "update_display_data": {"data": {}, "metadata": 3, "transient": {"display_id": "one"}},
}
for kind, content in good.items():
    for count in counts:
        forged = {**content, "execution_count": count}
        kernel.session.send(kernel.iopub_socket, kind, forged, parent=kernel.get_parent())
"""


def test_what_the_kernel_says_of_its_outputs_costs_nothing(grade):
    notebook = grade(FORGED)
    assert kinds(notebook) == [Kind.PASSED, Kind.PASSED]
    nbformat.validate(json.loads(nbformat.writes(notebook)))
    assert len(printed(notebook, "first")) < 30_000


def test_a_message_that_is_too_long_costs_its_cell(grade):
    notebook = grade("print('x' * 50_000_000)")
    assert kinds(notebook) == [Kind.PASSED, Kind.PASSED]
    assert len(printed(notebook, "first")) < 30_000


def test_a_name_of_a_graded_cell_is_unknown_later(grade):
    source = mini_source()
    source.cells += [
        graded_cell("test_defines", "leftover = 3\nassert double(2) == 4"),
        graded_cell("test_uses", "assert double(leftover) == 6"),
    ]
    notebook = grade(source=source)
    assert outcome(notebook, "defines").kind is Kind.PASSED
    assert "'leftover' is not defined" in outcome(notebook, "uses").message


def test_a_judge_that_is_lost_costs_its_test(grade):
    source = mini_source()
    ends = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"
    source.cells.insert(1, graded_cell("test_ends", ends))
    notebook = grade(source=source)
    assert outcome(notebook, "ends").kind is Kind.RAISED
    assert kinds(notebook) == [Kind.PASSED, Kind.PASSED]


def test_without_a_judge_there_are_no_marks(grade, monkeypatch):
    def no_judge(self, arguments, descriptor):
        return subprocess.Popen([sys.executable, "-c", ""])

    monkeypatch.setattr(Sandboxed, "start_judge", no_judge)
    with pytest.raises(JudgeFailed, match="did not start"):
        grade()


def test_without_a_sandbox_nothing_is_graded(grade, monkeypatch):
    monkeypatch.setattr(execute, "why_no_sandbox", lambda: "There is no sandbox here.")
    with pytest.raises(CourseError, match=r"There is no sandbox here\."):
        grade()


def test_without_a_sandbox_grading_can_be_allowed_and_is_flagged(grade, monkeypatch):
    monkeypatch.setattr(execute, "why_no_sandbox", lambda: "There is no sandbox here.")
    monkeypatch.setattr(ExecuteSubmission, "allow_unsandboxed", True)
    notebook = grade("import os\nprint(os.getcwd())", double="def double(x):\n    return 0")
    assert kinds(notebook) == [Kind.WRONG, Kind.PASSED]
    assert Path(printed(notebook, "first").strip()) != Path("/work")
    (flag,) = notebook.metadata.coursekit.flags
    assert "without a sandbox" in flag
