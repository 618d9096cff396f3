"""Pack your work for handing in. `./CollectSubmission.sh 2000-00000` runs this file.

It looks at the notebooks and the checkpoint the way a person would before uploading them: are they
there, were they run, was anything written in them? Only then it writes `2000-00000.tar.gz`. An
archive from an earlier run is replaced by a good newer one (and kept as `.bak`), never by a failed
one. Which notebooks these are, and how a student id is written, stands in `assignment.json`.

Nothing but the standard library of Python 3.9 is needed, so that it runs wherever a student is.
"""

from __future__ import annotations

import argparse
import errno
import gzip
import hashlib
import io
import json
import os
import pickletools
import re
import stat
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ASSIGNMENT = "assignment.json"  # written when the assignment is released

MB = 1_000_000
MAX_NOTEBOOK = 20 * MB  # bytes of one notebook, outputs and pictures included
MAX_CHECKPOINT = 50 * MB
MAX_TOTAL = 100 * MB
MAX_READ = 150 * MB  # a notebook up to this size is read to say which of its cells is so large

ID_IN_NOTEBOOK = re.compile(r"""^student_id\s*=\s*["']([^"'\n]*)["']""", re.MULTILINE)

# Entries of a file that training goes on from; the file to hand in has only names of parameters.
NOT_PARAMETERS = {"optimizer", "epoch", "optimizer_state_dict", "model_state_dict"}

Cell = dict  # one cell of a notebook, as JSON holds it


class Refused(Exception):
    """One reason not to pack: a sentence that says why and what to do."""


@dataclass(frozen=True)
class Asked:
    """What the assignment asks for, as its release wrote it down."""

    notebooks: list[str]
    checkpoint: str | None  # "problem2_{student}.pt"
    saved_in: str  # "Problem 2 of 1-3"
    pattern: str  # of a student id
    example: str
    words: str  # "four digits, a hyphen and five digits"


@dataclass
class Part:
    """What was found in one file. `problems` keep it out of the archive, `warnings` do not.

    A problem that `--partial` may overrule stands in `gaps`.
    """

    name: str
    content: bytes = b""
    saved: float = 0.0  # seconds since 1970, as files carry it
    run: str = ""  # "24 of 25": code cells with an execution count
    worked: str = ""  # "6 of 7": tasks whose cell differs from what was handed out
    problems: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)


