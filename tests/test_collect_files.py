"""Of the files in a submission the ones that hold the work are taken; what is not is told."""

import json
from pathlib import Path

import pytest
from fake_work import NOTEBOOKS, STUDENT, make_checkpoint, make_notebook, mark, notebook_bytes
from inboxes import FIRST, SECOND, THIRD, Files, make_zip, notebook, put, run, taken, tar, work
from nbformat import v4

from coursekit.collect_report import CollectReport
from coursekit.notebook_text import read_notebook
from coursekit.submission_files import is_checkpoint, is_notebook
from coursekit.unpack import Limits

STUB = notebook_bytes(make_notebook(SECOND, solved=(), run=False, written="YOUR ANSWER HERE"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The instructor's notebooks, by which those of a student are known."""
    folder = tmp_path / "source" / "Assignment1"
    folder.mkdir(parents=True)
    for name in NOTEBOOKS:
        (folder / name).write_bytes(notebook(name))
    return folder


def collect_with(inbox: Path, without: str = SECOND, **files: bytes) -> CollectReport:
    """Collect a submission with one file less and others more; "__" in a name is a slash."""
    everything: Files = work()
    everything.pop(f"{STUDENT}/{without}", None)
    everything |= {f"{STUDENT}/{name}": content for name, content in files.items()}
    put(inbox, f"{STUDENT}.zip", make_zip(everything))
    return run(inbox)


def second(inbox: Path) -> bytes:
    return (taken(inbox) / SECOND).read_bytes()


# --- damaged notebooks ---------------------------------------------------------------------------


@pytest.mark.parametrize("cell_id", ["cell:1", "my cell", "", "셀", "x" * 65])
def test_an_odd_cell_id_costs_only_that_id(inbox: Path, cell_id: str) -> None:
    content = json.loads(notebook(SECOND, "mine"))
    content["cells"][0]["id"] = cell_id
    odd = json.dumps(content).encode()
    report = collect_with(inbox, **{SECOND: odd})
    assert report.students[0].missing == [] and report.exit_code == 0, report.text()
    cells = json.loads(second(inbox))["cells"]
    sources = ["".join(c["source"]) for c in cells]
    assert sources == ["".join(c["source"]) for c in content["cells"]]
    assert [c["metadata"] for c in cells] == [
        {k: v for k, v in c["metadata"].items() if k == "nbgrader"} for c in content["cells"]
    ]
    assert read_notebook(odd) == read_notebook(odd)


def test_pasted_pictures_of_a_damaged_notebook_stay(inbox: Path) -> None:
    content = json.loads(notebook(SECOND, "mine"))
    picture = {"image.png": {"image/png": "AAAA"}}
    good = {"cell_type": "markdown", "id": "a b", "metadata": {}, "source": "x"}
    content["cells"] += [
        good | {"attachments": picture},
        good | {"attachments": {"image.png": {"image/png": 7}}},
        good | {"attachments": ["image.png"]},
    ]
    collect_with(inbox, **{SECOND: json.dumps(content).encode()})
    *_, first, broken, listed = json.loads(second(inbox))["cells"]
    assert first["attachments"] == picture
    assert "attachments" not in broken and "attachments" not in listed


@pytest.mark.parametrize("is_text", [False, True])
def test_a_notebook_that_only_its_outputs_make_too_large_is_taken(
    inbox: Path, is_text: bool
) -> None:
    """One whose text is too large is not."""
    content = make_notebook(SECOND)
    if is_text:
        content.cells[0].source = "x" * 50_000
    else:
        content.cells[1].outputs = [v4.new_output("stream", name="stdout", text="x" * 50_000)]
    put(
        inbox, f"{STUDENT}.zip", make_zip(work() | {f"{STUDENT}/{SECOND}": notebook_bytes(content)})
    )
    report = run(inbox, limits=Limits(max_notebook=20_000))
    assert report.students[0].missing == [SECOND] * is_text
    if is_text:
        assert "MB that are accepted" in report.set_aside[0].reason
        return
    assert f"{SECOND} had more than 0 MB and was taken without its outputs" in report.text()
    cells = json.loads(second(inbox))["cells"]
    assert not any(cell.get("outputs") for cell in cells)
    assert [cell["id"] for cell in cells] == [cell.id for cell in content.cells]


# --- notebooks under other names -----------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        f"{SECOND}의 사본",
        f"Copy of {SECOND}",
        f"{SECOND}.txt",
        f"{SECOND}.json",
        f"{SECOND} (1)",
        SECOND.replace(".ipynb", "(1).ipynb"),
        SECOND.replace(".ipynb", " - 복사본.ipynb"),
        SECOND.replace(".ipynb", ".json"),
        SECOND.replace(".ipynb", ".IPYNB"),
        "무제.ipynb",
        ".ipynb_checkpoints/" + SECOND.replace(".ipynb", "-checkpoint.ipynb"),
    ],
)
def test_what_drives_and_browsers_make_of_a_name(inbox: Path, source: Path, name: str) -> None:
    report = collect_with(inbox, **{name: notebook(SECOND, "mine")})
    assert second(inbox) == notebook(SECOND, "mine")
    assert report.students[0].missing == []
    assert name.casefold() == SECOND.casefold() or " was taken" in report.text()


