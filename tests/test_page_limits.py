"""What a page may take: time, memory, size; and what is shown where it would take more."""

import base64
import struct
import zlib
from pathlib import Path

import pytest
from limited_work import Work, do
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pasted import red

from coursekit.course import REPOSITORY, Course
from coursekit.gradebook import read_config
from coursekit.markdown import markdown_html
from coursekit.pages.budget import LONGEST_MARKUP, LONGEST_PLAIN, Budget
from coursekit.pages.cells import MOST_CELLS, worth_showing
from coursekit.pages.filters import code_html, markup_html, terminal_html
from coursekit.pages.limited import Limits, run_limited
from coursekit.pages.rasters import MOST_CHARACTERS, raster_uri

LIMITS = Limits(seconds=8, memory=500_000_000, file=1_000_000)

SAYS = {
    "endless": "it took more than 8 seconds",
    "memory": "it needed more than 0.5 GB of memory",
    "size": "it would be larger than 1 MB",
    "error": "an error came up",
    "crash": "the process that made it crashed",
}


def test_what_goes_beyond_its_limits_ends_and_the_others_are_done(tmp_path: Path) -> None:
    tasks = [Work(what, tmp_path / what) for what in ("first", *SAYS, "last")]
    ended = dict(run_limited(tasks, do, 2, LIMITS, tmp_path / "log"))
    assert {work.what: problem for work, problem in ended.items()} == {
        "first": None,
        **SAYS,
        "last": None,
    }
    assert (tmp_path / "first").read_text() == (tmp_path / "last").read_text() == "done"
    assert "ValueError: no page" in (tmp_path / "log").read_text()


HOSTILE = ["\\\\(", "$a", "<div>", "<b>", "\\begin{a}", "[", "![", "`", "**a ", "&", "<!--", "|"]


@pytest.mark.parametrize("mark", HOSTILE)
def test_sixty_kilobytes_of_a_mark_are_shown_as_written(mark: str) -> None:
    text = mark * (60_000 // len(mark))
    for shown in (markdown_html(text, Budget()), markup_html(text, Budget())):
        assert "Shown as it was written, since it is very long" in shown
        assert len(shown) > 60_000


@pytest.mark.parametrize("mark", HOSTILE)
def test_what_would_take_time_for_each_pair_is_shown_as_written(mark: str) -> None:
    text = mark * (LONGEST_MARKUP // len(mark) - 1)
    budget = Budget()
    assert "very many signs" in markdown_html(text, budget)
    assert budget.seconds == Budget().seconds


def test_a_piece_that_takes_too_long_is_shown_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coursekit.pages.budget.PIECE_SECONDS", 0.02)
    many = " ".join(f"[{i}](http://a.b)" for i in range(900))
    assert "converting it takes very long" in markdown_html(many, Budget())
    assert markdown_html("**x**", Budget()) == "<p><strong>x</strong></p>\n"


def test_a_page_whose_time_is_used_up_goes_on_as_written() -> None:
    shown = markdown_html("**<x>**", Budget(seconds=0))
    assert "<pre>**&lt;x&gt;**</pre>" in shown and "took very long" in shown


def test_formulas_that_hang_use_up_the_time_of_their_page() -> None:
    budget = Budget(seconds=0.5)
    shown = markdown_html(" ".join(f"${'(' * 100}{'x' * i}$" for i in range(50)), budget)
    assert shown.count("<code>$") == 50
    assert budget.seconds < 0


def test_an_error_in_a_library_is_no_error_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise RecursionError

    monkeypatch.setattr("coursekit.markdown.sanitized", broken)
    assert "could not be converted (RecursionError)" in markdown_html("x", Budget())


def test_a_flood_of_colours_is_shown_without_them() -> None:
    shown = terminal_html("\x1b[31ma" * 30_000)
    assert "<span" not in shown and shown.count("a") == 30_000
    assert '<span class="ansi-red-fg">a</span>' in terminal_html("\x1b[31ma\x1b[0m")


def test_very_long_text_is_cut() -> None:
    for shown in (code_html("a" * 300_000, Budget()), terminal_html("a" * 300_000)):
        assert "the rest was cut off" in shown and len(shown) < LONGEST_PLAIN + 1_000


def test_a_page_shows_so_many_cells_and_all_of_the_assignment() -> None:
    empty, task = new_code_cell(""), new_code_cell("", metadata={"nbgrader": {"grade_id": "task"}})
    own = [new_markdown_cell(str(number)) for number in range(MOST_CELLS + 7)]
    shown = worth_showing(NotebookNode(cells=[empty, *own, task, empty]))
    assert shown[:-2] == own[:MOST_CELLS] and shown[-2] == task
    assert shown[-1].source == "*7 more cells are not shown.*"


def test_formgrader_shows_hostile_work_with_the_settings_that_ship() -> None:
    config = read_config(Course(REPOSITORY))
    config.HTMLExporter.template_name = "formgrade"
    flood = "\x1b[31m(" * 30_000
    outputs = [
        new_output("stream", text=flood),
        new_output("display_data", data={"text/html": "<div>" * 20_000}),
        new_output("display_data", data={"image/png": red()}, metadata={"image/png": {"alt": "x"}}),
        new_output("error", ename="E", evalue="", traceback=[flood]),
    ]
    cells = [
        *(new_markdown_cell(mark * (60_000 // len(mark))) for mark in HOSTILE),
        new_markdown_cell("![x](attachment:gone.png)"),
        new_code_cell("1" * 60_000, outputs=outputs),
        *(new_code_cell() for _ in range(2_000)),
    ]
    notebook = new_notebook(cells=cells)
    resources = {"base_url": "", "notebook_id": "n", "index": 0, "total": 1}
    page, _ = HTMLExporter(config=config).from_notebook_node(notebook, resources)
    assert page.count("Shown as it was written") == len(HOSTILE) + 2
    assert "it is not in the notebook" in page and 'alt="x"' in page
    assert page.count('class="input_area"') == 1


# ---------------------------------------------------------------- pictures


def png_header(width: int, height: int) -> str:
    """The beginning of a PNG that says how large the picture is."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    header = struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    end = struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + header + end).decode()


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
def test_a_raster_picture_is_what_its_bytes_say(kind: str) -> None:
    assert raster_uri(red(kind=kind)) == f"data:image/{kind};base64,{red(kind=kind)}"
    lines = [line + "\n" for line in (red(kind=kind)[:20], red(kind=kind)[20:])]
    assert raster_uri(png_header(100, 100)) is not None
    assert raster_uri(lines) == raster_uri("".join(lines)) == raster_uri(red(kind=kind))


@pytest.mark.parametrize(
    "content",
    [
        base64.b64encode(b"<svg onload='steal()'/>").decode(),
        base64.b64encode(b"<html><script>steal()</script>").decode(),
        red(kind="bmp"),
        red() + '" onerror="steal()',
        "A" * (MOST_CHARACTERS + 4),
        png_header(8_000, 8_000),
        "",
        None,
        {"image/png": "x"},
        ["a", 1],
    ],
)
def test_anything_else_is_no_picture(content: object) -> None:
    assert raster_uri(content) is None


def test_a_page_has_room_for_so_many_pictures() -> None:
    attachments = {str(i): {"image/png": red((4, 3 + i))} for i in range(5)}
    room = 2 * len(raster_uri(attachments["4"]["image/png"]) or "")
    source = " ".join(f"![{name}](attachment:{name})" for name in attachments)
    shown = markdown_html(source, Budget(picture_characters=room), attachments)
    assert shown.count("<img") == 2
    assert shown.count("too many pictures for one page") == 3
