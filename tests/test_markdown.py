"""Markdown on feedback and formgrader pages: formulas without a network, nothing that acts."""

import time

import nbformat
import pytest

from coursekit.course import NOTEBOOKS, REPOSITORY
from coursekit.markdown import markdown2html
from coursekit.mathml import to_mathml


def html(source: str) -> str:
    return markdown2html({}, source)


def test_formulas_become_mathml_at_their_place() -> None:
    shown = html("the mean $\\frac{1}{N}\\sum_i x_i$2\n\n$$L = -\\ln p$$\n\n| $a$ |\n|---|\n| 1 |")
    assert "the mean <math>" in shown and "</math>2" in shown
    assert '<math display="block">' in shown
    assert "<th><math>" in shown
    assert "$" not in shown


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_formula_of_the_notebooks_can_be_shown(name: str) -> None:
    source = nbformat.read(REPOSITORY / "source/Assignment1" / f"{name}.ipynb", as_version=4)
    cells = [cell.source for cell in source.cells if cell.cell_type == "markdown"]
    assert any("<math" in html(cell) for cell in cells)
    for cell in cells:
        assert "<code>$" not in html(cell), "a formula is shown as it was written"


@pytest.mark.parametrize("formula", ["\\frac", "\\nonsense{x}", "{" * 200_000, "(" * 100])
def test_a_formula_that_cannot_be_converted_is_shown_as_written(formula: str) -> None:
    started = time.monotonic()
    assert to_mathml(formula, block=False) is None
    assert time.monotonic() - started < 20
    assert to_mathml("x", block=False) == "<math><mi>x</mi></math>", "the converter is back"
    assert html("$\\frac$") == "<p><code>$\\frac$</code></p>\n"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>steal()</script>",
        "<img src=x onerror=steal()>",
        "<svg onload=steal()></svg>",
        "<a href='javascript:steal()'>x</a>",
        "[x](javascript:steal())",
        "[x](data:text/html;base64,c3RlYWwoKQ==)",
        "<iframe srcdoc='<script>steal()</script>'></iframe>",
        "$\\text{<script>steal()</script>}$",
        '![$\\text{" onerror="steal()}$](x.png)',
        '![a" onerror="steal()](utils/images/curation.png)',
        '# $x$ <b onclick="steal()">b</b>',
        "<style>body { display: none }</style>",
    ],
)
def test_nothing_a_student_writes_acts(attack: str) -> None:
    from bs4 import BeautifulSoup

    page = BeautifulSoup(html(attack), "html.parser")
    assert not page.find_all(["script", "svg", "iframe", "style"])
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert not str(tag.get("href", "")).startswith(("javascript", "data"))


def test_markup_for_reading_stays() -> None:
    shown = html("<details><summary>Hint</summary>\n\nThink **hard**: `a < b`.\n\n</details>")
    assert "<summary>Hint</summary>" in shown and "<strong>hard</strong>" in shown
    assert "<code>a &lt; b</code>" in shown
    assert '<span class="k">for</span>' in html("```python\nfor x in y:\n    pass\n```")


def test_only_pictures_of_the_student_package_are_embedded() -> None:
    assert 'src="data:image/png;base64,' in html("![steps](utils/images/curation.png)")
    for path in ("nbgrader_config.py", "utils/images/../../pyproject.toml", "/etc/hostname"):
        assert f'src="{path}"' in html(f"![x]({path})")
