"""The hostile zoo, graded as one class by plain `nbgrader autograde`: nothing gained, nothing lost.

Only the attacks that are selected are graded: `-k equal_int` is quick. `make test` takes a sample,
`make test-all` the whole zoo.
"""

import sys
from pathlib import Path

import pytest
from hostile.box import box_works
from hostile.course import (
    HIDDEN_SECRET,
    NEIGHBOUR_SECRET,
    SOLUTION_SECRET,
    TARGETS,
    hidden_lines,
    our_config,
    stock_config,
)
from hostile.results import PLAIN, Graded, grade_in_box, hand_in, prepare
from hostile.zoo import FIRST, Attack, load_zoo
from reading import visible_text
from this_course import ASSIGNMENT

from coursekit.course import LOOK
from coursekit.marks import StudentMarks, read_marks
from coursekit.outcome import Kind

SAMPLE = {
    "metadata/skip_execution",
    "tests/deleted",
    "patched/ast_transformer",
    "patched/do_execute",
    "liars/equal_int",
    "liars/reduce",
    "reading/source",
    "writing/gradebook",
    "writing/canary",
    "network/loopback",
    "time/sleep_in_cell",
    "bombs/forks",
    "processes/kill_all",
    "processes/daemon",
    "names/shadow_json",
    "formats/invalid_json",
    "formats/surrogates",
    "exceptions/lying_str",
    "judge/forged_answer",
    "judge/callback_arguments",
}
"""What `make test` grades: the quickest attack of most families, and what beats stock nbgrader."""

KIT = (sys.executable, "-m", "coursekit.cli")

SECONDS = 20
"""What one submission may take on a busy machine, on average."""

pytestmark = [
    pytest.mark.timeout(4000),
    pytest.mark.skipif(bool(box_works()), reason=box_works() or "the box works"),
]

ATTACKS = [
    pytest.param(
        attack,
        id=f"{attack.family}/{attack.name}",
        marks=[] if f"{attack.family}/{attack.name}" in SAMPLE else [pytest.mark.slow],
    )
    for attack in load_zoo()
]


@pytest.fixture(scope="module")
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """The class of all attacks that the selected tests ask for."""
    calls = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    chosen = [params["attack"] for params in calls if isinstance(params.get("attack"), Attack)]
    attacks = {attack.path: attack for attack in chosen}
    world = tmp_path_factory.mktemp("world")
    course = prepare(world, our_config())
    hand_in(course, [attacks[path] for path in sorted(attacks)])
    return grade_in_box(world, course, timeout=120 + SECONDS * len(attacks))


@pytest.fixture(scope="module")
def marks(graded: Graded) -> dict[str, StudentMarks]:
    return {student.student: student for student in read_marks(graded.course)}


@pytest.mark.parametrize("attack", ATTACKS)
def test_gains_nothing(graded: Graded, attack: Attack) -> None:
    assert graded.gained(attack.student) == graded.gained(PLAIN) == 0


@pytest.mark.parametrize("attack", ATTACKS)
def test_keeps_what_was_earned(graded: Graded, attack: Attack) -> None:
    assert graded.earned(attack.student) == (0 if attack.costs else 3), attack.costs


@pytest.mark.parametrize("attack", ATTACKS)
def test_ends_with_marks_and_reasons(marks: dict[str, StudentMarks], attack: Attack) -> None:
    of_notebook = [m for m in marks[attack.student].marks if m.task.notebook == attack.notebook]
    assert of_notebook
    for mark in of_notebook:
        assert mark.score is not None or mark.task.written
        if mark.task.cell in TARGETS:
            assert mark.outcome.kind is not Kind.PASSED
            assert mark.outcome.message.strip()


@pytest.mark.parametrize("attack", ATTACKS)
def test_learns_nothing(graded: Graded, attack: Attack) -> None:
    assert graded.shown(attack.student) == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_gets_feedback_without_secrets(graded: Graded, attack: Attack) -> None:
    folder = graded.course.feedback / attack.student / ASSIGNMENT
    pages = list(folder.glob("*.html"))
    assert [page.stem for page in pages] == [attack.notebook]
    for page in pages:
        raw, text = page.read_text(encoding="utf-8"), visible_text(page)
        for secret in (HIDDEN_SECRET, SOLUTION_SECRET, NEIGHBOUR_SECRET):
            assert secret not in raw
        for line in hidden_lines():
            assert line not in text


@pytest.mark.parametrize("attack", ATTACKS)
def test_hands_the_grader_no_foreign_file(graded: Graded, attack: Attack) -> None:
    for top in (graded.course.autograded, graded.course.feedback):
        for path in (top / attack.student).rglob("*"):
            assert not path.is_symlink(), path
            assert not path.is_file() or path.stat().st_size < 5_000_000, path
            if path.is_file() and path.suffix != ".ipynb":
                assert HIDDEN_SECRET.encode() not in path.read_bytes(), path


def test_an_honest_wrong_answer_is_what_it_is(graded: Graded) -> None:
    assert (graded.gained(PLAIN), graded.earned(PLAIN)) == (0, 3)


def test_the_class_is_graded_to_its_end(graded: Graded) -> None:
    assert graded.visit.finished
    assert None not in graded.visit.exit_codes
    assert graded.harmed() == []


def test_nothing_is_left_running(graded: Graded) -> None:
    assert graded.visit.left_running == []


def test_nothing_was_sent(graded: Graded) -> None:
    assert graded.visit.connections == []


def test_no_file_was_touched(graded: Graded) -> None:
    assert graded.touched == []


@pytest.mark.parametrize("names", ["sample", pytest.param("all", marks=pytest.mark.slow)])
def test_three_gradings_give_the_same_marks(names: str, tmp_path: Path) -> None:
    """Twice in parallel and once one at a time, by `coursekit autograde`; and gain nothing."""
    attacks = [
        attack
        for attack in load_zoo()
        if names == "all" or f"{attack.family}/{attack.name}" in SAMPLE
    ]
    course = prepare(tmp_path, our_config())
    hand_in(course, attacks)
    kit = [*KIT, "--course", ".", "autograde", "--force", "-j"]
    graded = [
        grade_in_box(
            tmp_path, course, 120 + SECONDS * len(attacks), feedback=False, autograde=[*kit, jobs]
        )
        for jobs in ("2", "2", "1")
    ]
    assert [one.visit.exit_codes for one in graded] == [[LOOK]] * 3  # answers await a person
    assert graded[0].scores == graded[1].scores == graded[2].scores
    assert {attack.student for attack in attacks} <= graded[0].scores.keys()
    assert [attack.name for attack in attacks if graded[0].gained(attack.student) > 0] == []


def test_stock_nbgrader_shows_that_the_measures_see(tmp_path: Path) -> None:
    """Without our settings the same attacks succeed, so the tests above are not blind."""
    attacks = [
        attack
        for attack in load_zoo()
        if f"{attack.family}/{attack.name}"
        in ("metadata/skip_execution", "network/loopback", "processes/daemon", "reading/source",
            "writing/canary")
    ]  # fmt: skip
    course = prepare(tmp_path, stock_config())
    hand_in(course, attacks)
    graded = grade_in_box(tmp_path, course, timeout=200)
    students = {attack.name: attack.student for attack in attacks}
    assert graded.gained(students["skip_execution"]) == 8
    assert graded.gained(PLAIN) == 0
    assert graded.shown(students["source"]) == [SOLUTION_SECRET]
    assert graded.shown(FIRST) == []
    assert graded.visit.connections == ["tcp 127.0.0.1"]
    assert any("sleep 600" in line for line in graded.visit.left_running)
    assert "public/canary.txt" in graded.touched
