"""The student version: what source/ generates, nothing of the instructor's in it, ready to open."""

import os
import re
import shutil
import subprocess
import sys
import tarfile

import nbformat
import pytest
from reading import asserted_lines, region
from this_course import ASSIGNMENT, NOTEBOOKS

from coursekit.course import REPOSITORY, Course, new_course
from coursekit.marks import read_tasks
from coursekit.release import STUDENT_FILES, asked, pack_archive, release
from coursekit.source import from_script, parse_source, read_source, to_script
from coursekit.stubs import WRITTEN_STUB, stub_message

HERE = Course(REPOSITORY)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = new_course(tmp_path_factory.mktemp("course"))
    release(course)
    return course


@pytest.fixture(scope="module")
def texts(released: Course) -> dict[str, str]:
    """The text of every text file in the student archive, by its name."""
    with tarfile.open(released.root / f"{ASSIGNMENT}.tar.gz") as archive:
        return {
            member.name: archive.extractfile(member).read().decode("utf-8")
            for member in archive
            if member.isfile() and not member.name.endswith((".png", ".gz"))
        }


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_committed_student_notebook_is_what_source_generates(released, name):
    committed = (REPOSITORY / f"{name}.ipynb").read_text(encoding="utf-8")
    generated = (released.root / f"{name}.ipynb").read_text(encoding="utf-8")
    assert committed == generated, "stale: run 'make notebooks' and commit the result"


def test_the_committed_settings_for_students_are_those_of_the_course(released):
    committed = (REPOSITORY / "assignment.json").read_text(encoding="utf-8")
    assert committed == asked(released), "stale: run 'make notebooks' and commit the result"


def test_the_archive_holds_what_a_student_needs_and_nothing_else(released):
    with tarfile.open(released.root / f"{ASSIGNMENT}.tar.gz") as archive:
        names = {m.name.removeprefix(f"{ASSIGNMENT}/") for m in archive}
        script = archive.getmember(f"{ASSIGNMENT}/CollectSubmission.sh")
        embedded = archive.getmember(f"{ASSIGNMENT}/utils/embedded/notMNIST_large.tar.gz")
    assert {f"{name}.ipynb" for name in NOTEBOOKS} <= names
    assert {"data", "model_checkpoints", "requirements.txt", "README.md"} <= names
    assert script.mode & 0o100
    assert embedded.size > 1_000_000
    assert any(name.startswith("utils/images/") for name in names)
    top = {name.split("/")[0] for name in names}
    assert top - {f"{name}.ipynb" for name in NOTEBOOKS} == {
        ASSIGNMENT,
        "CollectSubmission.bat",
        "CollectSubmission.sh",
        "FAQ.md",
        "GLOSSARY.md",
        "README.md",
        "assignment.json",
        "data",
        "experiments.yaml",
        "install.py",
        "model_checkpoints",
        "nbgrader_config.py",
        "requirements.txt",
        "utils",
    }
    assert not any(name.startswith(("data/", "model_checkpoints/")) for name in names)


def test_the_cell_for_hosted_services_sets_everything_up(released, tmp_path):
    """The cell of the FAQ, run twice beside the archive, makes `utils` importable."""
    shutil.copy(released.root / f"{ASSIGNMENT}.tar.gz", tmp_path)
    faq = (STUDENT_FILES / "FAQ.md").read_text(encoding="utf-8")
    english, korean = re.findall(r"^```python\n(.*?)^```", faq, flags=re.DOTALL | re.MULTILINE)
    assert english == korean
    script = f"{english}\n{english}\nimport utils.archives, os\nprint(os.getcwd())"
    environment = {**os.environ, "PIP_NO_INDEX": "1"}  # everything is there: nothing to download
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(tmp_path / ASSIGNMENT)]
    assert (tmp_path / ASSIGNMENT / f"{NOTEBOOKS[0]}.ipynb").exists()


