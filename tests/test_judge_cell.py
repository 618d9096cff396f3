"""Graded cells in the judge: which names they get, how they end, and what an outcome says."""

import subprocess
import sys
import time

import pytest
from judge_pair import student_of

from coursekit.judge.cell import run_cell
from coursekit.judge.client import Judge, JudgeFailed, JudgeLost
from coursekit.judge.names import foreign_names, hidden_lines, imports_of
from coursekit.judge.verdict import Ending, Verdict
from coursekit.outcome import Kind, outcome_of

DOUBLE = "def double(x):\n    return 2 * x"


def verdict_of(test: str, student: str = DOUBLE, seconds: float = 20, **names: object) -> Verdict:
    with student_of(student) as sock:
        return run_cell(test, dict(names), sock, seconds)


def hidden(test: str) -> str:
    return f"double(1)\n### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"


CHECK = "class CheckFailed(AssertionError): pass\n"

CASES = {
    "right": (DOUBLE, "assert double(2) == 4", Kind.PASSED, ""),
    "visible": (DOUBLE, "assert double(2) == 5", Kind.WRONG, "`assert double(2) == 5`"),
    "hidden": (DOUBLE, hidden("assert double(2) == 5, 'secret'"), Kind.WRONG, "A hidden test of"),
    "check": (DOUBLE, f"{CHECK}raise CheckFailed('task: look')", Kind.WRONG, "task: look"),
    "check in hidden": (DOUBLE, hidden(f"{CHECK}raise CheckFailed('look')"), Kind.WRONG, "look"),
    "stub": (
        "def double(x):\n    raise NotImplementedError('double: replace this line')",
        "double(1)",
        Kind.UNSOLVED,
        "double: replace this line",
    ),
    "raises": (
        "def double(x):\n    return x / 0",
        "double(1)",
        Kind.RAISED,
        "ZeroDivisionError: division by zero (in line 2 of the cell that begins with "
        "`def double(x):`)",
    ),
    "raises assertion": (
        "def double(x):\n    assert x > 5, 'mine'\n    return 2 * x",
        hidden("double(2)"),
        Kind.RAISED,
        "AssertionError: mine (in line 2",
    ),
    "absent": ("", "double(1)", Kind.RAISED, "name 'double' is not defined"),
    "returns nothing": (
        "def double(x): pass",
        "double(1)\nlen(double(1))",
        Kind.RAISED,
        "TypeError: object of type 'NoneType' has no len()",
    ),
    "returns nothing, hidden": (
        "def double(x): pass",
        hidden("secret = double(1)['secret']"),
        Kind.RAISED,
        "A hidden test stopped with TypeError",
    ),
    "returns an object": (
        "def double(x): return object()",
        "assert double(1) == 2",
        Kind.RAISED,
        "needs a plain value here (compared by ==)",
    ),
    "too deep": (
        "def double(x):\n    x = [x]\n    for _ in range(100): x = [x]\n    return x",
        "double(1)",
        Kind.RAISED,
        "nested more than 40 levels",
    ),
    "loops": (
        "def double(x):\n    import time\n    time.sleep(2)",
        "double(1)",
        Kind.TIMED_OUT,
        "",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_outcomes(case):
    student, test, kind, words = CASES[case]
    verdict = verdict_of(test, student, seconds=0.5 if kind is Kind.TIMED_OUT else 20)
    outcome = outcome_of(verdict, 20)
    assert outcome.kind is kind
    assert words in outcome.message
    assert "secret" not in outcome.message


def test_a_name_is_the_cell_s_then_the_instructor_s_then_python_s_then_the_student_s():
    student = "mine = given = len = both = 'student'"
    test = "both = 'cell'\nassert (both, given, mine, len('ab')) == ('cell', 'judge', 'student', 2)"
    assert verdict_of(test, student, given="judge").ending is Ending.PASSED


def test_a_test_that_swallows_everything_does_not_pass_when_the_connection_breaks():
    swallowing = "try:\n    double(1)\nexcept BaseException:\n    pass"
    leaving = "def double(x):\n    raise SystemExit"
    assert verdict_of(swallowing, leaving).ending is Ending.PASSED  # an error like any other
    slow = "import time\ndef double(x):\n    time.sleep(1)"
    assert verdict_of(swallowing, slow, seconds=0.3).ending is Ending.OUT_OF_TIME
    again = "while True:\n    try:\n        double(1)\n    except Exception:\n        pass"
    assert verdict_of(again, slow, seconds=0.3).ending is Ending.OUT_OF_TIME


def test_a_check_in_a_function_of_the_test_counts_though_the_student_swallows_it():
    student = """
def apply(f):
    try:
        f(3)
    except BaseException:
        pass
"""
    test = "def f(x):\n    assert x == 4\napply(f)"
    assert verdict_of(test, student).ending is Ending.VISIBLE_FAILED


def test_what_a_test_prints_is_kept_up_to_a_length():
    assert verdict_of("print('seen')").output == "seen\n"
    assert len(verdict_of("print('x' * 10**6)").output) == 20_000


def test_control_characters_of_a_student_s_message_are_gone_and_it_is_cut():
    student = "def double(x):\n    raise ValueError('\\x1b[31m\\x07' + 'long ' * 5000)"
    message = outcome_of(verdict_of("double(1)", student), 20).message
    assert message.startswith("ValueError:  long long")
    assert len(message) < 2000


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a(b, len)", {"a", "b"}),
        ("import a.b, c as d\na, d, e", {"e"}),
        ("def f(x, y=z):\n    global g\n    g = x + h\n    return f", {"z", "h"}),
        ("[x for x in xs if p(x)]", {"xs", "p"}),
        ("class A(B):\n    c = d\n    def m(self): return e", {"B", "d", "e"}),
        ("for i in r: pass\nwith o as w: w, i", {"r", "o"}),
    ],
)
def test_names_that_are_the_student_s(source, names):
    assert foreign_names(source) == names


