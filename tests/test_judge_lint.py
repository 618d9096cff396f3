"""Mistakes in graded cells are found when the course is built, with what to write instead."""

import nbformat
import pytest
from mini_course import graded_cell, mini_source, plain_cell
from nbformat.v4 import new_notebook
from this_course import NOTEBOOKS

from coursekit.course import REPOSITORY, Course, CourseError
from coursekit.judge.lint import check, lint
from coursekit.release import release, write_notebook
from coursekit.source import read_source

IMPORTS = "import numpy as np\nfrom utils.checks.common import call, expect_unchanged, keeping"
STUDENT = "def double(x):\n    return 2 * x\nclass Model:\n    pass\nanswer = 42"

WRONG = {
    "assert double == 3": "compare values",
    "model = Model()\nassert model == 3": "compare values",
    "assert Model() in [1]": "compare values",
    "assert double": "test a value",
    "x = 1 if not double else 2": "test a value",
    "isinstance(3, Model)": "a class of the student's",
    "from unittest import mock": "does not reach the student's code",
    "import unittest.mock as m": "does not reach the student's code",
    "np.testing.assert_allclose = print": "does not reach the student's code",
    "np.seterr(all='ignore')": "stays for the tests after this one",
    "import inspect\ninspect.getsource(double)": "no source",
    "x = np.ones(3)\ny = double(x)\nassert (y == 2 * x).all()": "x is used after double got it",
    "x = [1]\ncall('t', double, x)\ncall('t', double, x)": "x is used after double got it",
    "x = np.ones(3)\nfor _ in range(2):\n    double(x)": "x is used after double got it",
    "for a, b in zip([1], double([1])):\n    assert a == b": "strict=True",
    "for a, b in zip([1], double([1]), strict=False):\n    assert a == b": "strict=True",
    "import pickle": "reads no pickle",
    "import torch\ntorch.load('model.pt')": "unpickles no file",
    "open('answer.txt').read()": "may be anything",
    "from pathlib import Path\nPath('a').read_text()": "may be anything",
    "globals()['double'](3)": "write the name",
    "eval('double(3)')": "write the expression",
    "%timeit double(3)": "plain Python",
    "from numpy import *": "one by one",
    "double(absent)": "no cell above defines absent",
    "double(trained)": "a test or a training cell",
    "double(earlier)": "a test or a training cell",
    "double(later)": "no cell above defines later",
    "print(answer)\nanswer = double(3)": "before the cell binds it",
}

RIGHT = [
    "assert answer == 42",
    "assert double(2) == 4 and double is not None",
    "model = Model()\nassert model.size == 3",
    "pairs = zip([1, 2], double([1, 2]), strict=True)\nassert all(a == b for a, b in pairs)",
    "def reference(x):\n    return total + x\ntotal = 1\nassert reference(1) == double(1)",
    "model = Model()\nmodel.eval()",
    "np.testing.assert_allclose(double(np.ones(2)), [2, 2])",
    "double = lambda x: x\nassert double",
    "x = np.ones(3)\nwanted = 2 * x\nassert (double(x) == wanted).all()",
    "x = np.ones(3)\ny = double(x.copy())\nassert (y == 2 * x).all()",
    "for n in (1, 2):\n    x = np.ones(n)\n    double(x)",
    "x = np.ones(3)\nwith keeping('t', x=x):\n    y = double(x)\nassert (y == 2 * x).all()",
    "x = np.ones(3)\ndouble(x)\nexpect_unchanged(np.ones(3), x, 't', 'x')",
]


def course_of(test):
    return new_notebook(
        cells=[
            plain_cell("imports", IMPORTS, locked=True),
            plain_cell("student", STUDENT),
            plain_cell("training", "trained = 3", tags=["training"]),
            graded_cell("test_earlier", "earlier = 3"),
            graded_cell("test_double", test),
            plain_cell("after", "later = 3"),
        ]
    )


@pytest.mark.parametrize(("test", "words"), WRONG.items(), ids=list(WRONG))
def test_a_mistake_is_found_with_its_place(test, words):
    findings = lint(course_of(f"double(1)\n{test}" if not test.startswith("%") else test))
    assert len(findings) == 1
    assert findings[0].cell == "test_double"
    assert words in findings[0].message


@pytest.mark.parametrize("test", RIGHT)
def test_what_works_in_the_judge_is_no_mistake(test):
    assert lint(course_of(test)) == []


def test_the_line_is_the_cell_s():
    (finding,) = lint(course_of("double(1)\n\nfor a, b in zip([1], double([1])):\n    pass"))
    assert str(finding).startswith("test_double, line 3: zip stops")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_course_has_no_mistake(name):
    check(read_source(Course(REPOSITORY), name), name)


def test_a_course_with_a_mistake_is_not_released(tmp_path):
    course = Course(tmp_path)
    course.source.mkdir(parents=True)
    for name in NOTEBOOKS:
        write_notebook(course.source / f"{name}.ipynb", mini_source())
    path = course.source / f"{NOTEBOOKS[1]}.ipynb"
    source = nbformat.read(path, as_version=4)
    source.cells.append(graded_cell("test_more", "import pickle"))
    write_notebook(path, source)
    with pytest.raises(CourseError, match=r"1-2[^:]*:\n  test_more, line 1: .*no pickle"):
        release(course)