def main(argv: Sequence[str] | None = None) -> int:
    """Check and pack; return 0 only if a good archive was written (1: refused, 2: wrong usage)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console that lacks a letter shows \u... instead
            stream.reconfigure(errors="backslashreplace")
    arguments = _parser().parse_args(argv)
    folder = Path(__file__).resolve().parent.parent
    try:
        asked = read_asked(folder / ASSIGNMENT)
        student = check_student_id(arguments.student_id, asked)
    except Refused as refusal:
        print(f"Not packed: {refusal}", file=sys.stderr)
        return 2
    try:
        return _collect(folder, asked, student, check=arguments.check, partial=arguments.partial)
    except KeyboardInterrupt:
        print("\nNot packed: you stopped it. Earlier archives are unchanged.", file=sys.stderr)
        return 130


def read_asked(path: Path) -> Asked:
    """Return what the assignment asks for, or raise `Refused` if its file is lost or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Asked(
            [str(name) for name in content["notebooks"]],
            content["checkpoint"],
            str(content["saved_in"]),
            **{key: str(content["student_id"][key]) for key in ("pattern", "example", "words")},
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(
            f"{path.name} is missing or damaged beside this script; unpack the assignment again "
            "and copy that file here."
        ) from None


def check_student_id(text: str | None, asked: Asked) -> str:
    """Return the student id in `text`, or raise `Refused` saying how one is written."""
    if not text:
        raise Refused(f"your student id is missing; run ./CollectSubmission.sh {asked.example}.")
    text = text.strip()
    if re.fullmatch(asked.pattern, text):
        return text
    meant = with_signs_of(asked.example, text)
    hint = f" Did you mean {meant}?" if re.fullmatch(asked.pattern, meant) else ""
    raise Refused(f"{text!r} is not a student id; write {asked.words}, like {asked.example}.{hint}")


def with_signs_of(example: str, text: str) -> str:
    """Return the letters and digits of `text` with the hyphens and dots that `example` has."""
    left = [letter for letter in text if letter.isalnum()]
    if len(left) != sum(letter.isalnum() for letter in example):
        return text
    return "".join(left.pop(0) if letter.isalnum() else letter for letter in example)


def inspect_notebook(path: Path, student: str) -> Part:
    """Look at one notebook without running it."""
    part = Part(path.name)
    try:
        part.content, part.saved = read_regular_file(path, MAX_READ)
        cells = read_cells(path.name, part.content)
        _check_size(part, cells)
    except FileNotFoundError:
        part.gaps.append(_not_found(path))
        return part
    except Refused as refusal:
        part.problems.append(str(refusal))
        return part
    _check_run_and_worked(part, cells)
    part.warnings += _failed_checks(part.name, cells)
    part.warnings += _other_ids(part.name, cells, student)
    part.warnings += _newer_copies(path, part.saved)
    part.checks = list(_check_results(cells))
    return part


def inspect_checkpoint(folder: Path, checkpoint: str, student: str, saved_in: str) -> Part:
    """Look at the checkpoint that a student's network was saved to, without loading it."""
    name = f"model_checkpoints/{checkpoint.format(student=student)}"
    path = folder / name
    similar = checkpoint.format(student="*")
    part = Part(name)
    try:
        if path.parent.is_symlink():
            raise Refused(
                "model_checkpoints is a link; put a real folder with the checkpoint there."
            )
        part.content, part.saved = read_regular_file(path, MAX_CHECKPOINT)
    except FileNotFoundError:
        others = sorted(p.name for p in path.parent.glob(similar))
        if others:
            part.gaps.append(
                f"{name} is missing, but {', '.join(others[:3])} is there; check which student id "
                "is right, then run this with it or save the checkpoint again under yours."
            )
        else:
            part.gaps.append(
                f"{name} is missing; set your student id in {saved_in} and run the cell that "
                "saves the checkpoint."
            )
        return part
    except Refused as refusal:
        part.problems.append(str(refusal))
        return part
    if not part.content:
        part.problems.append(f"{name} is empty; run the cell of {saved_in} that saves it again.")
    # torch.save writes a zip archive: one that was cut short has lost the directory at its end.
    elif not (part.content.startswith(b"PK") and b"PK\x05\x06" in part.content[-70_000:]):
        part.problems.append(
            f"{name} is damaged or was not written by torch.save; run the cell of {saved_in} "
            "that saves it again."
        )
    else:
        part.warnings += _more_than_parameters(name, part.content, saved_in)
    others = sorted(p.name for p in path.parent.glob(similar) if p != path)
    if others:
        names = ", ".join(others[:3]) + ", ..." * (len(others) > 3)
        part.warnings.append(
            f"model_checkpoints also holds {names}, and only {path.name} is packed; check that it "
            "is the one to be graded."
        )
    return part


def read_regular_file(path: Path, limit: int) -> tuple[bytes, float]:
    """Return the content of `path` and the time of its last change, without following a link.

    Raises `FileNotFoundError` if there is nothing, `Refused` for links, folders and devices, for
    more than `limit` bytes and for what cannot be read.
    """
    try:
        kind = path.lstat().st_mode
        if stat.S_ISLNK(kind):
            raise Refused(f"{path.name} is a link; put the file itself in its place.")
        if not stat.S_ISREG(kind):
            raise Refused(f"{path.name} is not an ordinary file; put your file in its place.")
        # The file may become a link in between. (Windows knows neither flag nor this trick.)
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            content = file.read(limit + 1)
            saved = os.fstat(file.fileno()).st_mtime
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Refused(
            f"{path.name} cannot be read ({error.strerror}); check the permissions of the file."
        ) from error
    if len(content) > limit:
        size = path.stat().st_size / MB
        raise Refused(
            f"{path.name} has {size:,.0f} MB, at most {limit / MB:.0f} MB are accepted; "
            + (
                "clear the outputs that are so large, then run those cells again printing less."
                if path.suffix == ".ipynb"
                else "save the state dict of a smaller network."
            )
        )
    return content, saved


def read_cells(name: str, content: bytes) -> list[Cell]:
    """Return the cells of a notebook file, or raise `Refused` if it is not one of format 4."""
    if not content:
        raise Refused(
            f"{name} is empty; save it again in JupyterLab, or take the copy in .ipynb_checkpoints."
        )
    try:
        notebook = json.loads(content)
    except UnicodeDecodeError as error:
        raise Refused(
            f"{name} is not in UTF-8; open it in JupyterLab and save it, not in a text editor."
        ) from error
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Refused(
            f"{name} is not a valid notebook{where}; save it again in JupyterLab, or take the copy "
            "in .ipynb_checkpoints."
        ) from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        raise Refused(f"{name} is not in notebook format 4; open it in JupyterLab and save it.")
    if not isinstance(cells, list) or not all(_is_cell(cell) for cell in cells):
        raise Refused(
            f"{name} has damaged cells; save it again in JupyterLab, or take the copy in "
            ".ipynb_checkpoints."
        )
    return cells


def released_checksum(cell: Cell) -> str:
    """Return nbgrader's checksum of a cell, which it also stored in the cell when it was released.

    The formula is `nbgrader.utils.compute_checksum` (nbgrader 0.9).
    """
    info = cell["metadata"]["nbgrader"]
    graded, solution = info.get("grade", False), info.get("solution", False)
    locked = False if solution else True if graded else info.get("locked", False)
    parts = [source(cell), cell["cell_type"], graded, solution, locked, info["grade_id"]]
    if graded:
        parts.append(float(info.get("points", 0)))
    # "surrogatepass": JSON can hold half a character, which UTF-8 cannot.
    text = "".join(str(part) for part in parts)
    return hashlib.md5(text.encode("utf-8", "surrogatepass")).hexdigest()


def source(cell: Cell) -> str:
    """Return the text of a cell, which a notebook file holds as a string or a list of lines."""
    text = cell.get("source", "")
    return text if isinstance(text, str) else "".join(text)


def write_archive(folder: Path, student: str, parts: Iterable[Part]) -> tuple[Path, str]:
    """Write `<student>.tar.gz` in one step; return it and what became of an earlier one.

    Raises `Refused` if it cannot be written; an earlier archive is then as it was.
    """
    target = folder / f"{student}.tar.gz"
    packed = _tar(student, parts)
    unfinished = folder / f".{target.name}.{os.getpid()}.part"
    try:
        earlier = target.read_bytes() if target.exists() else None
        if earlier == packed:
            return target, "the same as before"
        if earlier is not None:
            _write(unfinished, earlier)
            unfinished.replace(folder / f"{target.name}.bak")
        _write(unfinished, packed)
        unfinished.replace(target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None), errno.EFBIG):
            why = (
                "the disk (or your quota) is full; "
                f"free {max(1, len(packed) / MB):.0f} MB and run this again"
            )
        else:
            why = f"{error.strerror or error}; check that you may write in {folder}"
        raise Refused(f"{target.name} could not be written: {why}.") from error
    finally:
        if unfinished.exists():
            unfinished.unlink()
    return target, f"the earlier one is now {target.name}.bak" if earlier is not None else ""


