"""JupyterLab as a student sees it, formgrader as a TA does: in a browser, without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_browser import WHY_NO_BROWSER, Notebook, Server, browser_page, jupyter_server
from mini_course import NAME, cell_of, make_course, solved, submit
from pasted import red
from playwright.sync_api import Page, expect
from student_folder import (
    ENVIRONMENT,
    first_task,
    last_before_training,
    make_student_folder,
    solve,
)
from this_course import ASSIGNMENT, find_notebook

from coursekit.course import REPOSITORY, Course
from coursekit.nbgrader_command import run_nbgrader
from coursekit.student_run import without_marks

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(WHY_NO_BROWSER is not None, reason=str(WHY_NO_BROWSER)),
]

SOLVED = {"1-1": None, "1-2": None, "1-3": last_before_training("1-3")}
"""The notebooks, and the cell with which their solved version ends: 1-3 trains for minutes."""


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page in build/screenshots, for people to look at."""
    folder = REPOSITORY / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab in a student's folder: untouched notebooks, solved ones, a small data set."""
    root = tmp_path_factory.mktemp("student")
    folder = make_student_folder(root)
    for name, until in SOLVED.items():
        solve(folder, name, f"solved-{name}.ipynb", until)
    solve(folder, "1-2", "first-check.ipynb", first_task("1-2")[1].id)
    with pytest.MonkeyPatch.context() as environment:
        for key, value in ENVIRONMENT.items():
            environment.setenv(key, value)
        with jupyter_server(folder, root / "private") as server:
            yield server


@pytest.mark.parametrize("name", SOLVED)
def test_a_student_solves_the_first_task(student: Server, name: str) -> None:
    task, check = first_task(name)
    with browser_page() as (page, elsewhere):
        notebook = Notebook(page, student, f"{find_notebook(name)}.ipynb")
        expect(page.get_by_text("Jupyter news")).to_have_count(0)
        notebook.run_above(task.id)
        expect(notebook.run_cell(task.id).locator(".jp-OutputArea-output")).to_have_count(0)
        said = notebook.run_cell(check.id).locator(".jp-OutputArea-output")
        expect(said).to_contain_text(f"NotImplementedError: {task.id}: replace this line")
        expect(said).not_to_contain_text("Traceback")
        shoot(page, f"student-{name}-stub")

        notebook.type_into(task.id, without_marks(task.source))
        expect(notebook.run_cell(task.id).locator(".jp-OutputArea-output")).to_have_count(0)
        said = notebook.run_cell(check.id).locator(".jp-OutputArea-output")
        expect(said).to_contain_text(f"{task.id}: passed")
        shoot(page, f"student-{name}-passed")
        assert elsewhere == []


@pytest.mark.parametrize("name", SOLVED)
def test_a_solved_notebook_runs_shows_its_plots_and_validates(student: Server, name: str) -> None:
    with browser_page() as (page, elsewhere):
        notebook = Notebook(page, student, f"solved-{name}.ipynb")
        notebook.run_all_cells(timeout=120)
        outputs = notebook.outputs()
        assert [output for _, output in outputs if output["output_type"] == "error"] == []
        plots = dict.fromkeys(
            cell for cell, output in outputs if "image/png" in output.get("data", {})
        )
        assert plots
        for number, cell in enumerate(plots, start=1):
            image = notebook.show(cell).locator(".jp-OutputArea-output img").first
            image.scroll_into_view_if_needed()
            expect(image).to_be_visible()
            size = image.bounding_box()
            assert size is not None and size["width"] > 200 and size["height"] > 80
            if number == 1:
                shoot(page, f"student-{name}-light")
        notebook.use_theme("JupyterLab Dark")
        shoot(page, f"student-{name}-dark")
        notebook.use_theme("JupyterLab Light")

        answer = notebook.validate(timeout=120)
        assert "Success! Your notebook passes all the tests." in answer
        shoot(page, f"student-{name}-validated")
        notebook.close_dialog()
        assert elsewhere == []


_KERNEL_IS_CONNECTED = """async () => {
    const sessions = await (await fetch('/api/sessions')).json();
    return sessions.some(({ path, kernel }) => path === 'first-check.ipynb'
        && kernel?.connections > 0 && kernel.execution_state === 'idle');
}"""
"""Asked to run cells before that, Notebook 7 asks back which kernel it shall start."""


def test_notebook_7_runs_a_check_and_has_a_validate_button(student: Server) -> None:
    task, _ = first_task("1-2")
    with browser_page() as (page, elsewhere):
        page.goto(student.url("notebooks/first-check.ipynb"))
        while not page.evaluate(_KERNEL_IS_CONNECTED):
            page.wait_for_timeout(200)
        expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")).to_be_visible()
        page.get_by_role("menuitem", name="Run").click()
        page.get_by_text("Run All Cells", exact=True).click()
        expect(page.get_by_text(f"{task.id}: passed")).to_be_visible(timeout=60_000)
        expect(page.get_by_role("button", name="Validate")).to_be_visible()
        shoot(page, "student-notebook-7")
        assert elsewhere == []


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Course]]:
    """Formgrader on a tiny course with one graded submission: one task right, one wrong."""
    root = tmp_path_factory.mktemp("graded")
    course = make_course(root / "course")
    answers = {
        "double": "import base64\nfrom IPython.display import HTML, Image, display\n"
        f"display(Image(base64.b64decode('{red()}')))\n"
        "display(HTML('<script>document.title = \"taken over\"</script><b>ten</b>'))\n"
        "def double(x):\n    return x * 2",
        "triple": "def triple(x):\n    return x + 3",
        "why": "As $\\frac{1}{N}$ says.<script>document.title = 'taken over'</script>"
        "![my sketch](attachment:a.png)![gone](attachment:b.png)![x](http://example.org/x.png)",
    }
    notebook = solved(course, **answers)
    cell_of(notebook, "why").attachments = {"a.png": {"image/png": red()}}
    submit(course, "2000-00000", notebook)
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
        expect(page.get_by_text("does not hold").first).to_be_visible()
        expect(page.locator("math mfrac")).to_be_visible()
        expect(page.locator(".output_html b")).to_have_text("ten")
        images = page.evaluate("[...document.images].map(image => [image.alt, image.naturalWidth])")
        assert ["my sketch", 120] in images and [width for _, width in images] == [120, 120]
        expect(page.get_by_text("[picture: gone; it is not in the notebook]")).to_be_visible()
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
        assert page.title() == f"{ASSIGNMENT}: 2000-00000", "a script of the submission ran"
        assert elsewhere == []
        shoot(page, "feedback")
