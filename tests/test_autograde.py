"""`coursekit autograde`: the marks of plain nbgrader, and only what is left is done."""

import shutil

import pytest
from autograding import autograded, copy_of, everything, is_whole, run
from mini_course import NAME, cell_of, make_course, mini_source, solved, submit
from nbgrader.api import Gradebook
from test_grading import SUBMISSIONS, WRONG
from this_course import ASSIGNMENT

from coursekit.autograde.jobs import Settings, Submission, kit_digest
from coursekit.autograde.run import Choice, autograde
from coursekit.course import Course, CourseError
from coursekit.marks import read_marks
from coursekit.nbgrader_command import run_nbgrader
from coursekit.outcome import Kind
from coursekit.release import write_notebook

STUDENTS = ("2000-00001", "with space", "김철수", "[brackets]")


@pytest.fixture(scope="session")
def released(tmp_path_factory) -> Course:
    return make_course(tmp_path_factory.mktemp("released") / "course")


@pytest.fixture(scope="session")
def graded(released, tmp_path_factory) -> Course:
    """A course of four students that is graded."""
    course = copy_of(released, tmp_path_factory.mktemp("graded") / "course")
    for student in STUDENTS:
        submit(course, student, solved(course))
    run(course, "autograde", "-j", "2")
    return course


@pytest.fixture
def course(graded, tmp_path) -> Course:
    return copy_of(graded, tmp_path / "course")


def total(course: Course, student: str) -> float:
    return next(marks.total for marks in read_marks(course) if marks.student == student)


def graded_file(course: Course, student: str) -> tuple[int, bytes]:
    path = autograded(course, student)
    return path.stat().st_mtime_ns, path.read_bytes()


# --- the same marks --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def by_nbgrader(released, tmp_path_factory) -> Course:
    """The class of test_grading, graded by plain `nbgrader autograde`."""
    course = copy_of(released, tmp_path_factory.mktemp("nbgrader") / "course")
    for student, make in SUBMISSIONS.items():
        submit(course, student, make(course))
    run_nbgrader(course, "autograde", ASSIGNMENT)
    return course


@pytest.fixture(scope="module")
def by_kit(by_nbgrader, released, tmp_path_factory) -> Course:
    """The same class, graded by `coursekit autograde -j 2`."""
    course = copy_of(released, tmp_path_factory.mktemp("kit") / "course")
    shutil.copytree(by_nbgrader.submitted, course.submitted)
    assert f"graded {len(SUBMISSIONS)}, unchanged 0" in run(course, "autograde", "-j", "2")
    return course


def comparable(course: Course) -> dict:
    """Return what grading says, without the student whom plain nbgrader passes over."""
    return {key: value for key, value in everything(course).items() if key[0] != "no-notebook"}


def test_marks_comments_outcomes_and_flags_are_those_of_plain_nbgrader(by_nbgrader, by_kit):
    expected = comparable(by_nbgrader)
    assert len(expected) == 10 * (len(SUBMISSIONS) - 1)
    assert comparable(by_kit) == expected
    assert ("untouched", NAME, "comment", "why") in expected
    assert expected["untouched", NAME, "comment", "why"] == "No response."


def test_a_second_grading_one_at_a_time_gives_the_same(by_kit):
    before = everything(by_kit)
    run(by_kit, "autograde", "-j", "1", "--force")
    assert everything(by_kit) == before


def test_who_hands_in_no_notebook_gets_zeros_and_a_reason(by_kit):
    marks = next(marks for marks in read_marks(by_kit) if marks.student == "no-notebook")
    assert [mark.score for mark in marks.marks] == [0, 0, 0]
    assert {mark.outcome.kind for mark in marks.marks} == {Kind.MISSING}


# --- only what is left -----------------------------------------------------------------------


def test_what_has_not_changed_is_not_executed_again(course, executed):
    before = {student: graded_file(course, student) for student in STUDENTS}
    summary = autograde(course, Choice())
    assert (summary.graded, summary.unchanged, executed) == ([], len(STUDENTS), [])
    assert {student: graded_file(course, student) for student in STUDENTS} == before


def test_a_changed_submission_is_graded_again(course, executed):
    assert total(course, "김철수") == 5
    submit(course, "김철수", solved(course, double=WRONG["double"]))
    summary = autograde(course, Choice())
    assert (summary.graded, executed, summary.unchanged) == (["김철수"], [("김철수", NAME)], 3)
    assert total(course, "김철수") == 3


def test_a_changed_checkpoint_is_graded_again(course, executed):
    checkpoint = course.submitted / "[brackets]" / ASSIGNMENT / "model_checkpoints" / "p.pt"
    checkpoint.parent.mkdir()
    for content in (b"one", b"two"):
        checkpoint.write_bytes(content)
        assert autograde(course, Choice()).graded == ["[brackets]"]
    assert autograde(course, Choice()).graded == []
    assert executed == [("[brackets]", NAME)] * 2