# --- the steps of main ---------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="CollectSubmission.sh",
        description="Check the notebooks and the checkpoint, and pack them for handing in.",
    )
    parser.add_argument("student_id", nargs="?", help="your student id")
    parser.add_argument(
        "--check",
        action="store_true",
        help="also show the result of each check, as last run in your notebooks",
    )
    parser.add_argument(
        "--partial",
        action="store_true",
        help="pack even if a notebook or the checkpoint is missing, not run or not worked on",
    )
    return parser


def _collect(folder: Path, asked: Asked, student: str, *, check: bool, partial: bool) -> int:
    notebooks = [inspect_notebook(folder / name, student) for name in asked.notebooks]
    parts = list(notebooks)
    if asked.checkpoint:
        parts.append(inspect_checkpoint(folder, asked.checkpoint, student, asked.saved_in))
    print(f"Submission of {student}, from {folder}\n")
    print(_table(parts))
    if check:
        print("\nChecks, as last run in your notebooks (the hidden tests run when you are graded):")
        for part in notebooks:
            print("\n".join([f"  {part.name}", *(f"    {line}" for line in part.checks)]))
    problems = [sentence for part in parts for sentence in part.problems]
    gaps = [sentence for part in parts for sentence in part.gaps]
    warnings = [sentence for part in parts for sentence in part.warnings]
    total = sum(len(part.content) for part in parts)
    if not problems and total > MAX_TOTAL:
        problems.append(
            f"the files have {total / MB:.0f} MB together, at most {MAX_TOTAL / MB:.0f} MB are "
            "accepted; print less in the notebooks or save a smaller network."
        )
    if partial and not any(part.worked and not part.worked.startswith("0 ") for part in parts):
        problems += gaps
        gaps = []
    for sentence in warnings + (gaps if partial else []):
        print(f"\nWarning: {sentence}")
    if not partial:
        problems += gaps
    packable = [part for part in parts if part.content]
    if not problems:
        try:
            target, earlier = write_archive(folder, student, packable)
        except Refused as refusal:
            problems.append(str(refusal))
    if problems:
        sys.stdout.flush()
        for sentence in problems:
            print(f"\nNot packed: {sentence}", file=sys.stderr)
        if gaps and not partial:
            print(
                "\nIf you mean to hand in only what you have, add --partial.",
                file=sys.stderr,
            )
        if (folder / f"{student}.tar.gz").exists():
            print(
                f"\nThe earlier {student}.tar.gz is still there, unchanged.",
                file=sys.stderr,
            )
        return 1
    size = target.stat().st_size / MB
    print(f"\nWrote {target} ({size:.1f} MB{', ' + earlier if earlier else ''}).")
    print("Upload this file. Save your notebooks and run this again whenever you change something.")
    return 0