def test_the_same_files_give_the_same_archive(released):
    before = (released.root / f"{ASSIGNMENT}.tar.gz").read_bytes()
    assert pack_archive(released).read_bytes() == before


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_hidden_test_reaches_students(texts, name):
    student = nbformat.reads(texts[f"{ASSIGNMENT}/{name}.ipynb"], as_version=4)
    by_id = {cell["id"]: cell for cell in student.cells}
    asserted = set()
    for cell in read_source(HERE, name).cells:
        hidden = region(cell.source, "HIDDEN TESTS")
        if hidden:
            visible = cell.source.split("### BEGIN HIDDEN TESTS")[0]
            assert by_id[cell["id"]].source.strip() == visible.strip()
        asserted |= set(asserted_lines(cell.source))
    assert asserted
    for file, text in texts.items():
        assert "HIDDEN TESTS" not in text, file
        assert "load_hidden_set" not in text and "load_scoring_set" not in text, file
        assert not [line for line in asserted if line in text], file


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_solution_reaches_students(texts, name):
    student = nbformat.reads(texts[f"{ASSIGNMENT}/{name}.ipynb"], as_version=4)
    by_id = {cell["id"]: cell for cell in student.cells}
    for cell in read_source(HERE, name).cells:
        if not cell.metadata.get("nbgrader", {}).get("solution"):
            continue
        shown = by_id[cell["id"]].source
        if cell.cell_type == "markdown":
            assert shown == WRITTEN_STUB
            continue
        assert stub_message(cell["id"]) in shown
        solution = region(cell.source, "SOLUTION")
        assert solution, f"{cell['id']} has no solution region"
        kept = {line.strip() for line in shown.splitlines()}
        assert not [line for line in solution if line in kept and len(line) > 12]


def test_nothing_of_the_instructor_is_in_the_archive(texts):
    for file, text in texts.items():
        assert "BEGIN SOLUTION" not in text, file
        assert not re.search(r"^\s*(from|import) coursekit", text, flags=re.MULTILINE), file


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_source_is_tidy(name):
    """No outputs, stable ids, and `pack` after `unpack` changes nothing."""
    source = read_source(HERE, name)
    for cell in source.cells:
        assert not cell.get("outputs") and not cell.get("execution_count")
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        assert grade_id in (None, cell["id"])
    assert from_script(to_script(source)) == source


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_code_task_has_a_stub_a_visible_check_and_hidden_tests(name):
    cells = read_source(HERE, name).cells
    ids = [cell["id"] for cell in cells]
    for cell in cells:
        if not cell["id"].startswith("test_"):
            continue
        task = cell["id"].removeprefix("test_").split("__")[0]
        assert ids.index(task) < ids.index(cell["id"]), f"{task} has no solution cell before it"
        visible = cell.source.split("### BEGIN HIDDEN TESTS")[0]
        assert "checks." in visible, f"{cell['id']} has no visible check"
        assert region(cell.source, "HIDDEN TESTS"), f"{cell['id']} has no hidden test"


def test_points_add_up_to_100_and_the_table_in_the_docs_agrees():
    tasks = read_tasks(HERE)
    assert sum(task.points for task in tasks) == 100
    table = re.findall(
        r"^\| 1-(\d) \| `([a-z0-9_]+)` \| (\d+) \|",
        (REPOSITORY / "docs" / "points.md").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    part = re.compile(rf"{ASSIGNMENT}-(\d)")
    assert table == [
        (part.match(task.notebook)[1], task.name, f"{task.points:g}") for task in tasks
    ]


def test_committed_files_hold_no_outputs_and_no_paths_of_a_machine():
    for name in NOTEBOOKS:
        for path in (REPOSITORY / f"{name}.ipynb", HERE.source / f"{name}.ipynb"):
            text = path.read_text(encoding="utf-8")
            assert '"output_type"' not in text, path
            assert not re.search(r"/(home|root|Users|work)/", text), path


def test_a_notebook_of_an_older_format_gets_ids_that_stay():
    old = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# One"), nbformat.v4.new_code_cell("x = 1")]
    )
    for cell in old.cells:
        del cell["id"]
    old.cells[1].metadata["nbgrader"] = {"grade_id": "task"}
    old.nbformat_minor = 2
    text = nbformat.writes(old)
    first, second = parse_source(text), parse_source(text)
    assert [cell["id"] for cell in first.cells] == ["one", "task"]
    assert first == second
    nbformat.validate(first)
