"""What a reader of the notebooks meets: pictures, headings, tables, links, tasks, line widths."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from this_course import NOTEBOOKS

from coursekit.course import REPOSITORY, Course
from coursekit.release import STUDENT_FILES, student_files

HERE = Course(REPOSITORY)
PATHS = [
    path
    for name in NOTEBOOKS
    for path in (HERE.source / f"{name}.ipynb", REPOSITORY / f"{name}.ipynb")
]
PAGES = sorted([*STUDENT_FILES.glob("*.md"), REPOSITORY / "docs" / "student-guide.md"])
WIDEST = 100
"""Characters in a line of code: more needs a scroll bar on a small screen."""

IMAGE = re.compile(r"!\[(.*?)\]\((\S+?)\)", re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
SECRETS = re.compile(
    r"gh[pousr]_\w{20}|github_pat_\w{20}|glpat-|AKIA[0-9A-Z]{16}|xox[abprs]-|sk-\w{20}"
    r"|-----BEGIN|hf_\w{20}|eyJ\w{20,}\.|//[^/\s:]+:[^@/\s]+@"
    r"|(?i:password|passwd|secret|api_?key|access_?token)\w*\s*[=:]\s*[\"']\S+[\"']"
)

on_every_notebook = pytest.mark.parametrize(
    "path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}"
)


def read(path: Path) -> list[NotebookNode]:
    return nbformat.read(path, as_version=4).cells


def prose(path: Path) -> str:
    """Return the markdown of a notebook or page, without its code blocks."""
    if path.suffix == ".ipynb":
        text = "\n\n".join(cell.source for cell in read(path) if cell.cell_type == "markdown")
    else:
        text = path.read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def headings(text: str) -> list[tuple[int, str]]:
    return [(len(marks), title) for marks, title in re.findall(r"^(#+) (.+)$", text, re.MULTILINE)]


def anchor(title: str) -> str:
    """Return the fragment that JupyterLab and GitHub give a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")


