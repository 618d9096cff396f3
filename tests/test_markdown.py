"""Markdown on feedback and formgrader pages: formulas without a network, nothing that acts."""

import base64
import random
import time

import nbformat
import pytest
from bs4 import BeautifulSoup
from this_course import NOTEBOOKS

from coursekit.course import REPOSITORY
from coursekit.markdown import markdown2html, markdown_html
from coursekit.mathml import to_mathml
from coursekit.pages.budget import Budget


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
        assert html(f"![x]({path})") == (
            '<p><span class="no-picture">[picture: x; only pictures pasted into the notebook are '
            "shown]</span></p>\n"
        )


PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


@pytest.mark.parametrize(
    "source",
    [
        "![a dot](attachment:dot.png)",
        "![a dot](attachment:my%20dot.png)",
        "![a dot](<attachment:my dot.png>)",
        "![a dot][1]\n\n[1]: attachment:dot.png",
        '<img src="attachment:dot.png" alt="a dot">',
        f"![a dot](data:image/png;base64,{PIXEL})",  # as Colab pastes
        f'<img alt="a dot" src="data:image/png;base64,{PIXEL}">',
    ],
)
def test_a_picture_pasted_into_a_cell_is_shown(source: str) -> None:
    attachments = {"dot.png": {"image/png": PIXEL}, "my dot.png": {"image/png": PIXEL}}
    page = BeautifulSoup(markdown_html(source, Budget(), attachments), "html.parser")
    assert [(image["src"], image["alt"]) for image in page.find_all("img")] == [
        (f"data:image/png;base64,{PIXEL}", "a dot")
    ]


@pytest.mark.parametrize(
    ("attachments", "why"),
    [
        (None, "not in the notebook"),
        ([], "not in the notebook"),
        ("dot.png", "not in the notebook"),
        ({"other.png": {"image/png": PIXEL}}, "not in the notebook"),
        ({"dot.png": None}, "not in the notebook"),
        ({"dot.png": PIXEL}, "not in the notebook"),
        ({"dot.png": {}}, "not in the notebook"),
        ({"dot.png": {"image/png": 7}}, "only PNG, JPEG, GIF and WebP"),
        ({"dot.png": {"image/png": "no base64"}}, "only PNG, JPEG, GIF and WebP"),
        ({"dot.png": {"image/svg+xml": "PHN2Zy8+"}}, "only PNG, JPEG, GIF and WebP"),
    ],
)
def test_a_picture_that_is_not_there_is_a_sentence(attachments: object, why: str) -> None:
    shown = markdown_html("before ![a dot](attachment:dot.png) after", Budget(), attachments)
    assert "<img" not in shown
    assert "before" in shown and "[picture: a dot; " in shown and why in shown and "after" in shown


def test_an_inline_picture_does_not_make_a_cell_too_long() -> None:
    noise = base64.b64encode(random.Random(1).randbytes(100_000)).decode()
    shown = markdown_html(f"**bold** ![x](data:image/png;base64,{noise})", Budget())
    assert "<strong>bold</strong>" in shown and "only PNG, JPEG" in shown
    code = markdown_html(f"`data:image/png;base64,{PIXEL}`", Budget())
    assert code == "<p><code>(a picture as base64 text)</code></p>\n"


@pytest.mark.parametrize(
    "link",
    [
        "data:text/html;base64,c3RlYWwoKQ==",
        "da\tta:text/html,x",
        "data&colon;text/html,x",
        "attachment:x",
        "javascript&#58;steal()",
        "JaVaScRiPt:steal()",
        "file:///etc/passwd",
    ],
)
def test_a_link_leads_to_the_web_or_to_nothing(link: str) -> None:
    page = BeautifulSoup(html(f'<a href="{link}">x</a>'), "html.parser")
    assert page.a is not None and "href" not in page.a.attrs


def test_links_of_the_web_stay() -> None:
    shown = html("[a](https://example.org/x?y=1&z=2#d) [b](mailto:a@b.c) [c](utils/a.py) [d](#e)")
    page = BeautifulSoup(shown, "html.parser")
    assert [tag["href"] for tag in page.find_all("a")] == [
        "https://example.org/x?y=1&z=2#d",
        "mailto:a@b.c",
        "utils/a.py",
        "#e",
    ]


def test_nothing_takes_a_name_that_the_page_goes_by() -> None:
    """Formgrader finds the fields for marks by id, and buttons by class."""
    page = BeautifulSoup(
        html('<div id="test_double" class="btn full-credit">x</div>'), "html.parser"
    )
    assert page.div is not None and page.div.attrs == {}


def test_styles_load_nothing() -> None:
    shown = html('<p style="color: red; cursor: url(http://a.b/c); background: url(x)">x</p>')
    assert shown.strip() == '<p style="color: red;">x</p>'
