"""Feedback pages of a small class, by `coursekit grade`: complete, safe, and looked at in chromium.

The class holds work that breaks pages; nobody else's page may notice.
"""

import copy
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from autograding import autograded, copy_of, run, start, wait_for
from bs4 import BeautifulSoup
from jupyter_browser import WHY_NO_BROWSER, browser_page
from mini_course import HIDDEN_LINES, NAME, cell_of, make_course, solved, submit
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from pasted import noise, red
from playwright.sync_api import Page
from reading import visible_text
from this_course import ASSIGNMENT

from coursekit.course import REPOSITORY, Course
from coursekit.gradebook import open_gradebook
from coursekit.marks import StudentMarks, read_marks
from coursekit.nbgrader_command import run_nbgrader
from coursekit.pages.limited import Limits
from coursekit.pages.write import page_of, write_feedback

OTHER = "Assignment1-1_Data_Curation"
"""A second notebook, which nobody hands in."""

HOSTILE = (
    "\\\\(" * 20_000,
    "<div>" * 12_000,
    "<b>" * 1_900,
    "\\begin{a}" * 6_000,
    "![x](attachment:missing.png)",
    "".join(f"${'(' * 100}{'x' * i}$ " for i in range(5)),
    "> " * 1_900,
    "<script>document.title = 'taken over'</script><img src=x onerror=\"document.title='taken'\">",
)


def painter(course: Course) -> NotebookNode:
    """A right solution whose answer holds a pasted picture, and one that is gone."""
    notebook = solved(
        course, why="See ![my sketch](attachment:sketch.png) and ![x](attachment:gone.png)."
    )
    cell_of(notebook, "why").attachments = {"sketch.png": {"image/png": red()}}
    wide = "x" * 400
    notebook.cells += [
        new_code_cell(f"print('{wide}')\nlong = '{wide}'", id="wide"),
        new_markdown_cell(
            f"| {' | '.join(['column'] * 40)} |\n|{'---|' * 40}\n\n{wide}", id="table"
        ),
        new_markdown_cell(f"$$ {' + '.join(['x_1'] * 80)} $$", id="formula"),
        new_markdown_cell(
            "<details><summary>More</summary>\n\nfolded words\n\n</details>", id="fold"
        ),
    ]
    return notebook


def hostile(course: Course) -> NotebookNode:
    """Code among markup that takes its time."""
    raises = "def triple(x):\n    raise ValueError('<i>marked up</i>')"
    notebook = solved(course, why=HOSTILE[0], triple=raises)
    notebook.cells += [new_markdown_cell(text, id=f"hostile-{i}") for i, text in enumerate(HOSTILE)]
    notebook.cells.append(
        new_code_cell(
            "print('\\x1b[31ma' * 3_000)\n"
            "from IPython.display import HTML, display\n"
            "display(HTML('<div>' * 12_000))\n"
            "raise ValueError('\\x1b[31m(' * 20_000)",
            id="outputs",
        )
    )
    return notebook


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = make_course(tmp_path_factory.mktemp("class") / "course", names=(NAME, OTHER))
    wrong = solved(course, triple="def triple(x):\n    return x + 2")
    for student, notebook in {
        "painter": painter(course),
        "hostile": hostile(course),
        "wrong": wrong,
        "nothing": None,
    }.items():
        submit(course, student, notebook)
    checkpoints = course.submitted / "wrong" / ASSIGNMENT / "model_checkpoints"
    checkpoints.mkdir()
    (checkpoints / "problem2.pt").write_bytes(b"a checkpoint")
    with open_gradebook(course) as gradebook:
        gradebook.add_student("painter", first_name="Minji", last_name="Kim <b>")
    run(course, "grade")
    return course


@pytest.fixture(scope="module")
def marks(course: Course) -> list[StudentMarks]:
    return read_marks(course)


STUDENTS = ("painter", "hostile", "wrong", "nothing")


def soup(course: Course, student: str) -> BeautifulSoup:
    return BeautifulSoup(page_of(course, student).read_text(encoding="utf-8"), "html.parser")


def words(course: Course, student: str) -> str:
    return " ".join(soup(course, student).get_text(" ").split())


# ---------------------------------------------------------------- what is on a page


def test_there_is_a_page_for_each_student_and_no_other_file(course: Course) -> None:
    found = {path for path in course.feedback.rglob("*") if path.is_file()}
    assert found == {page_of(course, student) for student in STUDENTS}
    assert not list(course.reports.glob("pages*"))