def test_imports_one_by_one():
    assert imports_of("import a.b, c as d\nfrom e import f as g, h\nx = 1") == {
        "a": "import a.b",
        "d": "import c as d",
        "g": "from e import f as g",
        "h": "from e import h",
    }


def test_hidden_lines_without_an_end_reach_to_the_bottom():
    assert hidden_lines("a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc") == {2, 3, 4}
    assert hidden_lines("a\n### BEGIN HIDDEN TESTS\nb") == {2, 3}


def start(arguments, descriptor):
    return subprocess.Popen([sys.executable, "-I", *arguments], pass_fds=[descriptor])


@pytest.fixture(scope="module")
def judge():
    with Judge({"np": "import numpy as np"}, start) as judge:
        yield judge


def run(judge, test, student=DOUBLE, seconds=20):
    with student_of(student) as sock:
        return judge.run_cell(test, sock, seconds)


def test_the_process_runs_cells_with_the_instructor_s_imports(judge):
    test = "assert (double(np.ones(2)) == 2).all()"
    assert run(judge, test, "def double(x): return x + 1").ending is Ending.PASSED


def test_a_cell_leaves_no_name_and_no_random_state_to_the_next_one(judge):
    assert run(judge, "kept = 3\nnp = 4\nimport random\nrandom.seed(7)").ending is Ending.PASSED
    test = "try:\n    kept\nexcept NameError:\n    print(np.random.random())\n"
    test += "else:\n    raise AssertionError"
    first, second = (run(judge, test) for _ in range(2))
    assert first.ending is Ending.PASSED
    assert first.output == second.output != ""


def test_a_cell_that_did_not_end_by_itself_leaves_nothing_at_all(judge):
    assert run(judge, "np.kept = 3").ending is Ending.PASSED
    assert run(judge, "assert np.kept == 3").ending is Ending.PASSED
    assert run(judge, "while True: pass", seconds=0.3).ending is Ending.OUT_OF_TIME
    assert run(judge, "assert not hasattr(np, 'kept')").ending is Ending.PASSED


@pytest.mark.parametrize(
    "test",
    [
        "while True: pass",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "sum(range(10**11))",
    ],
)
def test_a_cell_ends_in_time_whatever_it_does(judge, test):
    started = time.monotonic()
    assert run(judge, test, seconds=0.3).ending is Ending.OUT_OF_TIME
    assert time.monotonic() - started < 10
    assert run(judge, "assert double(2) == 4").ending is Ending.PASSED


def test_a_cell_that_ends_its_process_has_not_passed(judge):
    verdict = run(judge, "import os\nos._exit(0)")
    assert verdict.ending is Ending.BROKEN
    assert run(judge, "assert double(2) == 4").ending is Ending.PASSED


def test_a_judge_that_ends_gives_no_verdict():
    with Judge({}, start) as judge, pytest.raises(JudgeLost):
        run(judge, "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nos._exit(0)")


def test_a_judge_that_does_not_start_gives_no_verdict():
    absent = Judge({}, lambda arguments, descriptor: start(["-c", ""], descriptor))
    with absent, pytest.raises(JudgeFailed, match="did not start"):
        run(absent, "pass")


def test_an_import_that_fails_is_the_instructor_s_problem(judge):
    with pytest.raises(JudgeFailed, match="ModuleNotFoundError"):
        run(judge, "import no_such_module")
