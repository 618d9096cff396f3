"""Take the pictures of README and docs/gallery.md in chromium: run it after changing a notebook.

.venv/bin/python tests/readme_pictures.py           all of them
.venv/bin/python tests/readme_pictures.py 1-1       those of some notebooks, formgrader, pages

The pages are those of `make demo`, which has to be run before.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from jupyter_browser import Notebook, Server, browser_page, jupyter_server
from PIL import Image
from this_course import ASSIGNMENT, find_notebook

from coursekit.course import REPOSITORY, Course, new_course
from coursekit.demo import STUDENTS
from coursekit.nbgrader_command import run_nbgrader
from coursekit.release import release, unpack_archive, write_notebook
from coursekit.source import read_source
from coursekit.student_run import fill_in

IMAGES = REPOSITORY / "docs" / "images"
NAME = find_notebook("1-2")

PICTURES = {
    "1-1": (("show-duplicates", "Light", "overlap"), ("memorize", "Dark", "memorizing")),
    "1-2": (
        ("plot_learning_curves", "Light", "notebook"),
        ("score_on_test_set", "Light", "misread"),
        ("shallow_gradient_check", "Dark", "gradient_check"),
    ),
    "1-3": (("experiments", "Light", "experiment"), ("problem2_report", "Dark", "confusion")),
}
"""For each notebook: the cells whose plots are taken, the theme, and the picture's name."""

ANSWER = """The perceptron answers 1 on one side of the line $w_1 x_1 + w_2 x_2 + b = 0$ and 0 on
the other. I drew the four corners and found no line with both ones on the same side."""
"""What a student wrote for `xor_explanation`: half of it."""


def main(chosen: list[str]) -> None:
    os.environ["NOTMNIST_SOURCE"] = "embedded"
    if "pages" in chosen:
        take_pages(Course(REPOSITORY / "build" / "demo"))
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        root = Path(folder)
        course = new_course(root / "course")
        student_folder = unpack_archive(release(course), root)
        if "formgrader" in chosen:
            take_formgrader(course, student_folder, root)
        with jupyter_server(student_folder, root / "student") as server:
            for name in PICTURES:
                if name in chosen:
                    take_notebook(course, student_folder, server, name)


def take_notebook(course: Course, folder: Path, server: Server, name: str) -> None:
    """The plots of a notebook that is solved and run on the embedded set."""
    path = folder / f"{find_notebook(name)}.ipynb"
    solved = fill_in(nbformat.read(path, as_version=4), read_source(course, path.stem))
    write_notebook(path, solved)
    with browser_page() as (page, _):
        notebook = Notebook(page, server, path.name)
        page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
        notebook.run_all_cells(timeout=1800)
        for cell, theme, picture in PICTURES[name]:
            notebook.use_theme(f"JupyterLab {theme}")
            plot = notebook.show(cell).locator(".jp-OutputArea-output img").last
            plot.evaluate("image => image.scrollIntoView({ block: 'end' })")
            save(page.screenshot(), picture)


def take_pages(course: Course) -> None:
    """The report and the demo's second student's feedback, on a desk and on a phone."""
    feedback = course.feedback / STUDENTS[1].id / ASSIGNMENT / "index.html"
    for path, width, height, picture in (
        (course.reports / "report.html", 1200, 900, "report"),
        (feedback, 1200, 900, "feedback"),
        (feedback, 390, 844, "feedback_phone"),
    ):
        with browser_page() as (page, _):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(path.as_uri())
            save(page.screenshot(), picture)


def take_formgrader(course: Course, folder: Path, root: Path) -> None:
    """A graded submission of the demo's second student, who has two tasks wrong."""
    student = STUDENTS[1]
    submission = course.submitted / student.id / ASSIGNMENT
    submission.mkdir(parents=True)
    source = read_source(course, NAME)
    known = {cell["id"] for cell in source.cells}
    wrong = {task: path.read_text() for task, path in student.wrong.items() if task in known}
    wrong["xor_explanation"] = ANSWER
    untouched = nbformat.read(folder / f"{NAME}.ipynb", as_version=4)
    write_notebook(submission / f"{NAME}.ipynb", fill_in(untouched, source, wrong))
    run_nbgrader(course, "autograde", ASSIGNMENT, "--notebook", NAME)
    with jupyter_server(course.root, root / "ta") as server, browser_page() as (page, _):
        page.goto(server.url("formgrader"))
        page.goto(server.url(f"formgrader/gradebook/{ASSIGNMENT}/{NAME}"))
        page.get_by_role("link", name="Submission #1").click()
        page.locator("#xor_explanation").scroll_into_view_if_needed()
        save(page.screenshot(), "formgrader")


def save(screenshot: bytes, name: str) -> None:
    """Write a picture with at most 256 colours, which keeps the repository small."""
    path = IMAGES / f"{name}.png"
    path.write_bytes(screenshot)
    with Image.open(path) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(REPOSITORY)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:] or [*PICTURES, "formgrader", "pages"])