@pytest.mark.parametrize("with_source", [True, False])
@pytest.mark.parametrize("other", ["(1).ipynb", "-Copy1.ipynb", " 최종.ipynb"])
def test_the_one_that_was_worked_on_counts(
    inbox: Path, source: Path, with_source: bool, other: str
) -> None:
    if not with_source:
        for path in source.iterdir():
            path.unlink()
    name = SECOND.replace(".ipynb", other)
    report = collect_with(inbox, **{SECOND: STUB, name: notebook(SECOND, "mine")})
    assert second(inbox) == notebook(SECOND, "mine")
    assert f"{name} was taken as {SECOND}, as " in report.text()
    assert "is as it was handed out" in report.text()


def test_a_stub_beside_a_copy_of_it_is_taken(inbox: Path, source: Path) -> None:
    collect_with(inbox, **{SECOND: STUB, SECOND.replace(".ipynb", "(1).ipynb"): STUB})
    assert second(inbox) == STUB


def test_a_stub_above_the_work(inbox: Path, source: Path) -> None:
    collect_with(inbox, **{SECOND: STUB, f"my work/{SECOND}": notebook(SECOND, "mine")})
    assert second(inbox) == notebook(SECOND, "mine")


def test_work_in_a_second_file_is_told(inbox: Path, source: Path) -> None:
    name = SECOND.replace(".ipynb", "(1).ipynb")
    report = collect_with(
        inbox, **{SECOND: notebook(SECOND, "one"), name: notebook(SECOND, "other")}
    )
    assert second(inbox) == notebook(SECOND, "one")
    assert f"{STUDENT}/{SECOND} was taken; there is also work in {STUDENT}/{name}" in report.text()
    assert report.exit_code == 0


def test_two_worked_on_beside_a_stub_are_for_a_person(inbox: Path, source: Path) -> None:
    names = [SECOND.replace(".ipynb", f"({n}).ipynb") for n in (1, 2)]
    report = collect_with(inbox, **{SECOND: STUB}, **{n: notebook(SECOND, n) for n in names})
    assert report.exit_code == 3
    assert "could be any of" in report.set_aside[0].reason


def test_a_damaged_file_beside_a_good_one(inbox: Path, source: Path) -> None:
    name = SECOND.replace(".ipynb", "(1).ipynb")
    report = collect_with(inbox, **{SECOND: b"{", name: notebook(SECOND, "mine")})
    assert second(inbox) == notebook(SECOND, "mine")
    assert f"as {STUDENT}/{SECOND} is not valid JSON (line 1)" in report.text()


def test_a_notebook_without_ids_is_known_by_what_it_defines(inbox: Path, source: Path) -> None:
    plain = make_notebook(SECOND)
    for cell in plain.cells:
        cell.metadata = {}
    report = collect_with(inbox, **{"homework.ipynb": notebook_bytes(plain)})
    assert report.students[0].missing == []
    assert "not a notebook of this assignment" not in report.text()