def _table(parts: Iterable[Part]) -> str:
    rows = [("file", "size", "last saved", "cells run", "tasks worked on")]
    for part in parts:
        if part.content:
            saved = time.strftime("%Y-%m-%d %H:%M", time.localtime(part.saved))
            rows.append((part.name, _size(len(part.content)), saved, part.run, part.worked))
        else:
            rows.append((part.name, "-", "-", "", ""))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip()  # noqa: B905
        for row in rows
    )


def _size(count: int) -> str:
    return f"{count / MB:.1f} MB" if count >= MB else f"{count / 1000:.1f} kB"


def _not_found(path: Path) -> str:
    """The sentence on a missing notebook, with the renamed copy that is probably meant."""
    similar = _similar(path)
    if similar:
        return f"{path.name} is missing; rename {similar[0].name} to it if that is your work."
    return f"{path.name} is missing; put it back into {path.parent}."


def _newer_copies(path: Path, saved: float) -> list[str]:
    """A warning for each copy of a notebook that was changed later than the notebook itself."""
    return [
        f"{copy.name} is newer than {path.name}, and only the latter is packed; check which one "
        "holds your work."
        for copy in _similar(path)
        if copy.stat().st_mtime > saved
    ]


def _similar(path: Path) -> list[Path]:
    """Notebooks beside `path` whose names begin like it ("Assignment1-1")."""
    beginning = path.name[: len("Assignment1-1")]
    return sorted(
        other
        for other in path.parent.glob("*.ipynb")
        if other.name.startswith(beginning) and other != path and other.is_file()
    )


# --- looking into a notebook ---------------------------------------------------------------------


def _is_cell(cell: object) -> bool:
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return False
    text = cell.get("source", "")
    outputs = cell.get("outputs", [])
    return (
        (isinstance(text, str) or (isinstance(text, list) and all(type(t) is str for t in text)))
        and isinstance(cell.get("metadata", {}), dict)
        and isinstance(outputs, list)
        and all(isinstance(output, dict) for output in outputs)
    )


def _info(cell: Cell) -> dict[str, Any]:
    """Return nbgrader's metadata of a cell, empty for a cell that is the student's own."""
    info = cell.get("metadata", {}).get("nbgrader")
    return info if isinstance(info, dict) and isinstance(info.get("grade_id"), str) else {}


def _name(cells: list[Cell], index: int) -> str:
    """How a person finds a cell: by its task, or by counting."""
    return _info(cells[index]).get("grade_id") or f"cell {index + 1}"


def _check_size(part: Part, cells: list[Cell]) -> None:
    if len(part.content) <= MAX_NOTEBOOK:
        return
    sizes = [len(json.dumps(cell)) for cell in cells]
    index = max(range(len(cells)), key=sizes.__getitem__) if cells else 0
    name = _name(cells, index) if cells else "its metadata"
    place = f"{name} (number {index + 1} from the top)" if name != f"cell {index + 1}" else name
    raise Refused(
        f"{part.name} has {len(part.content) / MB:.0f} MB, at most {MAX_NOTEBOOK / MB:.0f} MB are "
        f"accepted; most is in {place}: print or plot less there and run it again."
    )