def test_the_report_leads_to_each_page(course: Course) -> None:
    report = BeautifulSoup((course.reports / "report.html").read_text(), "html.parser")
    links = {(course.reports / str(a["href"])).resolve() for a in report.find_all("a")}
    assert links == {page_of(course, student).resolve() for student in STUDENTS}


def test_a_page_names_the_student(course: Course) -> None:
    assert soup(course, "painter").h1.get_text() == "Minji Kim <b>"
    assert "painter" in words(course, "painter")
    assert soup(course, "wrong").h1.get_text() == "wrong"


@pytest.mark.parametrize("student", STUDENTS)
def test_the_table_of_results_comes_first(course: Course, student: str) -> None:
    page = soup(course, student)
    section = page.main.find("section")
    assert section["class"] == ["results"]
    rows = [row for table in section.find_all("table") for row in table.tbody.find_all("tr")]
    assert rows
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for link in page.find_all("a"):
        assert str(link["href"]).startswith("#") and str(link["href"])[1:] in ids, link


def test_a_row_says_points_result_and_reason(course: Course) -> None:
    rows = {
        row.th.get_text(): " ".join(row.get_text(" ").split())
        for row in soup(course, "wrong").select(".results tbody tr")
        if row.th
    }
    assert rows["double"] == "double 2 of 2 passed"
    assert rows["triple"] == (
        "triple 0 of 3 wrong A hidden test of this task found a wrong result."
    )
    assert rows["why"] == "why – of 1 awaits grading"
    assert "0 of 1" not in words(course, "wrong")
    assert "2 of 12 points (1 still to be graded)" in words(course, "wrong")


def test_a_missing_notebook_is_a_sentence(course: Course) -> None:
    said = words(course, "painter")
    assert f"{OTHER}.ipynb was not among the submitted files." in said
    assert f"{NAME}.ipynb was not among the submitted files." in words(course, "nothing")
    assert not soup(course, "nothing").select(".part")


@pytest.mark.parametrize("student", STUDENTS)
def test_no_page_shows_a_hidden_test(course: Course, student: str) -> None:
    text = visible_text(page_of(course, student))
    for line in ("HIDDEN", "double(21)", "triple(11)", *HIDDEN_LINES):
        assert line not in text


@pytest.mark.parametrize("student", STUDENTS)
def test_a_page_stands_alone_and_runs_nothing(course: Course, student: str) -> None:
    page = soup(course, student)
    assert not page.find_all(["script", "iframe", "link", "object", "embed", "form", "base"])
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})
    assert str(policy["content"]).startswith("default-src 'none'; img-src data:;")
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert str(tag.get("src", "data:image/")).startswith("data:image/")


def test_hostile_markup_costs_the_looks_of_its_own_cells_only(course: Course) -> None:
    said = words(course, "hostile")
    assert said.count("Shown as it was written, since") >= 5
    assert "[picture: x; it is not in the notebook]" in said
    assert "double 2 of 2 passed" in said and "def triple ( x ):" in said
    assert "ValueError: <i>marked up</i>" in said
    for student in ("painter", "wrong"):
        assert "as it was written" not in words(course, student)
        assert "plain text" not in words(course, student)


# ---------------------------------------------------------------- what changed


def times(course: Course) -> dict[str, int]:
    return {student: page_of(course, student).stat().st_mtime_ns for student in STUDENTS}


def changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    return {student for student in STUDENTS if before[student] != after[student]}


def test_only_pages_that_changed_are_written(course: Course, tmp_path: Path) -> None:
    own = copy_of(course, tmp_path / "course")
    before = times(own)
    with open_gradebook(own) as gradebook:
        comment = gradebook.find_comment("why", NAME, ASSIGNMENT, "wrong")
        comment.manual_comment = "Say <why>, please."
        grade = gradebook.find_grade("why", NAME, ASSIGNMENT, "painter")
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        gradebook.db.commit()
    run(own, "grade")
    assert changed(before, times(own)) == {"wrong", "painter"}
    assert "Comment: Say <why>, please." in words(own, "wrong")
    assert "why 0.5 of 1 graded by hand" in words(own, "painter")

    before = times(own)
    submit(own, "wrong", solved(own))
    run(own, "grade")
    assert changed(before, times(own)) == {"wrong"}
    assert "triple 3 of 3 passed" in words(own, "wrong")