def test_a_notebook_of_another_course_gets_one_sentence(inbox: Path, source: Path) -> None:
    other = make_notebook(SECOND)
    other.cells = other.cells[:2]
    report = collect_with(inbox, **{SECOND: notebook_bytes(other)})
    assert report.text().count("is not a notebook of this assignment") == 1


def test_jupyters_backups_beside_their_notebooks_are_no_news(inbox: Path, source: Path) -> None:
    backup = ".ipynb_checkpoints/" + SECOND.replace(".ipynb", "-checkpoint.ipynb")
    report = collect_with(
        inbox, **{SECOND: notebook(SECOND, "mine"), backup: notebook(SECOND, "old")}
    )
    assert second(inbox) == notebook(SECOND, "mine")
    assert not report.students[0].notes


@pytest.mark.parametrize("name", ["Assignment1-2.ipynb.html", "Assignment1-2.py", "1-2 최종.pdf"])
def test_an_export_is_told(inbox: Path, source: Path, name: str) -> None:
    report = collect_with(inbox, **{name: b"x"})
    assert report.students[0].missing == [SECOND]
    assert f"{STUDENT}/{name} was not taken: it is an export" in report.text()


# --- names against tasks -------------------------------------------------------------------------


def with_imports(name: str) -> bytes:
    """A notebook with a cell that has the same id in all of them, as those of the course have."""
    content = make_notebook(name)
    mark(content.cells[1], "imports")
    return notebook_bytes(content)


def test_two_notebooks_under_each_others_names_change_places(inbox: Path, source: Path) -> None:
    for name in NOTEBOOKS:
        (source / name).write_bytes(with_imports(name))
    report = collect_with(inbox, **{SECOND: with_imports(THIRD), THIRD: with_imports(SECOND)})
    assert second(inbox) == with_imports(SECOND)
    assert (taken(inbox) / THIRD).read_bytes() == with_imports(THIRD)
    assert f"{THIRD} was taken as {SECOND}" in report.text()
    assert report.exit_code == 0


@pytest.mark.parametrize("with_stub", [True, False])
def test_the_same_work_is_not_taken_for_two_notebooks(
    inbox: Path, source: Path, with_stub: bool
) -> None:
    files = {SECOND: STUB} if with_stub else {}
    report = collect_with(inbox, **files, **{THIRD: notebook(SECOND, "mine")})
    assert second(inbox) == notebook(SECOND, "mine")
    assert report.students[0].missing == [THIRD]
    assert [item.reason for item in report.set_aside] == [
        f"{STUDENT}/{THIRD} is {SECOND} by the tasks in it, so {THIRD} is missing"
    ]
    assert len(report.set_aside[0].copies) == 1 and report.exit_code == 3


def test_one_notebook_under_three_names_is_taken_once(inbox: Path, source: Path) -> None:
    report = collect_with(inbox, **{name: notebook(FIRST, "mine") for name in NOTEBOOKS})
    assert report.students[0].notebooks == [FIRST]
    assert len(report.set_aside) == 2 and report.exit_code == 3


@pytest.mark.parametrize("name", [SECOND, "all.ipynb"])
def test_the_tasks_of_several_notebooks_in_one_are_told(
    inbox: Path, source: Path, name: str
) -> None:
    joined = make_notebook(SECOND)
    joined.cells += make_notebook(THIRD).cells
    for number, cell in enumerate(joined.cells):
        cell.id = f"cell-{number}"
    report = collect_with(inbox, **{name: notebook_bytes(joined)})
    assert report.exit_code == 3
    assert f"{name} holds the tasks of {SECOND} and {THIRD} at once" in report.text()


def test_one_cell_of_another_notebook_is_no_news(inbox: Path, source: Path) -> None:
    mixed = make_notebook(SECOND)
    mixed.cells += [make_notebook(THIRD).cells[2]]
    mixed.cells[-1].id = "pasted"
    assert collect_with(inbox, **{SECOND: notebook_bytes(mixed)}).exit_code == 0
    assert second(inbox) == notebook_bytes(mixed)


# --- checkpoints ---------------------------------------------------------------------------------

