"""`CollectSubmission.sh` packs what a student made, and says kindly why it does not."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from fake_work import NOTEBOOKS, STUDENT, make_notebook, mark, run_cell, write_work
from nbformat import NotebookNode, v4
from nbgrader.utils import compute_checksum

from utils import submission

REPOSITORY = Path(__file__).resolve().parent.parent
CHECKPOINT = f"model_checkpoints/problem2_{STUDENT}.pt"
FIRST, SECOND, THIRD = NOTEBOOKS


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A student's folder with everything done, its path full of pitfalls."""
    folder = tmp_path / "딥러닝 과제 (1)" / "Assignment1"
    (folder / "utils").mkdir(parents=True)
    for name in ("CollectSubmission.sh", "assignment.json"):
        shutil.copy(REPOSITORY / name, folder)
    for name in ("__init__.py", "submission.py"):
        shutil.copy(REPOSITORY / "utils" / name, folder / "utils")
    (folder / "data").mkdir()
    (folder / "data" / "notMNIST.npz").write_bytes(b"never packed")
    return write_work(folder)


def collect(
    folder: Path, *arguments: str, shell: str = "bash", cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shell, str(folder / "CollectSubmission.sh"), *arguments],
        cwd=cwd or folder,
        env={**os.environ, **env},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def refused(folder: Path, *arguments: str, status: int = 1, wrote: bool = False) -> str:
    """Run the script, expect a refusal, and return its one sentence."""
    result = collect(folder, *(arguments or (STUDENT,)))
    assert result.returncode == status, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert (folder / f"{STUDENT}.tar.gz").exists() == wrote
    sentences = re.findall("^Not packed: (.*)$", result.stderr, re.MULTILINE)
    assert len(sentences) == 1, result.stderr
    return sentences[0]


