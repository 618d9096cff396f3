"""`coursekit release` grades right solutions first; a test that takes one for wrong stops it."""

import shutil

import pytest
from autograding import copy_of, run
from mini_course import NAME, cell_of, make_course, mini_source

from coursekit.course import REPOSITORY, Course, CourseError
from coursekit.proof import prove, right_solutions, share
from coursekit.release import write_notebook

RIGHT = {
    "double/right_sum": '"""Adds."""\ndef double(x):\n    return x + x\n',
    "double/right_shift": '"""Shifts its bits."""\ndef double(x):\n    return x << 1\n',
    "triple/right_sum": '"""Adds."""\ndef triple(x):\n    return x + x + x\n',
}


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Course:
    return make_course(tmp_path_factory.mktemp("proof") / "course")


@pytest.fixture
def course(released, tmp_path) -> Course:
    course = copy_of(released, tmp_path / "course")
    for name, text in RIGHT.items():
        path = course.root / "tests" / "solutions" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return course


def change_test(course: Course, old: str, new: str) -> None:
    source = mini_source()
    test = cell_of(source, "test_double")
    assert old in test.source
    test.source = test.source.replace(old, new)
    write_notebook(course.source / f"{NAME}.ipynb", source)


def test_right_tests_are_proved(course, capsys):
    prove(course)
    assert "reference and 3 right solutions" in capsys.readouterr().err


def test_a_wrong_hidden_test_is_refused_before_anything_is_written(course):
    change_test(course, "double(21) == 42", "double(21) == 43")
    before = course.gradebook.read_bytes()
    said = run(course, "release", "--quick", status=1)
    assert "Nothing is released, as tests take right solutions for wrong:" in said
    assert "1-2 double: the reference has 0 of 2 points: wrong. A hidden test" in said
    assert course.gradebook.read_bytes() == before
    assert not (course.root / f"{course.assignment.name}.tar.gz").exists()


def test_a_test_that_only_the_reference_passes_is_refused(course, capsys):
    change_test(course, "assert double(21) == 42", "assert double(2.5) == 5")
    prove(course, quick=True)
    with pytest.raises(CourseError) as refused:
        prove(course)
    said = str(refused.value)
    assert "1-2 double: right_shift.py (Shifts its bits) has 0 of 2 points: raised an error" in said
    assert said.count("0 of 2 points") == 1


def test_a_course_without_collected_solutions_is_proved_by_its_reference(course, capsys):
    shutil.rmtree(course.root / "tests")
    assert right_solutions(course, NAME) == []
    prove(course)
    assert "right solutions" not in capsys.readouterr().err


def test_the_shipped_reference_is_proved():
    prove(Course(REPOSITORY), quick=True)


def test_solutions_of_one_task_are_never_in_one_submission():
    course = Course(REPOSITORY)
    for name in ("Assignment1-1_Data_Curation", NAME):
        files = right_solutions(course, name)
        groups = share(name, files)
        assert sorted(path for group in groups for path in group.files) == sorted(files)
        for group in groups:
            assert len({path.parent for path in group.files}) == len(group.files)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_all_shipped_right_solutions_are_proved():
    prove(Course(REPOSITORY))