def _check_run_and_worked(part: Part, cells: list[Cell]) -> None:
    """Fill in `run`, `worked`, and what is wrong with them.

    What counts as run is judged by the cells that the student wrote in and their checks: others,
    such as optional tasks, may stay as they were. Half of them may be forgotten, with a warning;
    a notebook that was never run, or whose outputs were cleared, has none.
    """
    code = [i for i, cell in enumerate(cells) if cell["cell_type"] == "code" and _has_code(cell)]
    ran = [i for i in code if cells[i].get("execution_count")]
    part.run = f"{len(ran)} of {len(code)}"

    tasks: dict[str, list[Cell]] = {}
    for cell in cells:
        if _info(cell).get("solution"):
            tasks.setdefault(_info(cell)["grade_id"], []).append(cell)
    if not tasks:
        part.problems.append(
            f"{part.name} holds none of the assignment's task cells; unpack the assignment again "
            "into another folder and copy your answers into that notebook."
        )
        return
    points = _points(cells)
    untouched = [task for task, copies in tasks.items() if all(map(_is_untouched, copies))]
    part.worked = f"{len(tasks) - len(untouched)} of {len(tasks)}"
    if len(untouched) == len(tasks):
        part.gaps.append(f"{part.name} holds no work yet: every task is as it was handed out.")
        return
    copied = [task for task, copies in tasks.items() if len(copies) > 1]
    if copied:
        part.warnings.append(
            f"{part.name}: several cells carry the same task ({', '.join(copied)}); keep one each."
        )
    if untouched:
        part.warnings.append(f"{part.name}: not worked on: {_list_tasks(untouched, points)}.")
    unfinished = [
        task
        for task, copies in tasks.items()
        if task not in untouched and any(map(_still_raises, copies))
    ]
    if unfinished:
        part.warnings.append(
            f"{part.name}: `raise NotImplementedError` still stands in: "
            f"{_list_tasks(unfinished, points)}."
        )

    mine = [i for i in code if _task_of(cells[i]) in tasks.keys() - set(untouched)]
    forgotten = [i for i in mine if i not in ran]
    names = ", ".join(_name(cells, i) for i in forgotten[:8]) + (", ..." * (len(forgotten) > 8))
    if not ran:
        part.gaps.append(
            f"{part.name} was never run, or its outputs were cleared; run all cells and save it."
        )
    elif not any(cell.get("outputs") for cell in cells):
        part.gaps.append(
            f"{part.name} holds no output at all, so outputs were cleared or not saved; run all "
            "cells and save it."
        )
    elif 2 * len(forgotten) > len(mine):
        part.gaps.append(
            f"{part.name}: cells with your work were not run, or their outputs were cleared "
            f"({names}); run all cells and save it."
        )
    elif forgotten:
        part.warnings.append(f"{part.name}: not run: {names}.")
    training = [
        _name(cells, i)
        for i in code
        if i not in ran and i not in forgotten and "training" in _tags(cells[i])
    ]
    if training:
        part.warnings.append(
            f"{part.name}: training cells without output: {', '.join(training[:20])}. They are not "
            "run again for grading, so nobody will see their results."
        )


def _has_code(cell: Cell) -> bool:
    lines = (line.strip() for line in source(cell).splitlines())
    return any(line and not line.startswith("#") for line in lines)


def _tags(cell: Cell) -> list[Any]:
    tags = cell.get("metadata", {}).get("tags")
    return tags if isinstance(tags, list) else []


def _task_of(cell: Cell) -> str | None:
    """Return the task of a solution cell or of a check (`test_<task>`, `test_<task>__more`)."""
    info = _info(cell)
    if info.get("solution"):
        return str(info["grade_id"])
    if info.get("grade"):
        return re.sub("^test_", "", info["grade_id"]).split("__")[0]
    return None


def _is_untouched(cell: Cell) -> bool:
    try:
        return bool(_info(cell).get("checksum") == released_checksum(cell))
    except (TypeError, ValueError):  # metadata that somebody edited by hand
        return False


def _still_raises(cell: Cell) -> bool:
    return cell["cell_type"] == "code" and bool(
        re.search(r"^\s*raise NotImplementedError\b", source(cell), re.MULTILINE)
    )


def _points(cells: Iterable[Cell]) -> dict[str, float]:
    """Return the points of each task; 0 for those that are optional or self-checked."""
    points: dict[str, float] = {}
    for cell in cells:
        task, info = _task_of(cell), _info(cell)
        if task and info.get("grade") and isinstance(info.get("points"), (int, float)):
            points[task] = points.get(task, 0) + info["points"]
    return points