CHECKPOINT = make_checkpoint()
RIGHT = f"model_checkpoints/problem2_{STUDENT}.pt"


@pytest.mark.parametrize(
    "name",
    [
        f"problem2_{STUDENT}.pth",
        f"problem2_{STUDENT}.ckpt",
        f"problem2_{STUDENT}.pt의 사본",
        f"problem2_{STUDENT}.pt.zip",
        f"problem2_{STUDENT} (1).pt",
        "problem2.pth",
    ],
)
def test_a_checkpoint_by_another_name_is_taken(inbox: Path, name: str) -> None:
    report = collect_with(
        inbox, RIGHT, **{SECOND: notebook(SECOND), f"model_checkpoints/{name}": CHECKPOINT}
    )
    assert (taken(inbox) / RIGHT).read_bytes() == CHECKPOINT
    assert f"{name} was taken as problem2_{STUDENT}.pt" in report.text()


@pytest.mark.parametrize("name", ["model.safetensors", "best.h5", "problem2_model.pkl"])
def test_a_checkpoint_in_another_format_is_told(inbox: Path, name: str) -> None:
    report = collect_with(
        inbox, RIGHT, **{SECOND: notebook(SECOND), f"model_checkpoints/{name}": b"weights"}
    )
    assert f"problem2_{STUDENT}.pt is missing" in report.text()
    assert f"model_checkpoints/{name} was not taken: it is a checkpoint in another" in report.text()


def test_checkpoints_that_are_too_many_are_told(inbox: Path) -> None:
    more = {f"model_checkpoints/e{n}.pt": b"x" for n in range(10)}
    report = collect_with(inbox, **{SECOND: notebook(SECOND)}, **more)
    assert len(report.students[0].checkpoints) == 8
    assert "3 more checkpoint(s) not taken: " in report.text()


def test_names_of_work() -> None:
    for name in ("a.ipynb", "a.ipynb.txt", "a (1).ipynb", "a.ipynb의 사본", "HW 1-2.json"):
        assert is_notebook(name)
    for name in ("a.ipynb.html", "a.ipynb.zip", "data.json", "notes.txt", "ipynb"):
        assert not is_notebook(name)
    for name in ("a.pt", "a.pth", "a.PT", "a.pt (1)", "a.pt.zip"):
        assert is_checkpoint(name)
    for name in ("a.ptx", "a.pt.tar.gz", "a.npz", "pt"):
        assert not is_checkpoint(name)


def test_a_folder_that_holds_only_an_essay_is_told(inbox: Path) -> None:
    files: Files = {f"Kim/{name}": content for name, content in work(folder="").items()}
    files |= {"Lee/essay.pdf": b"%PDF", "readme.txt": b"the class"}
    put(inbox, "class.zip", make_zip(files))
    report = run(inbox)
    assert [item.source for item in report.set_aside] == ["class.zip/Lee"]
    assert report.set_aside[0].reason == "holds neither an archive nor a notebook"


def test_several_archives_in_one_upload_are_for_a_person(inbox: Path) -> None:
    parts = {"1.zip": FIRST, "2.zip": THIRD}
    both = {part: make_zip({name: notebook(name)}) for part, name in parts.items()}
    put(inbox, f"{STUDENT}.zip", make_zip(both))
    report = run(inbox)
    assert "holds several archives with notebooks (1.zip, 2.zip)" in report.set_aside[0].reason
    (inbox / f"{STUDENT}.zip").unlink()
    both = {"1.zip": make_zip(work()), "more.zip": make_zip({"x": b""})}
    put(inbox, f"{STUDENT}.zip", make_zip(both))
    assert run(inbox).exit_code == 0


def test_a_notebook_of_millions_of_nothings_costs_only_itself(inbox: Path) -> None:
    parts = b'{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[' + b"[]," * 600_000 + b"[]]}"
    put(inbox, f"{STUDENT}.tar", tar(work() | {f"{STUDENT}/{SECOND}": parts}, compress=False))
    report = run(inbox)
    assert report.students[0].notebooks == [FIRST, THIRD]
    assert "has more than the 500,000 parts" in report.set_aside[0].reason