def test_a_changed_source_is_graded_again_once_it_is_released(course, executed):
    source = mini_source()
    test = cell_of(source, "test_triple")
    test.source = test.source.replace("triple(11) == 33", "triple(11) == 34")
    write_notebook(course.source / f"{NAME}.ipynb", source)
    with pytest.raises(CourseError, match=r"test_triple .* run 'coursekit release'"):
        autograde(course, Choice())
    assert executed == []
    run_nbgrader(course, "generate_assignment", ASSIGNMENT, "--force")
    assert autograde(course, Choice()).graded == sorted(STUDENTS)
    assert {total(course, student) for student in STUDENTS} == {2}


def test_marks_that_the_gradebook_lost_are_given_again(course, executed):
    with Gradebook(course.gradebook_url) as gradebook:
        gradebook.remove_submission(ASSIGNMENT, "with space")
    assert autograde(course, Choice()).graded == ["with space"]
    assert executed == [("with space", NAME)]
    assert total(course, "with space") == 5


def test_only_the_chosen_student(course, executed):
    for student in STUDENTS:
        submit(course, student, solved(course, double=WRONG["double"]))
    autograde(course, Choice(students=["[brackets]"]))
    assert executed == [("[brackets]", NAME)]
    assert [total(course, student) for student in STUDENTS] == [5, 5, 5, 3]


def test_an_unknown_student_is_named(course):
    with pytest.raises(CourseError, match="no submission of 2000-99999"):
        autograde(course, Choice(students=["2000-99999"]))


def test_force_executes_what_has_not_changed(course, executed):
    summary = autograde(course, Choice(students=["with space"], force=True))
    assert (summary.graded, executed) == (["with space"], [("with space", NAME)])


# --- two notebooks ---------------------------------------------------------------------------

OTHER = "Assignment1-1_Data_Curation"


@pytest.fixture(scope="module")
def released_two(tmp_path_factory) -> Course:
    return make_course(tmp_path_factory.mktemp("two") / "course", names=(OTHER, NAME))


@pytest.fixture
def two_notebooks(released_two, tmp_path, executed) -> Course:
    """A course of two notebooks, of which one student handed in both, and both are graded."""
    course = copy_of(released_two, tmp_path / "two")
    submit(course, "twice", solved(course))
    write_notebook(course.submitted / "twice" / ASSIGNMENT / f"{OTHER}.ipynb", solved(course))
    assert autograde(course, Choice()).graded == ["twice"]
    assert total(course, "twice") == 10
    executed.clear()
    return course


def test_only_the_chosen_notebook_is_executed(two_notebooks, executed):
    course = two_notebooks
    before = graded_file(course, "twice")
    wrong = solved(course, **WRONG)
    write_notebook(course.submitted / "twice" / ASSIGNMENT / f"{OTHER}.ipynb", wrong)
    assert autograde(course, Choice(notebooks=[NAME])).graded == []
    assert autograde(course, Choice(notebooks=[OTHER])).graded == ["twice"]
    assert executed == [("twice", OTHER)]
    assert graded_file(course, "twice") == before
    assert total(course, "twice") == 5
    assert autograde(course, Choice()).graded == []


def test_a_notebook_withdrawn_in_a_resubmission_keeps_no_marks(two_notebooks, executed):
    course = two_notebooks
    (course.submitted / "twice" / ASSIGNMENT / f"{OTHER}.ipynb").unlink()
    assert autograde(course, Choice()).graded == ["twice"]
    assert not autograded(course, "twice", OTHER).exists()
    marks = next(marks for marks in read_marks(course) if marks.student == "twice")
    assert (marks.part(OTHER), marks.part(NAME)) == (0, 5)
    assert {m.outcome.kind for m in marks.marks if m.task.notebook == OTHER} == {Kind.MISSING}
    assert autograde(course, Choice()).graded == []
    assert is_whole(course)


def test_all_notebooks_withdrawn(two_notebooks, executed):
    course = two_notebooks
    for path in (course.submitted / "twice" / ASSIGNMENT).glob("*.ipynb"):
        path.unlink()
    assert autograde(course, Choice()).graded == ["twice"]
    assert (total(course, "twice"), executed) == (0, [])
    assert autograde(course, Choice()).graded == []


def test_a_notebook_that_is_a_link_is_not_read(tmp_path):
    course = make_course(tmp_path / "course")
    folder = course.submitted / "link" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").symlink_to(course.source / f"{NAME}.ipynb")
    job = Submission(course, "link").job(NAME, Settings(5, (), False), kit_digest())
    assert job.submitted == b""