def tables(text: str) -> Iterator[list[list[str]]]:
    """Yield the tables of a text as lists of rows of cells, the separator row included."""
    plain = re.sub(r"\$[^$\n]*\$|`[^`\n]*`", "x", text)
    for block in re.findall(r"(?:^\|.*\|[ ]*(?:\n|\Z))+", plain, re.MULTILINE):
        yield [
            [cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in block.splitlines()
        ]


@on_every_notebook
def test_pictures_have_a_description_and_exist(path: Path) -> None:
    text = prose(path)
    assert not re.search(r"<img\b", text), "write ![description](file), which feedback shows too"
    pictures = IMAGE.findall(text)
    assert pictures, "there is no picture"
    for description, file in pictures:
        assert len(description) > 25, f"{file}: say what there is to see in it"
        assert (REPOSITORY / file).is_file(), file


@on_every_notebook
def test_headings_nest(path: Path) -> None:
    found = headings(prose(path))
    levels = [level for level, _ in found]
    assert levels[0] == 1 and levels.count(1) == 1, "a notebook has one title, at its top"
    for (level, _), (following, title) in itertools.pairwise(found):
        assert following <= level + 1, f"{title!r} skips a level"
    for number, title in found:
        same = [t for n, t in found if n == number and t == title]
        assert len(same) == 1, f"{title!r} stands there twice, so a link to it is ambiguous"


@pytest.mark.parametrize(
    "path", [*PATHS, *PAGES], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_tables_have_headers(path: Path) -> None:
    for rows in tables(prose(path)):
        title, separator, *body = rows
        assert all(re.fullmatch(r":?-+:?", cell) for cell in separator), rows
        assert body and all(len(row) == len(title) for row in [separator, *body]), rows
        columns = list(zip(*[title, *body], strict=True))[1:]  # the first may name rows
        assert all(name or not any(rest) for name, *rest in columns), f"{title}: name each column"


@pytest.mark.parametrize(
    "path", [*PATHS, *PAGES], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_links_lead_somewhere(path: Path) -> None:
    text = prose(path)
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            assert re.match(r"https://[\w.-]+\.\w+(/|$)", target), target
            continue
        file, _, fragment = target.partition("#")
        there = linked_file(path, file) if file else path
        assert there is not None and there.exists(), f"{target} is not there"
        if fragment:
            assert fragment in {anchor(title) for _, title in headings(prose(there))}, target


def linked_file(page: Path, file: str) -> Path | None:
    """Return the file that a link of a page leads to, where the reader has the page."""
    if page.is_relative_to(REPOSITORY / "docs"):
        return page.parent / file
    return dict(student_files(HERE)).get(file)


@on_every_notebook
def test_code_fits_on_a_small_screen(path: Path) -> None:
    wide = [
        f"{cell['id']}: {line}"
        for cell in read(path)
        for block in code_blocks(cell)
        for line in block.splitlines()
        if len(line) > WIDEST
    ]
    assert not wide


def code_blocks(cell: NotebookNode) -> list[str]:
    if cell.cell_type == "code":
        return [cell.source]
    return re.findall(r"^```\w*\n(.*?)^```", cell.source, flags=re.DOTALL | re.MULTILINE)


@on_every_notebook
def test_every_task_has_a_statement_and_a_check(path: Path) -> None:
    cells = read(path)
    ids = [cell["id"] for cell in cells]
    assert len(set(ids)) == len(ids)
    statement = ""
    for place, cell in enumerate(cells):
        if not cell.metadata.get("nbgrader", {}).get("solution"):
            statement += cell.source if cell.cell_type == "markdown" else ""
            continue
        task = cell["id"]
        assert len(statement) > 100, f"the text before {task} does not say what to do"
        statement = ""
        if cell.cell_type == "code":
            names = (f"test_{task}", f"check_{task}")
            checks = [later for later in cells[place:] if later["id"].split("__")[0] in names]
            assert checks, f"{task} has no check"
            for check in checks:
                assert check.metadata["nbgrader"]["locked"], check["id"]
                assert re.search(r"checks\.\w+\(", check.source), check["id"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_text_says_the_points_that_count(name: str) -> None:
    path = HERE.source / f"{name}.ipynb"
    points: dict[str, float] = {}
    for cell in read(path):
        metadata = cell.metadata.get("nbgrader", {})
        if metadata.get("grade"):
            task = cell["id"].removeprefix("test_").split("__")[0]
            points[task] = points.get(task, 0) + metadata["points"]
    assert f"**{sum(points.values()):g} of 100**" in read(path)[0].source
    for _, title in headings(prose(path)):
        for task, worth in re.findall(r"`(\w+)`.*\((\d+) points?\b", title):
            assert points[task] == float(worth), title


@pytest.mark.parametrize(
    "path",
    [*PATHS, *(file for _, file in student_files(HERE) if file.suffix in (".py", ".md", ".txt"))],
    ids=lambda path: path.relative_to(REPOSITORY).as_posix(),
)
def test_no_secret_is_committed(path: Path) -> None:
    assert not SECRETS.search(path.read_text(encoding="utf-8"))


def test_the_patterns_find_what_they_are_for() -> None:
    """The other tests would pass on anything if these found nothing."""
    text = "![](a.png)\n\n| a |  |\n|---|---|\n| $|x|$ | `a|b` |\n\n[x](y.md#z) ![no](link.png)"
    assert IMAGE.findall(text) == [("", "a.png"), ("no", "link.png")]
    assert list(tables(text)) == [[["a", ""], ["---", "---"], ["x", "x"]]]
    assert LINK.findall(text) == ["y.md#z"]
    assert anchor("3.1 Who's `there`? 자주 묻는") == "31-whos-there-자주-묻는"
    for secret in ('api_key = "abc"', "ghp_" + "a" * 30, "https://me:pw@host/x"):
        assert SECRETS.search(secret), secret


def test_questions_are_answered_in_both_languages() -> None:
    english, korean = (STUDENT_FILES / "FAQ.md").read_text(encoding="utf-8").split("\n# ")
    for text in (english, korean):
        for topic in ("GPU", "VS Code", "Notebook 7", "--partial", "NameError", "embedded"):
            assert topic in text, topic
    for pattern in (r"^## ", r"^\*\*.*\*\*$", r"^```python"):
        there = [len(re.findall(pattern, text, re.MULTILINE)) for text in (english, korean)]
        assert there[0] == there[1] > 0, f"{pattern} stands there {there} times"


def test_the_glossary_explains_words_of_the_notebooks_in_both_languages() -> None:
    used = " ".join(
        cell.source for name in NOTEBOOKS for cell in read(HERE.source / f"{name}.ipynb")
    )
    used = used.lower().replace("_", " ")
    rows = [row for table in tables(prose(STUDENT_FILES / "GLOSSARY.md")) for row in table[2:]]
    assert 35 <= len(rows) == len({row[0] for row in rows}) <= 70
    hangul = re.compile(r"[가-힣]")
    for english, korean, sentence, in_korean in rows:
        assert english.lower() in used, f"no notebook says {english!r}"
        assert hangul.search(korean) and hangul.search(in_korean), english
        assert sentence.endswith(".") and in_korean.endswith("."), english
        assert not hangul.search(english + sentence), english


def test_every_part_says_where_to_look_things_up() -> None:
    for name in NOTEBOOKS:
        text = prose(HERE.source / f"{name}.ipynb")
        assert "](FAQ.md)" in text and "](GLOSSARY.md)" in text, name