def test_what_an_older_kit_left_beside_a_page_goes(course: Course, tmp_path: Path) -> None:
    own = copy_of(course, tmp_path / "course")
    folder = page_of(own, "wrong").parent
    page_of(own, "wrong").unlink()
    (folder / f"{NAME}.html").write_text("an old page")
    (folder / "model_checkpoints").mkdir()
    (folder / "model_checkpoints" / "problem2.pt").write_bytes(b"a checkpoint")
    run(own, "grade")
    assert list(folder.iterdir()) == [page_of(own, "wrong")]


def test_ctrl_c_stops_the_writing_and_the_next_run_goes_on(course: Course, tmp_path: Path) -> None:
    own = copy_of(course, tmp_path / "course")
    shutil.rmtree(own.feedback)
    with start(own, "grade") as process:
        wait_for((own.reports / "pages.unfinished").exists, process)
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=100)
    assert process.returncode == 130
    assert said.splitlines()[-1].startswith("coursekit: stopped by you; run the same command again")
    assert "Traceback" not in said
    assert not (own.reports / "pages.unfinished").exists()
    run(own, "grade")
    assert {student: words(own, student) for student in STUDENTS} == {
        student: words(course, student) for student in STUDENTS
    }


# ---------------------------------------------------------------- when no full page can be made


def test_a_page_beyond_its_limits_becomes_a_plain_one(
    course: Course, marks: list[StudentMarks], tmp_path: Path
) -> None:
    """A picture too large for the limit: text only, and a sentence that says why."""
    own = copy_of(course, tmp_path / "course")
    shutil.rmtree(own.feedback)
    add_output(own, "painter", noise((900, 900)), {})
    problems = write_feedback(own, marks, limits=Limits(file=2_000_000))
    assert len(problems) == 1
    assert problems[0].startswith("painter: the feedback page is a plainer one, since a full one")
    said = words(own, "painter")
    assert "plain text, without plots and formulas, since a full one could not be made" in said
    assert "(it would be larger than 2 MB)" in said
    assert "triple 3 of 3 passed" in said and "def triple(x):" in said
    assert "See ![my sketch](attachment:sketch.png)" in said
    assert not soup(own, "painter").find_all("img")
    for line in ("HIDDEN", *HIDDEN_LINES):
        assert line not in visible_text(page_of(own, "painter"))
    for student in ("hostile", "wrong", "nothing"):
        assert words(own, student) == words(course, student)


def test_work_of_which_no_page_can_be_made_leaves_the_results(
    course: Course, marks: list[StudentMarks], tmp_path: Path
) -> None:
    own = copy_of(course, tmp_path / "course")
    shutil.rmtree(own.feedback)
    path = autograded(own, "hostile")
    path.chmod(0o644)
    path.write_text("{", encoding="utf-8")
    problems = write_feedback(own, marks)
    assert [problem.split(":")[0] for problem in problems] == ["hostile"]
    said = words(own, "hostile")
    assert "This page shows your results without your work, since a full one" in said
    assert "an error came up" in said and "double 2 of 2 passed" in said
    for student in ("painter", "wrong", "nothing"):
        assert words(own, student) == words(course, student)


def test_work_for_whose_page_no_time_is_left_leaves_the_results(
    course: Course, marks: list[StudentMarks], tmp_path: Path
) -> None:
    own = copy_of(course, tmp_path / "course")
    shutil.rmtree(own.feedback)
    problems = write_feedback(own, marks, limits=Limits(seconds=0.001))
    assert sorted(problem.split(":")[0] for problem in problems) == sorted(STUDENTS)
    said = words(own, "hostile")
    assert "it took more than 0.001 seconds" in said and "double 2 of 2 passed" in said


def add_output(course: Course, student: str, picture: str, metadata: dict[str, object]) -> None:
    """Add a displayed picture to what a student's notebook showed when it was graded."""
    path = autograded(course, student)
    path.chmod(0o644)
    notebook = nbformat.read(path, as_version=4)
    cell = copy.deepcopy(cell_of(notebook, "double"))
    cell.update(id="plot", source="plot()", metadata={})
    cell.outputs = [
        new_output("display_data", data={"image/png": picture}, metadata={"image/png": metadata})
    ]
    notebook.cells.append(cell)
    nbformat.write(notebook, path)


# ---------------------------------------------------------------- plain nbgrader


