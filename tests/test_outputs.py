"""Outputs and folders that foreign code made too large are cut and deleted, whatever is in them."""

import os
from pathlib import Path

import pytest
from nbconvert import HTMLExporter
from nbformat import validate
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from coursekit import outputs
from coursekit.files import throw_away_folder
from coursekit.outputs import cut_outputs


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(*, kind="text/html", text):
    return new_output("display_data", {kind: text})


def cut(*cells):
    nb = new_notebook(
        cells=[new_markdown_cell("text"), *(new_code_cell("1", outputs=list(c)) for c in cells)]
    )
    cut_outputs(nb)
    return [cell.outputs for cell in nb.cells[1:]]


def test_what_fits_stays_as_it_is():
    before = [stream("a"), shown(text="<b>x</b>"), shown(kind="image/png", text="A" * 2_000_000)]
    assert cut([*before]) == [before]


def test_text_is_cut_per_cell_however_it_comes():
    alternating = [stream("x" * 9_000, name) for name in ("stdout", "stderr") * 50]
    first, second = cut(alternating, [stream("x" * 300_000)])
    for kept in (first, second):
        assert sum(len(output.text) for output in kept) < outputs.LONGEST_TEXT + 100
        assert "cut off" in kept[-1].text


def test_markup_is_cut_per_notebook():
    table = shown(text="<b>x</b>" * 40_000)
    first, second = cut([table], [table])
    assert first == [table]
    assert second[0].output_type == "stream"
    assert "0.3 MB was left out" in second[0].text


def test_of_what_is_displayed_only_texts_and_pictures_stay():
    evil = "</pre><script>alert(1)</script>"
    picture = new_output(
        "display_data",
        {"image/png": "A", "text/vnd.mermaid": evil, f"application/{evil}": evil},
        metadata={
            "image/png": {"width": 640, "height": "1 onerror=alert(1)", "class": evil},
            "width": "1 onerror=alert(1)",
            "filenames": {"image/png": "http://192.0.2.1/"},
        },
    )
    widget = new_output("display_data", {"application/vnd.jupyter.widget-view+json": {"a": 1}})
    lines = new_output("execute_result", {"text/plain": ["a\n", "b"]}, execution_count=1)
    [kept] = cut([picture, widget, lines])
    assert [output.data for output in kept] == [{"image/png": "A"}, {"text/plain": "a\nb"}]
    assert [output.metadata for output in kept] == [{"image/png": {"width": 640}}, {}]


@pytest.mark.parametrize(
    ("alt", "kept"),
    [
        ("Loss against epoch: from 2.3 to 0.1", "Loss against epoch: from 2.3 to 0.1"),
        ("two\nlines\x07 \x1b[1m", "two lines [1m"),
        ("x" * 1_000_000, "x" * outputs.LONGEST_DESCRIPTION),
        ("", None),
        (["a list"], None),
        (7, None),
    ],
)
def test_a_picture_keeps_its_description(alt, kept):
    about = {"image/png": {"alt": alt}}
    [[picture]] = cut([new_output("display_data", {"image/png": "A"}, metadata=about)])
    assert picture.metadata["image/png"].get("alt") == kept


def test_a_description_cannot_leave_its_tag():
    """Descriptions are the student's own text: pages have to escape them."""
    about = {"image/png": {"alt": '"><script>alert(1)</script>'}}
    nb = new_notebook(
        cells=[
            new_code_cell(
                "1",
                outputs=[new_output("display_data", {"image/png": "A"}, metadata=about)],
            )
        ]
    )
    cut_outputs(nb)
    for template in ("classic", "lab"):
        page, _ = HTMLExporter(template_name=template).from_notebook_node(nb)
        assert "<script>alert(1)" not in page


def test_a_huge_error_stays_an_error():
    error = new_output("error", ename="E", evalue="x" * 900_000, traceback=["y" * 900_000])
    [[kept]] = cut([error])
    assert (kept.output_type, kept.ename) == ("error", "E")
    assert len(str(kept)) < 1000


def test_pictures_have_a_bound_of_their_own():
    picture = shown(kind="image/png", text="A" * 20_000_000)
    first, second = cut([picture], [picture])
    assert first == [picture]
    assert "left out" in second[0].text


def test_many_outputs_are_cut():
    assert len(cut([shown(text="x")] * 5000)[0]) == outputs.MOST_OUTPUTS


@pytest.mark.parametrize("mode", [0o755, 0])
def test_a_folder_is_deleted_however_deep_and_closed(tmp_path: Path, mode: int) -> None:
    start = Path.cwd()
    with throw_away_folder("thrown-", tmp_path) as folder:
        try:
            os.chdir(folder)
            for _ in range(1_900):
                Path("d").mkdir()
                os.chdir("d")
        finally:
            os.chdir(start)
        (folder / "d").chmod(mode)
    assert list(tmp_path.iterdir()) == []


def test_an_error_in_the_block_comes_out(tmp_path: Path) -> None:
    with pytest.raises(KeyError), throw_away_folder("thrown-", tmp_path):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("count", [-5, True, 1.5, 1e30, 10**30, "3", [], {}, [None]])
def test_a_count_that_is_none_is_dropped(count):
    nb = new_notebook(cells=[new_code_cell("1", outputs=[stream("x")])])
    nb.cells[0].execution_count = count
    cut_outputs(nb)
    assert nb.cells[0].execution_count is None
    validate(nb)
