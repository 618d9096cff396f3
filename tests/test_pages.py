"""What readers of the notebooks meet: errors in one sentence, and pages that everyone can read.

The notebooks run as a student runs them, on a small data set: untouched, and solved.
"""

import base64
import io
import itertools
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from matplotlib.colors import to_rgb
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from PIL import Image
from student_folder import ENVIRONMENT, last_before_training, make_student_folder, solve
from this_course import NOTEBOOKS, find_notebook

from coursekit.course import REPOSITORY, Course
from coursekit.source import read_source
from utils import plots_curation, plots_network, plots_training

NAMES = ("1-1", "1-2", "1-3")
SECONDS = 60
"""No cell of an untouched notebook may take longer, on a busy machine."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as environment:
        for key, value in ENVIRONMENT.items():
            environment.setenv(key, value)
        yield make_student_folder(tmp_path_factory.mktemp("student"))


def run(path: Path) -> NotebookNode:
    """Run all cells as JupyterLab's Run All Cells would if it went on after an error."""
    notebook = nbformat.read(path, as_version=4)
    return NotebookClient(
        notebook,
        timeout=SECONDS,
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    ).execute(env={name: value for name, value in os.environ.items() if name != "MPLBACKEND"})


@pytest.fixture(scope="module")
def untouched(folder: Path) -> dict[str, NotebookNode]:
    return {name: run(folder / f"{find_notebook(name)}.ipynb") for name in NAMES}


@pytest.fixture(scope="module")
def solved(folder: Path) -> dict[str, NotebookNode]:
    """The solved notebooks, 1-2 and 1-3 without what comes after the first training."""
    ends = {"1-1": None, "1-2": last_before_training("1-2"), "1-3": last_before_training("1-3")}
    return {
        name: run(solve(folder, name, f"solved-{name}.ipynb", until))
        for name, until in ends.items()
    }


def outputs(notebook: NotebookNode, kind: str) -> list[tuple[str, Any]]:
    """Return (cell id, output) of all outputs of a kind, such as "error"."""
    return [
        (cell["id"], output)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == kind
    ]


# ---------------------------------------------------------------- the untouched student version


@pytest.mark.parametrize("name", NAMES)
def test_an_untouched_notebook_stops_with_sentences(
    untouched: dict[str, NotebookNode], name: str
) -> None:
    """Each error names what is missing in a line or two, and none is a traceback."""
    errors = outputs(untouched[name], "error")
    tests = {cell["id"] for cell in untouched[name].cells if cell["id"].startswith("test_")}
    assert tests and tests <= {cell for cell, _ in errors}, "a check passes without a solution"
    for cell, error in errors:
        shown = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
        assert "Traceback" not in shown and "File " not in shown, f"{cell} shows\n{shown}"
        assert len(shown.splitlines()) <= 3 and len(shown) <= 400, f"{cell} shows\n{shown}"
        assert re.match(r"\w+: \w.*\w", shown), f"{cell} shows\n{shown}"


@pytest.mark.parametrize("name", NAMES)
def test_an_untouched_notebook_shows_no_warnings(
    untouched: dict[str, NotebookNode], name: str
) -> None:
    streams = outputs(untouched[name], "stream")
    assert [(cell, said.text) for cell, said in streams if said.name == "stderr"] == []


# ---------------------------------------------------------------- pages that everyone can read


@pytest.mark.parametrize("name", NAMES)
def test_plots_of_a_solved_notebook_are_described_and_opaque(
    solved: dict[str, NotebookNode], name: str
) -> None:
    """Alternative texts for the ears; a background, since a dark theme would swallow black text."""
    assert outputs(solved[name], "error") == []
    pictures = [
        (cell, output)
        for cell, output in outputs(solved[name], "display_data")
        if "image/png" in output.data
    ]
    assert pictures
    for cell, output in pictures:
        text = output.metadata.get("image/png", {}).get("alt", "")
        assert len(text) >= 15, f"the plot of {cell} has the alternative text {text!r}"
        with Image.open(io.BytesIO(base64.b64decode(output.data["image/png"]))) as image:
            alpha = np.asarray(image.convert("RGBA"))[..., 3]
        assert alpha.min() == 255, f"the plot of {cell} lets the page show through"


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_a_solved_notebook(solved: dict[str, NotebookNode], name: str) -> None:
    """`jupyter nbconvert --to html --template classic`: every image has a description of its own.

    (nbconvert's default template, lab, leaves the descriptions of plots out.)
    """
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(solved[name])
    images = BeautifulSoup(page, "html.parser").find_all("img")
    assert len(images) >= 2
    for image in images:
        assert len(str(image.get("alt"))) >= 15
        assert "No description" not in str(image["alt"]), str(image)[:200]


@lru_cache
def markdown(name: str) -> list[tuple[str, str]]:
    source = read_source(Course(REPOSITORY), name)
    return [(cell["id"], cell.source) for cell in source.cells if cell.cell_type == "markdown"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_headings_nest(name: str) -> None:
    """One title; no level is left out, so that the table of contents is a tree."""
    levels = [
        (cell, len(marks))
        for cell, text in markdown(name)
        for marks in re.findall(r"^(#+) ", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.M)
    ]
    assert [level for _, level in levels].count(1) == 1 and levels[0][1] == 1
    for (_, before), (cell, level) in itertools.pairwise(levels):
        assert level <= before + 1, f"{cell}: a heading of level {level} below one of {before}"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_pictures_in_the_text_are_described_and_there(name: str) -> None:
    for cell, text in markdown(name):
        assert "<img" not in text, f"{cell}: write ![description](file)"
        for description, file in re.findall(r"!\[(.*?)\]\((.*?)\)", text, re.DOTALL):
            assert len(description) >= 40, f"{cell}: describe {file}"
            with Image.open(REPOSITORY / file) as image:
                alpha = np.asarray(image.convert("RGBA"))[..., 3]
            assert alpha.min() == 255, f"{file} lets a dark page show through"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_theme_decides_about_colours(name: str) -> None:
    """A colour of our own in a text cell might vanish in the other theme."""
    for cell, text in markdown(name):
        assert not re.search(r"<[^>]*(style|color|bgcolor)\s*=|<style|<font", text), cell


@pytest.mark.parametrize("module", [plots_curation, plots_network, plots_training])
def test_lines_of_plots_stand_out_from_white(module: Any) -> None:
    """At least 3:1, as WCAG 2.2 asks of graphics (success criterion 1.4.11)."""
    for color in module.COLORS:
        assert contrast(color, "white") >= 3, f"{color}: {contrast(color, 'white'):.1f}"


@pytest.mark.parametrize("module", [plots_curation, plots_network, plots_training])
def test_no_two_lines_differ_in_colour_alone(module: Any) -> None:
    count = len(module.COLORS)
    looks = {
        (module.MARKERS[i % len(module.MARKERS)], module.LINES[i % len(module.LINES)])
        for i in range(count)
    }
    assert len(looks) == count


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours by WCAG, from 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    channels = np.array(to_rgb(color))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_contrast_of_known_colours() -> None:
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#767676", "white") == pytest.approx(4.54, abs=0.01)
