"""Plots of a submission are in its autograded notebook, with their descriptions, warm as cold."""

import base64
import copy

import nbformat
import pytest
from autograding import autograded, run
from mini_course import make_course, plain_cell, solved, submit
from nbformat import NotebookNode

from coursekit.course import Course

PLOTS = {
    "described": """
import matplotlib
import matplotlib.pyplot as plt
from utils.figures import subplots
figure, axes = subplots()
axes.plot([1, 2, 4], label="loss")
axes.set_title("Learning curve")
plt.show()
""",
    "without-show": "plt.plot([3, 1, 2]);",
    "image": "plt.imshow([[0, 1], [1, 0]], cmap='gray'); print('under it')",
    "settings": """
print(matplotlib.get_backend(), plt.isinteractive())
print(sorted((name, str(value)) for name, value in plt.rcParams.items()))
from tqdm.auto import tqdm
print(tqdm.__mro__)
""",
}
"""Cells of a student's own."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with the settings that ship, and one submission with plots."""
    course = make_course(tmp_path_factory.mktemp("course"), timeout=30, preload=True)
    notebook = solved(course, double="def double(x):\n    plt.plot([1])\n    return x * 2")
    notebook.cells[1:1] = [plain_cell(name, text) for name, text in PLOTS.items()]
    submit(course, "plots", notebook)
    return course


@pytest.fixture(scope="module")
def warm(course: Course) -> NotebookNode:
    return graded(course)


def graded(course: Course) -> NotebookNode:
    run(course, "autograde", "--force", "-j", "1")
    return nbformat.read(autograded(course, "plots"), as_version=4)


def outputs(notebook: NotebookNode) -> list[list[NotebookNode]]:
    """Return the outputs of the cells of `PLOTS`, which stand behind the title.

    What a cell prints is one output here: whether it came in one piece or two is the clock's doing.
    On stderr a slow machine may hear that matplotlib looks for fonts.
    """
    return [_in_one_piece(cell) for cell in notebook.cells[1 : 1 + len(PLOTS)]]


def _in_one_piece(cell: NotebookNode) -> list[NotebookNode]:
    whole: list[NotebookNode] = []
    for output in cell.outputs:
        if output.get("name") == "stderr":
            continue
        if output.output_type == "stream" and whole and whole[-1].output_type == "stream":
            whole[-1]["text"] += output.text
        else:
            whole.append(copy.deepcopy(output))
    return whole


def pictures(notebook: NotebookNode) -> list[NotebookNode]:
    return [o for cell in outputs(notebook) for o in cell if "image/png" in o.get("data", {})]


def test_plots_are_in_the_autograded_notebook(warm: NotebookNode) -> None:
    for picture in pictures(warm):
        assert base64.b64decode(picture.data["image/png"]).startswith(b"\x89PNG")
    assert [bool(pictures_of) for pictures_of in map(_shown, outputs(warm))] == [
        True, True, True, False
    ]  # fmt: skip


def _shown(cell: list[NotebookNode]) -> list[NotebookNode]:
    return [output for output in cell if "image/png" in output.get("data", {})]


def test_plots_keep_their_descriptions(warm: NotebookNode) -> None:
    described, *others = pictures(warm)
    assert described.metadata["image/png"]["alt"] == "Learning curve: loss from 1 to 4"
    assert all("alt" not in other.metadata.get("image/png", {}) for other in others)


def test_a_plot_in_a_test_costs_nothing(warm: NotebookNode) -> None:
    cell = next(cell for cell in warm.cells if cell["id"] == "test_double")
    assert cell.metadata.coursekit.outcome == "passed"


@pytest.mark.parametrize(
    "preload",
    [
        [],
        pytest.param(
            ["matplotlib_inline.backend_inline", "IPython.display", "ipywidgets", "tqdm.notebook"],
            marks=pytest.mark.slow,
        ),
    ],
    ids=["nothing", "what-looks-for-a-kernel"],
)
def test_a_kernel_does_the_same_whatever_was_imported_before(
    course: Course, warm: NotebookNode, preload: list[str]
) -> None:
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"c.ExecuteSubmission.preload = {preload!r}\n")
    again = graded(course)
    for before, now in zip(outputs(warm), outputs(again), strict=True):
        assert now == before
