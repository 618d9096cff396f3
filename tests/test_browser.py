"""JupyterLab as a student sees it, formgrader as a TA does: in a browser, without a network."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_browser import CHROMIUM, Notebook, Server, browser_page, jupyter_server
from mini_course import NAME, make_course, solved, submit
from playwright.sync_api import Page, expect

from coursekit.course import ASSIGNMENT, REPOSITORY, Course, find_notebook
from coursekit.demo import new_course
from coursekit.grading_data import grading_data
from coursekit.nbgrader_command import run_nbgrader
from coursekit.release import release, unpack_archive, write_notebook
from coursekit.source import read_source
from coursekit.student_run import fill_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium (apt-get install chromium)"),
]

UNTOUCHED = find_notebook("1-1")
SOLVED = find_notebook("1-2")
"""Of the three, the one that takes the shortest time to run."""


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page in build/screenshots, for people to look at."""
    folder = REPOSITORY / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab in a student's folder: 1-2 is solved, 1-1 untouched, the data set is small."""
    root = tmp_path_factory.mktemp("student")
    course = new_course(root / "course")
    folder = unpack_archive(release(course), root)
    shutil.copytree(grading_data(root / "grading_data"), folder / "data", dirs_exist_ok=True)
    path = folder / f"{SOLVED}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    write_notebook(path, fill_in(notebook, read_source(course, SOLVED)))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NOTMNIST_SOURCE", "local")
        with jupyter_server(folder, root / "private") as server:
            yield server


def test_a_solved_notebook_runs_shows_its_plots_and_validates(student: Server) -> None:
    with browser_page() as (page, elsewhere):
        notebook = Notebook(page, student, f"{SOLVED}.ipynb")
        expect(page.get_by_text("Jupyter news")).to_have_count(0)
        shoot(page, "student-opened")

        notebook.run_all_cells(timeout=120)
        outputs = notebook.outputs()
        assert [output for _, output in outputs if output["output_type"] == "error"] == []
        plots = [cell for cell, output in outputs if "image/png" in output.get("data", {})]
        assert len(plots) >= 5
        for number, cell in enumerate(dict.fromkeys(plots), start=1):
            image = notebook.show(cell).locator(".jp-OutputArea-output img").first
            image.scroll_into_view_if_needed()
            expect(image).to_be_visible()
            size = image.bounding_box()
            assert size is not None and size["width"] > 200 and size["height"] > 80
            shoot(page, f"student-plot-{number}-light")

        answer = notebook.validate(timeout=120)
        assert "Success! Your notebook passes all the tests." in answer
        shoot(page, "student-validated")
        notebook.close_dialog()

        notebook.use_theme("JupyterLab Dark")
        for number, cell in enumerate(dict.fromkeys(plots), start=1):
            image = notebook.show(cell).locator(".jp-OutputArea-output img").first
            image.scroll_into_view_if_needed()
            expect(image).to_be_visible()
            shoot(page, f"student-plot-{number}-dark")
        notebook.use_theme("JupyterLab Light")
        assert elsewhere == []


def test_the_first_stub_says_which_task_to_write(student: Server) -> None:
    with browser_page() as (page, _):
        notebook = Notebook(page, student, f"{UNTOUCHED}.ipynb")
        source = read_source(Course(REPOSITORY), UNTOUCHED).cells
        code = [cell for cell in source if cell.cell_type == "code"]
        place = next(i for i, cell in enumerate(code) if cell.metadata.nbgrader.solution)
        task, check = code[place]["id"], code[place + 1]["id"]

        notebook.run_above(task)
        expect(notebook.run_cell(task).locator(".jp-OutputArea-output")).to_have_count(0)
        said = notebook.run_cell(check).locator(".jp-OutputArea-output")
        expect(said).to_contain_text(f"NotImplementedError: {task}: replace this line")
        expect(said).not_to_contain_text("Traceback")
        shoot(page, "student-stub")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Course]]:
    """Formgrader on a tiny course with one graded submission: one task right, one wrong."""
    root = tmp_path_factory.mktemp("graded")
    course = make_course(root / "course")
    answers = {
        "double": "from IPython.display import HTML, display\n"
        "display(HTML('<script>document.title = \"taken over\"</script><b>ten</b>'))\n"
        "def double(x):\n    return x * 2",
        "triple": "def triple(x):\n    return x + 3",
        "why": "As $\\frac{1}{N}$ says.<script>document.title = 'taken over'</script>",
    }
    submit(course, "2000-00000", solved(course, **answers))
    run_nbgrader(course, "autograde", ASSIGNMENT)
    run_nbgrader(course, "generate_feedback", ASSIGNMENT)
    with jupyter_server(course.root, root / "private", "/formgrader") as server:
        yield server, course


def test_a_ta_grades_the_written_answer_in_formgrader(graded: tuple[Server, Course]) -> None:
    server, _ = graded
    with browser_page() as (page, elsewhere):
        page.goto(server.url(""))
        row = page.locator("#main-table tr", has_text=ASSIGNMENT)
        expect(row.locator(".num-submissions")).to_have_text("1")
        shoot(page, "formgrader-assignments")

        page.get_by_role("link", name="Manual Grading").click()
        page.locator("#main-table").get_by_role("link", name=ASSIGNMENT).click()
        page.locator("#main-table").get_by_role("link", name=NAME).click()
        row = page.locator("#main-table tr", has_text="Submission #1")
        expect(row).to_contain_text("2 / 6")
        row.locator(".glyphicon-eye-open").click()
        expect(row).to_contain_text("2000-00000")
        shoot(page, "formgrader-submissions")

        row.get_by_role("link", name="2000-00000").click()
        expect(page.locator("#test_double")).to_have_value("")
        expect(page.locator("#test_double")).to_have_attribute("placeholder", "2")
        expect(page.locator("#test_triple")).to_have_attribute("placeholder", "0")
        expect(page.get_by_text("AssertionError").first).to_be_visible()
        expect(page.locator("math mfrac")).to_be_visible()
        expect(page.locator(".output_html b")).to_have_text("ten")
        assert page.title() == NAME, "a script of the submission ran"
        shoot(page, "formgrader-notebook")

        written = page.locator("#why")
        written.fill("1")
        written.press("Tab")
        expect(page.locator(".nbgrader_cell", has=written).locator(".score-saved")).to_be_visible()
        page.reload()
        expect(page.locator("#why")).to_have_value("1")
        assert elsewhere == []


def test_feedback_pages_need_no_network(graded: tuple[Server, Course]) -> None:
    _, course = graded
    page_file: Path = course.feedback / "2000-00000" / ASSIGNMENT / f"{NAME}.html"
    with browser_page() as (page, elsewhere):
        page.goto(page_file.as_uri())
        expect(page.get_by_role("heading", name="Your results")).to_be_visible()
        expect(page.locator("math mfrac")).to_be_visible()
        assert page.title() == NAME, "a script of the submission ran"
        assert elsewhere == []
        shoot(page, "feedback")