def test_plain_nbgrader_writes_safe_pages_and_nothing_else(course: Course, tmp_path: Path) -> None:
    own = copy_of(course, tmp_path / "course")
    (page_of(own, "wrong").parent / f"{NAME}.html").write_text("an old page")
    run_nbgrader(own, "generate_feedback", ASSIGNMENT)
    for student in ("painter", "hostile", "wrong"):
        folder = page_of(own, student).parent
        assert {path.name for path in folder.iterdir()} == {"index.html", f"{NAME}.html"}
        page = BeautifulSoup((folder / f"{NAME}.html").read_text(), "html.parser")
        assert not page.find_all(["script", "i"]) and page.find("h2", id="results")
        text = visible_text(folder / f"{NAME}.html")
        assert "double" in text and not [line for line in HIDDEN_LINES if line in text]
    assert "– of 1" in text and "awaits grading" in text


# ---------------------------------------------------------------- in a browser

in_a_browser = pytest.mark.skipif(WHY_NO_BROWSER is not None, reason=str(WHY_NO_BROWSER))


@pytest.fixture(scope="module")
def shown(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page of the painter in a browser, with a plot in it."""
    own = copy_of(course, tmp_path_factory.mktemp("shown") / "course")
    add_output(own, "painter", red((300, 200)), {"alt": "loss against epoch, falling"})
    run(own, "grade")
    with browser_page() as (page, elsewhere):
        page.goto(page_of(own, "painter").as_uri())
        yield page
        assert elsewhere == []


def shoot(page: Page, name: str) -> None:
    folder = REPOSITORY / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")


@pytest.mark.browser
@in_a_browser
class TestInABrowser:
    def test_plots_and_pasted_pictures_are_shown(self, shown: Page) -> None:
        images = shown.evaluate(
            "[...document.images].map(i => [i.alt, i.naturalWidth, i.getClientRects().length])"
        )
        assert images == [["my sketch", 120, 1], ["loss against epoch, falling", 300, 1]]
        assert shown.title() == "Assignment1: Minji Kim <b>"
        shoot(shown, "feedback-desktop")

    @pytest.mark.parametrize("width", [360, 1400])
    def test_a_page_does_not_scroll_sideways(self, shown: Page, width: int) -> None:
        shown.set_viewport_size({"width": width, "height": 800})
        assert shown.evaluate("document.documentElement.scrollWidth") == width
        shoot(shown, f"feedback-{width}")
        outside = shown.evaluate(
            "width => [...document.querySelectorAll('body *')].filter(e =>"
            " e.getBoundingClientRect().right > width + 1"
            " && !e.parentElement.closest('pre, .body, .output')).map(e => e.outerHTML)",
            width,
        )
        assert outside == []

    def test_nothing_is_hidden_in_print(self, shown: Page) -> None:
        shown.set_viewport_size({"width": 720, "height": 1000})
        assert not shown.get_by_text("folded words").is_visible()
        shown.emulate_media(media="print")
        assert shown.get_by_text("folded words").is_visible()
        cut = shown.evaluate(
            "[...document.querySelectorAll('pre')].filter(e => e.scrollHeight > e.clientHeight + 2"
            " || e.scrollWidth > e.clientWidth + 2).map(e => e.outerHTML)"
        )
        assert cut == []
        shoot(shown, "feedback-print")
        shown.emulate_media(media="screen")

    def test_a_page_is_dark_where_the_reader_likes_it_so(self, shown: Page) -> None:
        look = "(([...c]) => c.map(Number))(getComputedStyle(document.body).{}.match(/\\d+/g))"
        for scheme, dark in (("light", False), ("dark", True)):
            shown.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            paper = sum(shown.evaluate(look.replace("{}", "backgroundColor")))
            ink = sum(shown.evaluate(look.replace("{}", "color")))
            assert (paper < ink) is dark
        shoot(shown, "feedback-dark")
        shown.emulate_media(color_scheme="light")

    def test_the_printed_report_gives_the_reasons(self, shown: Page, course: Course) -> None:
        shown.goto((course.reports / "report.html").as_uri())
        reason = shown.locator("li", has_text="triple").first
        assert not reason.is_visible()
        shown.emulate_media(media="print")
        assert reason.is_visible()
        shown.emulate_media(media="screen")
        shown.set_viewport_size({"width": 360, "height": 800})
        assert shown.evaluate("document.documentElement.scrollWidth") == 360