def _list_tasks(tasks: Iterable[str], points: dict[str, float]) -> str:
    return ", ".join(
        f"{task} ({points[task]:g} point{'' if points[task] == 1 else 's'})"
        if points.get(task)
        else f"{task} (no points)"
        for task in tasks
    )


def _errors(cell: Cell) -> list[dict[str, Any]]:
    """Return the errors among the stored outputs of a cell."""
    return [o for o in cell.get("outputs", []) if o.get("output_type") == "error"]


def _failed_checks(name: str, cells: list[Cell]) -> list[str]:
    """A warning if checks show an error, other than those of tasks that are still to do."""
    failed = [
        _info(cell)["grade_id"]
        for cell in cells
        if re.match("(test|check)_", _info(cell).get("grade_id", ""))
        and any(error.get("ename") != "NotImplementedError" for error in _errors(cell))
    ]
    if not failed:
        return []
    names = ", ".join(failed[:8]) + ", ..." * (len(failed) > 8)
    return [
        f"{name}: failed when last run: {names}. Mend the task and run its check again, if there "
        "is time left."
    ]


def _other_ids(name: str, cells: list[Cell], student: str) -> list[str]:
    """A warning if the notebook sets another student id than the one to pack for."""
    found = [
        match
        for cell in cells
        if cell["cell_type"] == "code"
        for match in ID_IN_NOTEBOOK.findall(source(cell))
    ]
    return [
        f"{name} says student_id = {other!r}, but you pack for {student}; if the id in the "
        "notebook is wrong, correct it and save the checkpoint again."
        for other in sorted({text for text in found if text != student})
    ]


def _more_than_parameters(name: str, content: bytes, saved_in: str) -> list[str]:
    """A warning if a checkpoint seems to hold an optimizer or a whole model; nothing is unpickled.

    A pickle names what it looks up ("torch.nn.modules.container Sequential") and spells out its
    strings, the keys of a dict among them.
    """
    found: set[str] = set()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                if member.filename.endswith("data.pkl") and member.file_size < MB:
                    for operation, text, _ in pickletools.genops(archive.read(member)):
                        looks_up = operation.name == "GLOBAL"
                        is_class = looks_up and str(text).startswith(("__main__ ", "torch.nn."))
                        if is_class or (isinstance(text, str) and text in NOT_PARAMETERS):
                            found.add(str(text))
    except Exception:  # a file that cannot be looked into is for the grader to judge
        return []
    if not found:
        return []
    return [
        f"{name} seems to hold more than the parameters of the network "
        f"({', '.join(map(repr, sorted(found)[:3]))}), and could then not be graded; save "
        f"torch.save(model.state_dict(), path) of the model alone, as {saved_in} says."
    ]


def _check_results(cells: list[Cell]) -> Iterable[str]:
    """Yield one line per graded cell: what its stored output says, then the sum."""
    passed = possible = 0.0
    for cell in cells:
        info = _info(cell)
        if not info.get("grade"):
            continue
        name = info["grade_id"]
        points = info["points"] if isinstance(info.get("points"), (int, float)) else 0
        if info.get("solution"):
            state = "not answered yet" if _is_untouched(cell) else "answered, a person grades it"
            yield f"{name}: {state} ({points:g} points)"
            continue
        possible += points
        errors = _errors(cell)
        if errors:
            first = (str(errors[0].get("evalue", "")).splitlines() or [""])[0]
            state = f"failed: {errors[0].get('ename', 'error')}: {first[:120]}"
        elif not cell.get("execution_count"):
            state = "not run"
        else:
            state = "passed"
            passed += points
        yield f"{name}: {state} ({points:g} points)"
    yield f"passed: {passed:g} of {possible:g} points that are graded by tests"


# --- the archive ---------------------------------------------------------------------------------


def _tar(student: str, parts: Iterable[Part]) -> bytes:
    """Return the archive: one folder named like the student. The same files give the same bytes."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for part in parts:
            entry = tarfile.TarInfo(f"{student}/{part.name}")
            entry.size = len(part.content)
            entry.mtime = int(part.saved)
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(part.content))
    return gzip.compress(raw.getvalue(), compresslevel=6, mtime=0)


def _write(path: Path, content: bytes) -> None:
    """Write `content`, make sure that it reached the disk, and read it back."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if path.read_bytes() != content:
        raise OSError(errno.EIO, "what was written reads back differently")


if __name__ == "__main__":
    sys.exit(main())