def packed(folder: Path, *arguments: str) -> str:
    """Run the script, expect success, and return what it printed."""
    result = collect(folder, STUDENT, *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stderr == ""
    assert (folder / f"{STUDENT}.tar.gz").exists()
    return result.stdout


def change(folder: Path, name: str, **how: Any) -> None:
    """Write notebook `name` anew, made by `make_notebook(name, **how)`."""
    nbformat.write(make_notebook(name, **how), folder / name)


def edit(folder: Path, name: str) -> tuple[NotebookNode, Path]:
    path = folder / name
    return nbformat.read(path, as_version=4), path


def cell_named(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


# --- what is packed ------------------------------------------------------------------------------


def test_packs_one_folder_with_the_notebooks_and_the_checkpoint(work: Path) -> None:
    output = packed(work)
    with tarfile.open(work / f"{STUDENT}.tar.gz") as archive:
        members = archive.getmembers()
        assert [member.name for member in members] == [
            *(f"{STUDENT}/{name}" for name in NOTEBOOKS),
            f"{STUDENT}/{CHECKPOINT}",
        ]
        assert all(member.isreg() and member.mode == 0o644 for member in members)
        assert {member.uname for member in members} == {""}
        for member in members:
            original = work / member.name.removeprefix(f"{STUDENT}/")
            content = archive.extractfile(member)
            assert content is not None and content.read() == original.read_bytes()
    assert "4 of 4" in output  # tasks worked on, the written one among them
    assert "Upload this file" in output
    leftovers = [path.name for path in work.iterdir() if path.name.startswith(".")]
    assert leftovers == []


@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_runs_from_any_folder_under_any_shell(work: Path, tmp_path: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    result = collect(work, STUDENT, shell=shell, cwd=elsewhere)
    assert result.returncode == 0, result.stderr
    assert (work / f"{STUDENT}.tar.gz").exists()
    assert not list(elsewhere.iterdir())


def test_a_search_path_for_cd_does_not_lead_it_astray(work: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "Assignment1").mkdir(parents=True)
    result = subprocess.run(
        ["bash", "Assignment1/CollectSubmission.sh", STUDENT],
        cwd=work.parent,
        env={**os.environ, "CDPATH": str(tmp_path / "elsewhere")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert (work / f"{STUDENT}.tar.gz").exists()


def test_is_executable_and_clean_to_shellcheck() -> None:
    script = REPOSITORY / "CollectSubmission.sh"
    assert os.access(script, os.X_OK)
    assert b"\r" not in script.read_bytes()
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    for dialect in ("bash", "sh"):  # plain sh is what bash 3.2 knows too
        result = subprocess.run(
            ["shellcheck", "-s", dialect, script], capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stdout


def test_runs_as_a_module_too(work: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "utils.submission", STUDENT],
        cwd=work,
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert (work / f"{STUDENT}.tar.gz").exists()


def test_a_file_of_the_student_called_like_a_module_is_not_imported(work: Path) -> None:
    (work / "json.py").write_text("raise SystemExit('wrong json')")
    (work / "utils" / "tarfile.py").write_text("raise SystemExit('wrong tarfile')")
    packed(work)


def test_a_console_without_unicode_is_no_obstacle(work: Path) -> None:
    result = collect(work, STUDENT, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert result.returncode == 0, result.stderr


def test_one_sentence_when_there_is_no_python(work: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("bash", "dirname"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    for name in ("python3", "python"):  # the signpost to a shop that Windows puts there
        (tools / name).write_text("#!/bin/bash\necho Python was not found >&2\nexit 49\n")
        (tools / name).chmod(0o755)
    result = collect(work, STUDENT, PATH=str(tools))
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "no Python 3.9 or newer was found" in result.stderr
    assert not (work / f"{STUDENT}.tar.gz").exists()


def test_the_environment_in_the_folder_is_used(work: Path, tmp_path: Path) -> None:
    """Nothing else is there: students who have not activated it need not know."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("bash", "dirname"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    (work / ".venv" / "bin").mkdir(parents=True)
    (work / ".venv" / "bin" / "python").symlink_to(sys.executable)
    result = collect(work, STUDENT, PATH=str(tools))
    assert result.returncode == 0, result.stderr


def test_one_sentence_when_utils_is_missing(work: Path) -> None:
    shutil.rmtree(work / "utils")
    assert "unpack the assignment again" in refused(work)


# --- student ids ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "2000", "2000-0000", "2000-000000", "2000_00000", "20a0-00000", "２０００-０００００"],
)
def test_a_wrong_student_id_is_refused(work: Path, text: str) -> None:
    assert "2000-00000" in refused(work, text, status=2)
    assert not list(work.glob("*.tar.gz"))


def test_a_student_id_cannot_name_a_path(work: Path) -> None:
    refused(work, "../2000-00000", status=2)
    assert not list(work.parent.glob("*.tar.gz"))


def test_a_missing_hyphen_is_pointed_out(work: Path) -> None:
    assert "Did you mean 2000-00000?" in refused(work, "200000000", status=2)


def test_a_course_may_write_ids_otherwise(work: Path) -> None:
    settings = json.loads((work / "assignment.json").read_text(encoding="utf-8"))
    settings["student_id"] = {
        "pattern": "[a-z]{2}[.][0-9]{3}",
        "example": "ab.123",
        "words": "two letters, a dot, 3 digits",
    }
    (work / "assignment.json").write_text(json.dumps(settings), encoding="utf-8")
    said = refused(work, status=2)
    assert said == (
        "'2000-00000' is not a student id; write two letters, a dot, 3 digits, like ab.123."
    )
    assert "Did you mean kh.007?" in refused(work, "kh007", status=2)
    checkpoint = work / "model_checkpoints" / f"problem2_{STUDENT}.pt"
    checkpoint.rename(checkpoint.with_name("problem2_kh.007.pt"))
    assert collect(work, "kh.007").returncode == 0
    assert (work / "kh.007.tar.gz").exists()


@pytest.mark.parametrize("text", [None, "{}", "[1]", "no JSON", '{"notebooks": 3}'])
def test_lost_settings_are_told(work: Path, text: str | None) -> None:
    (work / "assignment.json").unlink()
    if text is not None:
        (work / "assignment.json").write_text(text)
    assert "unpack the assignment again and copy that file here" in refused(work, status=2)


def test_no_student_id_at_all(work: Path) -> None:
    result = collect(work)
    assert result.returncode == 2
    assert "your student id is missing" in result.stderr


# --- notebooks that are refused ------------------------------------------------------------------


def test_a_missing_notebook(work: Path) -> None:
    (work / SECOND).unlink()
    assert f"{SECOND} is missing" in refused(work)


def test_a_renamed_notebook_is_found_and_named(work: Path) -> None:
    (work / SECOND).rename(work / "Assignment1-2_NN_from_scratch (1).ipynb")
    sentence = refused(work)
    assert "rename Assignment1-2_NN_from_scratch (1).ipynb" in sentence


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b'{"cells": [', "is not a valid notebook (line 1)"),
        (b"[1, 2]", "is not in notebook format 4"),
        (b'{"nbformat": 3, "worksheets": []}', "is not in notebook format 4"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 5}]}', "damaged cells"),
        ('{"nbformat": 4, "cells": "한글"}'.encode("cp949"), "is not in UTF-8"),
        (b"[" * 100_000, "is not a valid notebook"),
        (b'{"nbformat": 4, "cells": []}', "holds none of the assignment's task cells"),
    ],
)
def test_a_file_that_is_no_notebook(work: Path, content: bytes, reason: str) -> None:
    (work / FIRST).write_bytes(content)
    sentence = refused(work)
    assert FIRST in sentence and reason in sentence


def test_a_notebook_that_was_never_run(work: Path) -> None:
    change(work, SECOND, run=False)
    sentence = refused(work)
    assert f"{SECOND} was never run, or its outputs were cleared" in sentence


def test_a_notebook_cleared_and_then_run_a_little_names_the_cells(work: Path) -> None:
    change(work, SECOND, run=False)
    notebook, path = edit(work, SECOND)
    run_cell(notebook.cells[1], 1)
    run_cell(cell_named(notebook, "softmax"), 2)
    run_cell(cell_named(notebook, "test_softmax"), 3)
    nbformat.write(notebook, path)
    sentence = refused(work)
    assert "were not run" in sentence
    for task in ("forward_pass", "test_forward_pass", "backward_pass", "test_backward_pass"):
        assert task in sentence


def test_outputs_removed_with_counts_left_is_noticed(work: Path) -> None:
    notebook, path = edit(work, THIRD)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    nbformat.write(notebook, path)
    assert f"{THIRD} holds no output at all" in refused(work)


def test_an_untouched_notebook(work: Path) -> None:
    change(work, THIRD, solved=(), written="YOUR ANSWER HERE")
    assert f"{THIRD} holds no work yet" in refused(work)


def test_a_notebook_with_large_output_names_the_cell(work: Path) -> None:
    notebook, path = edit(work, SECOND)
    run_cell(cell_named(notebook, "test_forward_pass"), 9, text="x" * 21_000_000)
    nbformat.write(notebook, path)
    sentence = refused(work)
    assert "21 MB, at most 20 MB" in sentence
    assert "test_forward_pass (number 6 from the top)" in sentence


@pytest.mark.parametrize("name", [FIRST, CHECKPOINT])
def test_links_are_not_followed(work: Path, tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    (work / name).rename(elsewhere)
    (work / name).symlink_to(elsewhere)
    assert "is a link; put the file itself in its place" in refused(work)


def test_a_linked_folder_is_not_followed(work: Path, tmp_path: Path) -> None:
    (work / "model_checkpoints").rename(tmp_path / "elsewhere")
    (work / "model_checkpoints").symlink_to(tmp_path / "elsewhere")
    assert "model_checkpoints is a link" in refused(work)


def test_a_pipe_does_not_hang_it(work: Path) -> None:
    (work / FIRST).unlink()
    os.mkfifo(work / FIRST)
    assert "is not an ordinary file" in refused(work)


def test_every_reason_is_told_at_once(work: Path) -> None:
    (work / FIRST).write_text("{")
    change(work, SECOND, run=False)
    (work / CHECKPOINT).unlink()
    result = collect(work, STUDENT)
    assert result.returncode == 1
    assert result.stderr.count("Not packed: ") == 3


# --- notebooks that pass -------------------------------------------------------------------------


def test_tasks_left_alone_are_listed_and_packed(work: Path) -> None:
    change(work, SECOND, solved=("softmax",))
    notebook, path = edit(work, SECOND)  # "Run all" stopped at the first stub
    for grade_id in ("forward_pass", "test_forward_pass", "backward_pass", "test_backward_pass"):
        cell = cell_named(notebook, grade_id)
        cell.execution_count, cell.outputs = None, []
    nbformat.write(notebook, path)
    output = packed(work)
    assert "not worked on: forward_pass (4 points), backward_pass (4 points)" in output
    assert "2 of 4" in output


def test_one_forgotten_cell_is_a_warning(work: Path) -> None:
    notebook, path = edit(work, SECOND)
    cell_named(notebook, "test_softmax").execution_count = None
    nbformat.write(notebook, path)
    assert f"{SECOND}: not run: test_softmax." in packed(work)


@pytest.mark.parametrize("grade_id", ["test_softmax", "check_softmax"])
def test_a_failed_check_is_a_warning(work: Path, grade_id: str) -> None:
    notebook, path = edit(work, SECOND)
    cell = cell_named(notebook, "test_softmax")
    cell.metadata.nbgrader.grade_id = grade_id
    cell.outputs = [v4.new_output("error", ename="CheckFailed", evalue="softmax: rows")]
    nbformat.write(notebook, path)
    assert f"{SECOND}: failed when last run: {grade_id}." in packed(work)
    cell.outputs = [v4.new_output("error", ename="NotImplementedError", evalue="softmax: replace")]
    nbformat.write(notebook, path)
    assert "failed when last run" not in packed(work)


def test_a_free_cell_that_was_not_run_is_nothing(work: Path) -> None:
    notebook, path = edit(work, SECOND)
    notebook.cells.append(v4.new_code_cell("print('later')"))
    nbformat.write(notebook, path)
    assert "Warning" not in packed(work)


def test_a_stub_left_in_is_a_warning(work: Path) -> None:
    notebook, path = edit(work, SECOND)
    cell = cell_named(notebook, "softmax")
    cell.source = "def softmax(x):\n    y = x\n    raise NotImplementedError('softmax: replace')"
    nbformat.write(notebook, path)
    assert "`raise NotImplementedError` still stands in: softmax (4 points)" in packed(work)


def test_training_cells_without_results_are_a_warning(work: Path) -> None:
    notebook, path = edit(work, THIRD)
    cell = v4.new_code_cell("train()")
    mark(cell, "long_training", locked=True)
    cell.metadata.tags = ["training"]
    notebook.cells.append(cell)
    nbformat.write(notebook, path)
    assert "training cells without output: long_training" in packed(work)


def test_a_newer_copy_is_pointed_out(work: Path) -> None:
    copy = work / "Assignment1-1_Data_Curation-Copy1.ipynb"
    shutil.copy(work / FIRST, copy)
    os.utime(work / FIRST, (1_000_000, 1_000_000))
    assert f"{copy.name} is newer than {FIRST}" in packed(work)


def test_a_byte_order_mark_is_no_reason_to_refuse(work: Path) -> None:
    (work / FIRST).write_bytes(b"\xef\xbb\xbf" + (work / FIRST).read_bytes())
    packed(work)


def test_half_a_character_is_no_reason_to_crash(work: Path) -> None:
    text = (work / FIRST).read_text(encoding="utf-8")
    assert "return x" in text
    (work / FIRST).write_text(text.replace("return x", r"return x  # \ud800"), encoding="utf-8")
    packed(work)


def test_the_checksum_is_nbgraders() -> None:
    for name in NOTEBOOKS:
        for cell in make_notebook(name).cells:
            if "nbgrader" in cell.metadata:
                assert submission.released_checksum(cell) == compute_checksum(cell)


# --- the checkpoint ------------------------------------------------------------------------------


def test_a_missing_checkpoint(work: Path) -> None:
    (work / CHECKPOINT).unlink()
    assert f"{CHECKPOINT} is missing; set your student id" in refused(work)


def test_a_checkpoint_of_another_id_is_named(work: Path) -> None:
    (work / CHECKPOINT).rename(work / "model_checkpoints" / "problem2_2000-00001.pt")
    assert "but problem2_2000-00001.pt is there" in refused(work)


def test_an_empty_checkpoint(work: Path) -> None:
    (work / CHECKPOINT).write_bytes(b"")
    assert f"{CHECKPOINT} is empty" in refused(work)


def test_a_truncated_checkpoint(work: Path) -> None:
    content = (work / CHECKPOINT).read_bytes()
    (work / CHECKPOINT).write_bytes(content[: len(content) // 2])
    assert "is damaged or was not written by torch.save" in refused(work)


def test_a_real_checkpoint_is_accepted(work: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.save(torch.nn.Linear(784, 10).state_dict(), work / CHECKPOINT)
    assert "Warning" not in packed(work)


def test_a_huge_checkpoint(work: Path) -> None:
    with (work / CHECKPOINT).open("ab") as file:
        file.truncate(60_000_000)
    assert "has 60 MB, at most 50 MB are accepted" in refused(work)


def test_a_checkpoint_with_the_optimizer_is_a_warning(work: Path) -> None:
    torch = pytest.importorskip("torch")
    model = torch.nn.Linear(784, 10)
    optimizer = torch.optim.Adam(model.parameters())
    whole = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}
    torch.save(whole, work / CHECKPOINT)
    assert "more than the parameters of the network ('epoch', 'optimizer')" in packed(work)
    torch.save(model, work / CHECKPOINT)
    assert "more than the parameters of the network ('torch.nn.modules.linear Lin" in packed(work)


def test_another_checkpoint_is_pointed_out(work: Path) -> None:
    shutil.copy(work / CHECKPOINT, work / "model_checkpoints" / "problem2_2000-00001.pt")
    output = packed(work)
    assert "also holds problem2_2000-00001.pt" in output
    with tarfile.open(work / f"{STUDENT}.tar.gz") as archive:
        assert [name for name in archive.getnames() if name.endswith(".pt")] == [
            f"{STUDENT}/{CHECKPOINT}"
        ]


@pytest.mark.parametrize("other", ["2000-00001", "", "me"])
def test_another_id_in_the_notebook_is_a_warning(work: Path, other: str) -> None:
    notebook, path = edit(work, THIRD)
    cell = v4.new_code_cell(f'student_id = "{other}"  # yours')
    notebook.cells.append(cell)
    nbformat.write(notebook, path)
    assert f"{THIRD} says student_id = {other!r}, but you pack for {STUDENT}" in packed(work)
    cell.source = f"student_id = '{STUDENT}'"
    nbformat.write(notebook, path)
    assert "Warning" not in packed(work)


# --- --partial and --check -----------------------------------------------------------------------


def test_partial_packs_what_is_there(work: Path) -> None:
    (work / CHECKPOINT).unlink()
    change(work, THIRD, solved=(), written="YOUR ANSWER HERE", run=False)
    (work / SECOND).unlink()
    result = collect(work, STUDENT)
    assert result.returncode == 1 and "add --partial" in result.stderr
    output = packed(work, "--partial")
    assert f"Warning: {CHECKPOINT} is missing" in output
    with tarfile.open(work / f"{STUDENT}.tar.gz") as archive:
        assert archive.getnames() == [f"{STUDENT}/{FIRST}", f"{STUDENT}/{THIRD}"]


def test_partial_does_not_pack_a_broken_notebook(work: Path) -> None:
    (work / FIRST).write_text("{")
    refused(work, STUDENT, "--partial")


def test_partial_does_not_pack_nothing(work: Path) -> None:
    for name in NOTEBOOKS:
        change(work, name, solved=(), written="YOUR ANSWER HERE", run=False)
    assert collect(work, STUDENT, "--partial").returncode == 1
    assert not list(work.glob("*.tar.gz"))


def test_check_reports_each_graded_cell_as_last_run(work: Path) -> None:
    notebook, path = edit(work, SECOND)
    cell_named(notebook, "test_softmax").outputs = [
        v4.new_output("error", ename="CheckFailed", evalue="softmax: rows\nmore", traceback=[])
    ]
    cell_named(notebook, "test_forward_pass").execution_count = None
    cell_named(notebook, "test_backward_pass").outputs = [
        v4.new_output("stream", name="stderr", text="a warning costs nothing")
    ]
    nbformat.write(notebook, path)
    output = packed(work, "--check")
    assert "as last run in your notebooks" in output
    assert "test_softmax: failed: CheckFailed: softmax: rows (4 points)" in output
    assert "test_forward_pass: not run (4 points)" in output
    assert "test_backward_pass: passed (4 points)" in output
    assert "passed: 4 of 12 points" in output
    assert "why_softmax: answered, a person grades it (3 points)" in output


# --- earlier archives ----------------------------------------------------------------------------


def test_a_failed_run_keeps_the_earlier_archive(work: Path) -> None:
    packed(work)
    earlier = (work / f"{STUDENT}.tar.gz").read_bytes()
    change(work, SECOND, run=False)
    result = collect(work, STUDENT)
    assert result.returncode == 1
    assert f"The earlier {STUDENT}.tar.gz is still there, unchanged." in result.stderr
    assert (work / f"{STUDENT}.tar.gz").read_bytes() == earlier
    assert not (work / f"{STUDENT}.tar.gz.bak").exists()


def test_a_good_run_keeps_one_earlier_archive(work: Path) -> None:
    packed(work)
    first = (work / f"{STUDENT}.tar.gz").read_bytes()
    assert "the same as before" in packed(work)
    assert not (work / f"{STUDENT}.tar.gz.bak").exists()
    change(work, SECOND, solved=("softmax", "forward_pass"))
    assert f"the earlier one is now {STUDENT}.tar.gz.bak" in packed(work)
    assert (work / f"{STUDENT}.tar.gz.bak").read_bytes() == first
    assert (work / f"{STUDENT}.tar.gz").read_bytes() != first


def test_a_full_disk_is_told_and_nothing_is_lost(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(work)
    earlier = (work / f"{STUDENT}.tar.gz").read_bytes()
    part = submission.Part(FIRST, b"new work", 1.0)

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(submission.Refused, match=r"the disk \(or your quota\) is full; free 1 MB"):
        submission.write_archive(work, STUDENT, [part])
    assert (work / f"{STUDENT}.tar.gz").read_bytes() == earlier
    assert not list(work.glob(".*"))


def test_a_file_size_limit_is_told_and_nothing_is_lost(work: Path) -> None:
    """The whole script against a real limit of the system: one kilobyte per file."""
    packed(work)
    earlier = (work / f"{STUDENT}.tar.gz").read_bytes()
    (work / CHECKPOINT).write_bytes(b"PK" + os.urandom(20_000) + b"PK\x05\x06" + bytes(18))
    result = subprocess.run(
        ["bash", "-c", f"ulimit -f 1; ./CollectSubmission.sh {STUDENT}"],
        cwd=work,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "is full; free" in result.stderr and "Traceback" not in result.stderr
    assert (work / f"{STUDENT}.tar.gz").read_bytes() == earlier
    assert not list(work.glob(".*"))


def test_a_folder_in_the_place_of_the_archive(work: Path) -> None:
    (work / f"{STUDENT}.tar.gz").mkdir()
    result = collect(work, STUDENT)
    assert result.returncode == 1
    assert f"{STUDENT}.tar.gz could not be written" in result.stderr


# --- Windows -------------------------------------------------------------------------------------


def test_the_windows_script_runs_the_same_file() -> None:
    text = (REPOSITORY / "CollectSubmission.bat").read_bytes()
    assert rb"-I utils\submission.py %*" in text
    assert rb"exit /b %STATUS%" in text
    assert text.isascii()
