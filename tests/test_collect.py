"""`coursekit collect` takes what learning systems hand out, and nothing that would do harm."""

import fcntl
import gzip
import io
import json
import os
import stat
import struct
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from fake_work import NOTEBOOKS, STUDENT, make_notebook, notebook_bytes
from inboxes import (
    FIRST,
    MOODLE,
    OTHER,
    SECOND,
    THIRD,
    Files,
    check_taken,
    make_zip,
    notebook,
    put,
    run,
    taken,
    tar,
    work,
)
from nbgrader.coursedir import CourseDirectory

from coursekit.cli import main
from coursekit.collect import collect
from coursekit.course import Course, CourseError
from coursekit.names import student_ids
from coursekit.unpack import Limits

REPOSITORY = Path(__file__).resolve().parent.parent


def tar_with(entry: tarfile.TarInfo, content: bytes = b"", first: bool = False) -> bytes:
    """A good archive with one strange entry."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as archive:
        if first:
            archive.addfile(entry, io.BytesIO(content) if content else None)
        for name, data in work().items():
            good = tarfile.TarInfo(name)
            good.size = len(data)
            archive.addfile(good, io.BytesIO(data))
        if not first:
            archive.addfile(entry, io.BytesIO(content) if content else None)
    return raw.getvalue()


def entry(
    name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 0
) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, size
    return info


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder, with inode (so a rewritten file shows) and content."""
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def refused(inbox: Path, **options: object) -> str:
    """Collect an inbox with one bad submission in it, and return the reason."""
    report = run(inbox, **options)
    assert report.exit_code == 3
    assert report.students == []
    assert len(report.set_aside) == 1, report.text()
    assert not any((inbox.parent / "submitted").iterdir())
    return report.set_aside[0].reason


# --- what learning systems hand out --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("2000-00000.tar.gz", tar(work())),
        ("2000-00000.tgz", tar(work())),
        ("2000-00000.tar", tar(work(), compress=False)),  # as Safari unpacks it
        ("2000-00000.zip", make_zip(work())),
        ("2000-00000.tar.gz", make_zip(work())),  # renamed by somebody
        ("2000-00000 (1).tar.gz", tar(work())),
        ("２０００–０００００.tar.gz", tar(work())),
        ("homework.zip", make_zip(work())),  # the id is that of the folder inside
        ("homework.zip", make_zip(work(folder=""))),  # the id is in the checkpoint's name
        (f"{MOODLE}/2000-00000.tar.gz", tar(work())),
        (f"{MOODLE}/과제.zip", make_zip(work())),
        (f"{MOODLE}2000-00000.tar.gz", tar(work())),  # without folders
        ("Lee 2000-00000_77_assignsubmission_file_/hw.zip", make_zip(work(folder=""))),
        ("kimminsu_LATE_12345_67890_2000-00000-1.tar.gz", tar(work())),
        ("HW1_kim123_attempt_2026-11-20-10-31-05_2000-00000.zip", make_zip(work())),
        ("2000-00000.zip", make_zip({"2000-00000.tar.gz": tar(work())})),  # packed twice
        ("week 12/section 2/2000-00000.tar.gz", tar(work())),
    ],
)
def test_one_archive(inbox: Path, name: str, content: bytes) -> None:
    put(inbox, name, content)
    report = run(inbox)
    assert report.exit_code == 0, report.text()
    assert [(s.student, s.status, s.missing) for s in report.students] == [(STUDENT, "new", [])]
    check_taken(inbox)


def test_files_are_plain_and_the_time_is_one_nbgrader_reads(inbox: Path) -> None:
    put(inbox, "2000-00000_2026-11-20-10-31.tar.gz", tar(work()))
    run(inbox)
    for path in taken(inbox).rglob("*"):
        if path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) == 0o644
    time = CourseDirectory().get_existing_timestamp(str(taken(inbox)))
    assert time == datetime(2026, 11, 20, 1, 31)  # UTC; Seoul is nine hours ahead


def test_loose_notebooks_in_a_students_folder(inbox: Path) -> None:
    for name, content in work(folder=f"{MOODLE}/").items():
        put(inbox, name, content)
    put(inbox, f"{MOODLE}/report.pdf", b"%PDF")
    report = run(inbox)
    assert report.exit_code == 0, report.text()
    check_taken(inbox)
    assert report.ignored == [f"{MOODLE}/report.pdf"]


def test_loose_notebooks_with_ids_in_their_names(inbox: Path) -> None:
    for name in NOTEBOOKS:
        put(inbox, f"{STUDENT}_{name}", notebook(name))
    report = run(inbox)
    assert [student.notebooks for student in report.students] == [list(NOTEBOOKS)]


def test_loose_uploads_of_canvas_share_their_person(inbox: Path) -> None:
    for number, (name, content) in enumerate(work(folder="").items()):
        put(inbox, f"kimminsu_12345_{67890 + number}_{Path(name).name}", content)
    report = run(inbox)
    assert report.exit_code == 0, report.text()
    check_taken(inbox)


def test_a_class_in_one_zip(inbox: Path) -> None:
    loose = "이영희_3_assignsubmission_file_"
    files = {
        f"{MOODLE}/2000-00000.tar.gz": tar(work()),
        "박철수_2_assignsubmission_file_/hw.zip": make_zip(work(OTHER)),
        **{f"{loose}/{name}": data for name, data in work("2000-00002", folder="").items()},
        "Choi_4_assignsubmission_file_/essay.pdf": b"%PDF",
        "Han_5_assignsubmission_file_/2000-00005.tar.gz": b"\x1f\x8b broken",
    }
    put(inbox, "DL-2026-Assignment 1-4821.zip", make_zip(files))
    report = run(inbox)
    assert [student.student for student in report.students] == [STUDENT, OTHER, "2000-00002"]
    for student in (STUDENT, OTHER, "2000-00002"):
        check_taken(inbox, student, is_time_known=False)  # all of one minute: of the download
    reasons = {item.source.split("/")[1].split("_")[0]: item.reason for item in report.set_aside}
    assert set(reasons) == {"Choi", "Han"}
    assert reasons["Choi"] == "holds neither an archive nor a notebook"
    assert "truncated or damaged" in reasons["Han"]
    copies = [Path(copy) for item in report.set_aside for copy in item.copies]
    assert sorted(copy.read_bytes() for copy in copies) == [b"\x1f\x8b broken", b"%PDF"]


def test_a_class_in_one_zip_without_folders(inbox: Path) -> None:
    files = {
        f"{MOODLE}2000-00000.tar.gz": tar(work()),
        "Lee_2_assignsubmission_file_2000-00001.tar.gz": tar(work(OTHER)),
    }
    put(inbox, "download.zip", make_zip(files))
    report = run(inbox)
    assert [student.student for student in report.students] == [STUDENT, OTHER]


def test_a_class_in_one_tar(inbox: Path) -> None:
    put(inbox, "all.tar.gz", tar({f"{s}.tar.gz": tar(work(s)) for s in (STUDENT, OTHER)}))
    assert [student.student for student in run(inbox).students] == [STUDENT, OTHER]


def test_an_archive_made_on_windows_in_korean(inbox: Path) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, content in work(folder="").items():
            info = zipfile.ZipInfo(name)
            folder = "과제\\".encode("cp949").decode("cp437")
            info.filename = folder + name.replace("/", "\\")
            archive.writestr(info, content)
    content = raw.getvalue()
    # zipfile marks the names as UTF-8; old Windows writes the bytes of its code page, unmarked.
    marked = "과제\\".encode("cp949").decode("cp437").encode("utf-8")
    assert marked in content
    put(inbox, "2000-00000.zip", content)
    assert run(inbox).exit_code == 0
    check_taken(inbox)


# --- which of several counts ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ("2000-00000_2026-11-19-09-00.tar.gz", "2000-00000_2026-11-20-10-31.tar.gz"),
        ("2000-00000_20261119_0900.tgz", "2000-00000_20261120T103105.zip"),
        ("2000-00000.tar.gz", "2000-00000 (1).tar.gz"),
        ("2000-00000-1.tar.gz", "2000-00000-2.tar.gz"),
        (
            "HW_kim_attempt_2026-11-19-09-00-00_2000-00000.tgz",
            "HW_kim_attempt_2026-11-20-09-00-00_2000-00000.tgz",
        ),
    ],
)
@pytest.mark.parametrize("late_first", [False, True])
def test_the_latest_counts(inbox: Path, early: str, late: str, late_first: bool) -> None:
    for name, mark in sorted([(early, "early"), (late, "late")], reverse=late_first):
        put(inbox, name, tar(work(mark=mark)))
    report = run(inbox)
    assert report.exit_code == 0
    assert [(item.source, item.by) for item in report.superseded] == [(early, late)]
    check_taken(inbox, mark="late")


def test_without_a_time_in_the_name_the_change_of_the_file_counts(inbox: Path) -> None:
    put(inbox, "a/2000-00000.tar.gz", tar(work(mark="late")), time=1_800_000_100)
    put(inbox, "b/2000-00000.tar.gz", tar(work(mark="early")), time=1_800_000_000)
    for folder, student in (("a", "2000-00001"), ("b", "2000-00002")):  # so it is nobody's folder
        put(inbox, f"{folder}/{student}.tar.gz", tar(work(student)))
    assert [item.source for item in run(inbox).superseded] == ["b/2000-00000.tar.gz"]
    check_taken(inbox, mark="late")


def test_in_a_zip_the_time_of_the_member_counts(inbox: Path) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for hour, mark in ((11, "late"), (10, "early")):
            info = zipfile.ZipInfo(f"{MOODLE}/{mark}/2000-00000.tgz", (2026, 11, 20, hour, 0, 0))
            archive.writestr(info, tar(work(mark=mark)))
    put(inbox, "moodle-2027-01-01-0000.zip", raw.getvalue())  # the time of the download
    run(inbox)
    check_taken(inbox, mark="late")
    assert (taken(inbox) / "timestamp.txt").read_text() == "2026-11-20 02:00:00 UTC\n"


def test_a_resubmission_replaces_and_an_old_one_does_not(inbox: Path) -> None:
    first = put(inbox, "2000-00000_2026-11-19-09-00.tar.gz", tar(work(mark="first")))
    assert run(inbox).students[0].status == "new"
    put(inbox, "2000-00000_2026-11-20-09-00.tar.gz", tar(work(mark="second")))
    assert run(inbox).students[0].status == "replaced"
    check_taken(inbox, mark="second")
    (inbox / "2000-00000_2026-11-20-09-00.tar.gz").unlink()
    assert first.exists()
    for _ in range(2):
        report = run(inbox)
        assert report.students[0].status == "kept"
        assert "is newer than" in report.text()
        check_taken(inbox, mark="second")


def test_a_damaged_resubmission_leaves_the_earlier_one_and_is_reported(inbox: Path) -> None:
    put(inbox, "2000-00000_2026-11-19-09-00.tar.gz", tar(work(mark="good")))
    put(inbox, "2000-00000_2026-11-20-09-00.tar.gz", tar(work())[:500])
    for status in ("new", "unchanged"):
        report = run(inbox)
        assert report.students[0].status == status
        assert len(report.set_aside) == 1 and report.exit_code == 3
        check_taken(inbox, mark="good")


def test_a_damaged_archive_that_was_followed_by_a_good_one_is_no_worry(inbox: Path) -> None:
    put(inbox, "2000-00000_2026-11-19-09-00.tar.gz", tar(work())[:500])
    put(inbox, "2000-00000_2026-11-20-09-00.tar.gz", tar(work(mark="good")))
    report = run(inbox)
    assert report.exit_code == 0
    assert [s.source for s in report.superseded] == ["2000-00000_2026-11-19-09-00.tar.gz"]


def test_two_people_with_one_id_are_both_set_aside(inbox: Path) -> None:
    earlier = put(inbox, "2000-00000.tar.gz", tar(work(mark="earlier")))
    assert run(inbox).exit_code == 0
    earlier.unlink()
    put(inbox, f"{MOODLE}/2000-00000.tar.gz", tar(work(mark="kim")), time=1_900_000_000)
    put(inbox, "Lee_9_assignsubmission_file_/hw.zip", make_zip(work(mark="lee")))
    report = run(inbox)
    assert report.students == [] and report.exit_code == 3
    assert {item.source for item in report.set_aside} == {
        f"{MOODLE}/2000-00000.tar.gz",
        "Lee_9_assignsubmission_file_/hw.zip",
    }
    assert "Kim Minsu_12345 and Lee_9 both handed in as 2000-00000" in report.set_aside[0].reason
    assert all(len(item.copies) == 5 for item in report.set_aside)
    check_taken(inbox, mark="earlier")


@pytest.mark.parametrize(
    "forge",
    [
        lambda work: {f"{MOODLE}/2000-00001.tar.gz": tar(work)},
        lambda work: {f"{MOODLE}/hw.zip": make_zip(work)},
        lambda work: {f"{MOODLE}/{name}": data for name, data in work.items()},
        lambda work: {
            f"{MOODLE}/class.zip": make_zip(
                {"Lee_2_assignsubmission_file_/2000-00001.tar.gz": tar(work)}
            )
        },
    ],
)
def test_a_student_cannot_replace_the_work_of_another(
    inbox: Path, forge: Callable[[Files], Files]
) -> None:
    put(inbox, "Lee_2_assignsubmission_file_/2000-00001.tar.gz", tar(work(OTHER, "honest")))
    assert run(inbox).exit_code == 0
    for name, content in forge(work(OTHER, "forged")).items():
        put(inbox, name, content, time=1_900_000_000)
    report = run(inbox)
    assert "Kim Minsu_12345 and Lee_2 both handed in as 2000-00001" in report.set_aside[0].reason
    check_taken(inbox, OTHER, mark="honest")


def test_one_upload_speaks_for_one_student(inbox: Path) -> None:
    put(inbox, "2000-00000.zip", make_zip({"2000-00001.tgz": tar(work(OTHER))}))
    assert "is named like an archive of 2000-00000 but holds those of other" in refused(inbox)
    (inbox / "2000-00000.zip").unlink()
    put(inbox, f"{MOODLE}/x.zip", make_zip({**work(), **work(OTHER)}))
    assert "holds the folders of several students" in refused(inbox)


def test_an_archive_with_several_folders_gives_those_of_its_student(inbox: Path) -> None:
    put(inbox, "2000-00000.zip", make_zip({**work(OTHER, "friend"), **work()}))
    assert [student.student for student in run(inbox).students] == [STUDENT]
    check_taken(inbox)


# --- a second run --------------------------------------------------------------------------------


def test_a_second_run_touches_and_opens_nothing(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, "2000-00000.tar.gz", tar(work()))
    put(inbox, "moodle.zip", make_zip({f"{MOODLE}/2000-00001.tgz": tar(work(OTHER))}))
    put(inbox, "2000-00003.tar.gz", b"")
    first = run(inbox)
    before = snapshot(inbox.parent / "submitted"), snapshot(inbox.parent / "inbox_set_aside")

    def forbidden(*_: object) -> None:
        raise AssertionError("an archive was opened")

    monkeypatch.setattr("coursekit.reader.open_archive", forbidden)
    second = run(inbox)
    assert [student.status for student in second.students] == ["unchanged", "unchanged"]
    assert second.set_aside == first.set_aside
    assert second.exit_code == 3  # somebody still has to look at it
    assert before == (
        snapshot(inbox.parent / "submitted"),
        snapshot(inbox.parent / "inbox_set_aside"),
    )


def test_the_record_is_good_for_another_process(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "source" / "Assignment1").mkdir(parents=True)
    (tmp_path / "source" / "Assignment1" / FIRST).write_bytes(notebook(FIRST))
    put(inbox, "2000-00000.tar.gz", tar(work()))
    collect(Course(tmp_path), inbox, progress=False)
    before = json.loads((tmp_path / "reports" / "collect.json").read_text(encoding="utf-8"))
    # Python orders sets differently in each process.
    command = [sys.executable, "-m", "coursekit.cli", "collect", str(inbox)]
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(REPOSITORY)}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    after = json.loads((tmp_path / "reports" / "collect.json").read_text(encoding="utf-8"))
    assert after["settings"] == before["settings"]
    assert after["students"][0]["status"] == "unchanged"


def test_without_the_record_the_contents_tell(inbox: Path) -> None:
    put(inbox, "2000-00000.tar.gz", tar(work()))
    run(inbox)
    before = snapshot(inbox.parent / "submitted")
    (inbox.parent / "reports" / "collect.json").write_text('{"version": 1, "oh": ')
    assert run(inbox).students[0].status == "unchanged"
    assert snapshot(inbox.parent / "submitted") == before


def test_what_a_teacher_mended_in_place_stays(inbox: Path) -> None:
    put(inbox, "2000-00000.tar.gz", tar(work()))
    run(inbox)
    (taken(inbox) / FIRST).write_text("mended by hand")
    assert run(inbox).students[0].status == "unchanged"
    assert (taken(inbox) / FIRST).read_text() == "mended by hand"


def test_a_deleted_submission_comes_back(inbox: Path) -> None:
    put(inbox, "2000-00000.tar.gz", tar(work()))
    run(inbox)
    for path in sorted(taken(inbox).rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    taken(inbox).rmdir()
    assert run(inbox).students[0].status == "new"
    check_taken(inbox)


def test_the_record_tells_source_time_and_problems(inbox: Path) -> None:
    files = work()
    del files[f"{STUDENT}/{SECOND}"]
    put(inbox, "2000-00000_2026-11-20-10-31.tar.gz", tar(files))
    put(inbox, "2000-00003.zip", b"PK broken")
    run(inbox)
    record = json.loads((inbox.parent / "reports" / "collect.json").read_text(encoding="utf-8"))
    student = record["students"][0]
    assert student["source"] == "2000-00000_2026-11-20-10-31.tar.gz"
    assert datetime.fromisoformat(student["when"]) == datetime(2026, 11, 20, 1, 31, tzinfo=UTC)
    assert student["missing"] == [SECOND]
    assert record["set_aside"][0]["student"] == "2000-00003"


# --- notebooks -----------------------------------------------------------------------------------


def test_a_missing_notebook_is_reported_and_the_rest_accepted(inbox: Path) -> None:
    files = work()
    del files[f"{STUDENT}/{SECOND}"]
    put(inbox, "2000-00000.tar.gz", tar(files))
    report = run(inbox)
    assert report.exit_code == 0
    assert report.students[0].notebooks == [FIRST, THIRD]
    assert f"{STUDENT}: {SECOND} missing; graded as 0 points." in report.text()


@pytest.mark.parametrize(
    "name",
    [
        "Assignment1-2_NN_from_scratch (1).ipynb",
        "assignment1-2_nn_FROM_scratch.ipynb",
        "김민수 1-2 최종.ipynb",
        "2000-00000_HW1-2.ipynb",
        "sub folder/Assignment1-2.ipynb",
    ],
)
def test_a_renamed_notebook_is_known_by_its_number(inbox: Path, name: str) -> None:
    files = work()
    files[f"{STUDENT}/{name}"] = files.pop(f"{STUDENT}/{SECOND}")
    put(inbox, "2000-00000.zip", make_zip(files))
    report = run(inbox)
    assert report.exit_code == 0, report.text()
    check_taken(inbox)


def test_a_renamed_notebook_is_known_by_its_tasks(inbox: Path, tmp_path: Path) -> None:
    source = tmp_path / "source" / "Assignment1"
    source.mkdir(parents=True)
    for name in NOTEBOOKS:
        (source / name).write_bytes(notebook(name))
    files = {
        "ex (1).ipynb": notebook(THIRD),
        "ex.ipynb": notebook(FIRST),
        "Assignment1-3 copy.ipynb": notebook(SECOND),  # what is in it tells more than its name
    }
    put(inbox, "2000-00000.zip", make_zip(files))
    report = run(inbox)
    assert report.students[0].missing == [] and report.exit_code == 0
    for name in NOTEBOOKS:
        assert (taken(inbox) / name).read_bytes() == notebook(name)
    assert f"ex (1).ipynb was taken as {THIRD}" in report.text()


def test_two_that_could_be_meant_are_for_a_person_to_decide(inbox: Path) -> None:
    files = work()
    del files[f"{STUDENT}/{SECOND}"]
    for letter in "ab":
        files[f"{STUDENT}/1-2 {letter}.ipynb"] = notebook(SECOND, letter)
    put(inbox, "2000-00000.zip", make_zip(files))
    report = run(inbox)
    assert report.exit_code == 3
    assert report.students[0].missing == [SECOND]
    assert "could be any of" in report.set_aside[0].reason


def test_copies_and_checkpoints_of_jupyter_are_not_taken(inbox: Path) -> None:
    files = work()
    files[f"{STUDENT}/.ipynb_checkpoints/{FIRST}"] = notebook(FIRST, "old")
    files[f"__MACOSX/{STUDENT}/._{FIRST}"] = b"resource fork"
    files[f"{STUDENT}/Assignment1-1_Data_Curation-Copy1.ipynb"] = notebook(FIRST, "copy")
    files[f"{STUDENT}/backup/{FIRST}"] = notebook(FIRST, "backup")
    put(inbox, "2000-00000.zip", make_zip(files))
    assert run(inbox).exit_code == 0
    check_taken(inbox)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949"])
def test_other_encodings_become_utf_8(inbox: Path, encoding: str) -> None:
    plain = make_notebook(FIRST, written="손실 때문입니다")
    files = work()
    files[f"{STUDENT}/{FIRST}"] = notebook_bytes(plain).decode("utf-8").encode(encoding)
    put(inbox, "2000-00000.tar.gz", tar(files))
    report = run(inbox)
    assert report.exit_code == 0
    assert nbformat.reads((taken(inbox) / FIRST).read_text(encoding="utf-8"), 4) == plain
    assert "has been converted" in report.text()


def test_an_old_format_is_upgraded(inbox: Path) -> None:
    old = nbformat.convert(make_notebook(FIRST), 3)
    files = work()
    files[f"{STUDENT}/{FIRST}"] = nbformat.writes(old, version=3).encode()
    put(inbox, "2000-00000.tar.gz", tar(files))
    report = run(inbox)
    new = nbformat.read(taken(inbox) / FIRST, as_version=nbformat.NO_CONVERT)
    assert new.nbformat == 4
    assert [cell.source for cell in new.cells] == [c.source for c in make_notebook(FIRST).cells]
    assert "old format" in report.text()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"cells": [', "is not valid JSON (line 1)"),
        (b"", "is empty"),
        (b"[1]", "is JSON, but not a notebook"),
        (b'{"nbformat": 5, "cells": []}', "is in notebook format 5"),
        (b'{"nbformat": 4, "cells": 3}', "without a list of cells"),
        (
            b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 5}]}',
            "is a damaged notebook",
        ),
        (b'{"nbformat": 3, "worksheets": 7}', "old format and cannot be upgraded"),
        (b"[" * 100_000, "is not valid JSON"),
        (b"\xff\xfe\xfa\xfb\xfc", "encoding"),
        (b"1" * 5000, "is JSON, but not a notebook"),
    ],
)
def test_a_damaged_notebook_is_set_aside_and_the_others_stay(
    inbox: Path, content: bytes, reason: str
) -> None:
    files = work()
    files[f"{STUDENT}/{FIRST}"] = content
    put(inbox, "2000-00000.tar.gz", tar(files))
    report = run(inbox)
    assert report.exit_code == 3
    assert report.students[0].notebooks == [SECOND, THIRD]
    assert reason in report.set_aside[0].reason and FIRST in report.set_aside[0].reason
    copy = Path(report.set_aside[0].copies[0])
    assert copy.read_bytes() == content
    assert reason in Path(f"{copy}.reason.txt").read_text(encoding="utf-8")


def test_one_damaged_cell_costs_that_cell(inbox: Path) -> None:
    broken = json.loads(notebook(FIRST))
    broken["cells"][0]["source"] = 5
    text = json.dumps(broken).replace('"execution_count": null', f'"execution_count": {"9" * 6000}')
    files = work()
    files[f"{STUDENT}/{FIRST}"] = text.encode()
    put(inbox, "2000-00000.tar.gz", tar(files))
    report = run(inbox)
    assert report.students[0].notebooks == [FIRST, SECOND, THIRD]
    kept = nbformat.read(taken(inbox) / FIRST, as_version=4)
    assert len(kept.cells) == len(broken["cells"]) - 1
    assert "had 1 damaged cell(s), which have been dropped" in report.text()


def test_damaged_metadata_and_outputs_are_dropped(inbox: Path) -> None:
    broken = json.loads(notebook(FIRST))
    del broken["metadata"]
    del broken["cells"][0]["metadata"]
    broken["cells"][1]["outputs"] = [5, {"output_type": "stream", "text": {"a": 1}}]
    files = work()
    files[f"{STUDENT}/{FIRST}"] = json.dumps(broken).encode()
    put(inbox, "2000-00000.tar.gz", tar(files))
    assert run(inbox).exit_code == 0
    new = nbformat.read(taken(inbox) / FIRST, as_version=4)
    nbformat.validate(new)
    whole = nbformat.reads(notebook(FIRST).decode(), as_version=4)
    assert [cell.source for cell in new.cells] == [cell.source for cell in whole.cells]
    assert new.cells[2].metadata.nbgrader.grade_id == "balance"


@pytest.mark.parametrize(
    ("escaped", "expected"),
    [(r"\ud83d\ude00 smiles", "😀 smiles"), (r"\ud83d smiles", "\ufffd\ufffd\ufffd smiles")],
)
def test_half_a_character_is_replaced_and_a_whole_one_kept(
    inbox: Path, escaped: str, expected: str
) -> None:
    files = work()
    files[f"{STUDENT}/{FIRST}"] = notebook(FIRST).replace(b"Because ", escaped.encode())
    put(inbox, "2000-00000.tar.gz", tar(files))
    run(inbox)
    written = nbformat.read(taken(inbox) / FIRST, as_version=4).cells[8].source
    assert written == expected


def test_a_huge_notebook_is_set_aside_and_the_others_stay(inbox: Path) -> None:
    put(inbox, "2000-00000.tar.gz", tar(work() | {f"{STUDENT}/{FIRST}": os.urandom(30_000)}))
    report = run(inbox, limits=Limits(max_notebook=20_000))
    assert report.students[0].notebooks == [SECOND, THIRD]
    assert "are accepted" in report.set_aside[0].reason


# --- checkpoints ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["problem2.pt", "problem2_2000-00000 (1).pt", "problem2_<id>.pt"])
def test_a_renamed_checkpoint_is_taken(inbox: Path, name: str) -> None:
    files = work()
    right = f"{STUDENT}/model_checkpoints/problem2_{STUDENT}.pt"
    files[f"{STUDENT}/model_checkpoints/{name}"] = files.pop(right)
    put(inbox, "2000-00000.tar.gz", tar(files))
    assert run(inbox).exit_code == 0
    check_taken(inbox)


def test_the_checkpoint_of_another_id_is_reported_and_not_renamed(inbox: Path) -> None:
    files = work()
    content = files.pop(f"{STUDENT}/model_checkpoints/problem2_{STUDENT}.pt")
    files[f"{STUDENT}/model_checkpoints/problem2_{OTHER}.pt"] = content
    put(inbox, "2000-00000.tar.gz", tar(files))
    report = run(inbox)
    assert f"problem2_{STUDENT}.pt is missing; there is problem2_{OTHER}.pt" in report.text()
    assert report.students[0].checkpoints == [f"problem2_{OTHER}.pt"]


def test_a_huge_checkpoint_is_not_taken(inbox: Path) -> None:
    put(inbox, "2000-00000.tar.gz", tar(work()))
    report = run(inbox, limits=Limits(max_checkpoint=1_000))
    assert report.exit_code == 3
    assert report.students[0].checkpoints == []
    assert "are accepted" in report.set_aside[0].reason


def test_only_a_few_checkpoints_and_those_with_plain_names(inbox: Path) -> None:
    files = work()
    files |= {f"{STUDENT}/model_checkpoints/e{n}.pt": b"x" for n in range(20)}
    files |= {f"{STUDENT}/model_checkpoints/$(rm).pt": b"x", f"{STUDENT}/-x\n.pt": b"x"}
    put(inbox, "2000-00000.tar.gz", tar(files))
    run(inbox)
    names = sorted(path.name for path in (taken(inbox) / "model_checkpoints").iterdir())
    assert len(names) == 8 and f"problem2_{STUDENT}.pt" in names
    assert all(name[0] in "ep" for name in names)


# --- nothing that would do harm ------------------------------------------------------------------


def test_only_notebooks_and_checkpoints_are_taken(inbox: Path) -> None:
    files = work() | {
        f"{STUDENT}/numpy.py": b"raise SystemExit",
        f"{STUDENT}/run.sh": b"#!/bin/sh\n",
        f"{STUDENT}/data/notMNIST.npz": b"x",
        f"{STUDENT}/data/notMNIST_small.tar.gz": tar({"A/x.png": b"x"}),
    }
    put(inbox, "2000-00000.tar.gz", tar(files))
    report = run(inbox)
    assert report.exit_code == 0
    check_taken(inbox)
    assert f"{STUDENT}/numpy.py" in report.students[0].ignored


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"hello, this is no archive", "is neither a tar.gz nor a zip archive"),
        (b"Rar!\x1a\x07\x00", "is neither a tar.gz nor a zip archive"),
        (tar(work())[:2000], "is truncated or damaged"),
        (tar(work())[:-4], "is truncated or damaged"),
        (tar(work())[:-8] + bytes(8), "is truncated or damaged"),
        (make_zip(work())[:2000], "is truncated or damaged"),
        (gzip.compress(b"not a tar" * 200, mtime=0), "is truncated or damaged"),
        (tar(work(), compress=False)[:6000], "is truncated or damaged"),
        (tar({"readme.txt": b"nothing"}), "holds no notebook"),
        (tar({f"{STUDENT}/{FIRST}": b"{"}), "holds no notebook that can be used"),
        (tar_with(entry("../../escape.ipynb", size=2), b"{}"), "would be written elsewhere"),
        (tar_with(entry("/etc/cron.d/escape", size=2), b"{}"), "would be written elsewhere"),
        (tar_with(entry("a/../../b", tarfile.DIRTYPE)), "would be written elsewhere"),
        (tar_with(entry("C:\\escape.ipynb", size=2), b"{}"), "would be written elsewhere"),
        (tar_with(entry("..\\escape.ipynb", size=2), b"{}"), "would be written elsewhere"),
        (tar_with(entry("x/1-1.ipynb", tarfile.SYMTYPE, "/etc/passwd")), "holds a link"),
        (tar_with(entry("x/1-1.ipynb", tarfile.LNKTYPE, f"{STUDENT}/{FIRST}")), "holds a link"),
        (tar_with(entry("x/m.pt", tarfile.SYMTYPE, "/dev/zero"), first=True), "holds a link"),
        (tar_with(entry("null", tarfile.CHRTYPE)), "holds a device"),
        (tar_with(entry("disk", tarfile.BLKTYPE)), "holds a device"),
        (tar_with(entry("pipe", tarfile.FIFOTYPE)), "holds a device"),
        (make_zip({"../escape.ipynb": b"{}"}), "would be written elsewhere"),
        (make_zip({"/escape.ipynb": b"{}"}), "would be written elsewhere"),
    ],
    ids=lambda value: value if isinstance(value, str) else "archive",  # the same in every process
)
def test_a_bad_archive_is_set_aside_with_a_reason(inbox: Path, content: bytes, reason: str) -> None:
    path = put(inbox, "2000-00000.tar.gz", content)
    assert reason in refused(inbox)
    assert path.read_bytes() == content  # the inbox is as it was
    copy = inbox.parent / "inbox_set_aside" / "2000-00000.tar.gz"
    assert copy.read_bytes() == content
    everything = {p.name for p in inbox.parent.rglob("*")}
    assert not any("escape" in name for name in everything)


def test_a_bad_archive_does_not_stop_the_others(inbox: Path) -> None:
    put(inbox, "2000-00000.tar.gz", tar(work())[:900])
    put(inbox, "2000-00001.tar.gz", tar(work(OTHER)))
    report = run(inbox)
    assert [student.student for student in report.students] == [OTHER]
    assert [item.student for item in report.set_aside] == [STUDENT]


def test_links_to_other_files_are_ignored(inbox: Path) -> None:
    put(inbox, "2000-00000.tar.gz", tar_with(entry(f"{STUDENT}/data", tarfile.SYMTYPE, "/data")))
    assert run(inbox).exit_code == 0
    check_taken(inbox)


def test_a_link_in_a_zip(inbox: Path) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        info = zipfile.ZipInfo(FIRST)
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    put(inbox, "2000-00000.zip", raw.getvalue())
    assert "holds a link" in refused(inbox)


def test_a_device_in_a_zip(inbox: Path) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr(FIRST, notebook(FIRST))
        info = zipfile.ZipInfo("null")
        info.external_attr = (stat.S_IFCHR | 0o666) << 16
        archive.writestr(info, "")
    put(inbox, "2000-00000.zip", raw.getvalue())
    assert "holds a device" in refused(inbox)


def test_a_link_in_the_inbox_is_not_followed(inbox: Path, tmp_path: Path) -> None:
    put(tmp_path, "elsewhere.tar.gz", tar(work()))
    (inbox / "2000-00000.tar.gz").symlink_to(tmp_path / "elsewhere.tar.gz")
    assert "is a link" in refused(inbox)


@pytest.mark.parametrize("pack", [tar, make_zip])
@pytest.mark.parametrize("name", [f"{STUDENT}/{FIRST}", "zeros.bin"])
def test_a_decompression_bomb(inbox: Path, pack: object, name: str) -> None:
    content = pack({f"{STUDENT}/{SECOND}": notebook(SECOND), name: bytes(20_000_000)})  # type: ignore[operator]
    assert len(content) < 50_000
    put(inbox, "2000-00000.tar.gz", content)
    assert "more than 100 times its size" in refused(inbox)


@pytest.mark.parametrize("pack", [tar, make_zip])
def test_too_much_and_too_many(inbox: Path, pack: object) -> None:
    put(inbox, "2000-00000.tar.gz", pack(work() | {"x.bin": os.urandom(300_000)}))  # type: ignore[operator]
    assert "without data/" in refused(inbox, limits=Limits(max_unpacked=200_000))
    assert "more than 4 files" in refused(inbox, limits=Limits(max_members=4))
    assert "is larger than" in refused(inbox, limits=Limits(max_archive=100_000))


def test_a_zip_that_lies_about_a_size(inbox: Path) -> None:
    content = bytearray(make_zip({f"{STUDENT}/{FIRST}": bytes(50_000_000)}))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<I", 1000)
    put(inbox, "2000-00000.zip", bytes(content))
    assert "truncated or damaged" in refused(inbox)


def test_a_zip_with_a_password(inbox: Path) -> None:
    content = bytearray(make_zip({f"{STUDENT}/{FIRST}": notebook(FIRST)}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    put(inbox, "2000-00000.zip", bytes(content))
    assert "password" in refused(inbox)


def test_a_zip_with_an_unknown_compression(inbox: Path) -> None:
    content = bytearray(make_zip({f"{STUDENT}/{FIRST}": notebook(FIRST)}))
    at = content.index(b"PK\x01\x02") + 10
    content[at : at + 2] = struct.pack("<H", 97)
    put(inbox, "2000-00000.zip", bytes(content))
    assert "cannot be read (NotImplementedError" in refused(inbox)


@pytest.mark.timeout(60)  # tarfile alone would look for the promised terabyte for minutes
def test_a_tar_that_promises_more_than_it_holds(inbox: Path) -> None:
    lying = tarfile.TarInfo(FIRST)
    lying.size = 2**40
    put(inbox, "2000-00000.tar.gz", gzip.compress(lying.tobuf() + bytes(2000)))
    assert "truncated or damaged" in refused(inbox)


def test_long_names_are_no_obstacle(inbox: Path) -> None:
    files = work() | {f"{STUDENT}/{'n' * 300}.ipynb": b"{}", "d/" * 150 + "x.txt": b"x"}
    put(inbox, "2000-00000.tar.gz", tar(files))
    assert run(inbox).exit_code == 0
    check_taken(inbox)


def test_a_long_name_in_the_download_of_a_class_can_be_set_aside(inbox: Path) -> None:
    name = f"{MOODLE}/{'한' * 90}.zip"
    put(inbox, "moodle.zip", make_zip({name: b"PK broken", f"{MOODLE}/\x1b[2Jx.rar": b"x"}))
    report = run(inbox)
    assert len(report.set_aside) == 2
    assert all(Path(item.copies[0]).is_file() for item in report.set_aside)
    assert "\x1b" not in report.text()


def test_archives_in_archives_have_an_end(inbox: Path) -> None:
    content = tar(work())
    for _ in range(4):
        content = make_zip({"2000-00000.zip": content})
    put(inbox, "2000-00000.zip", content)
    assert "archives in archives" in refused(inbox)
    many = make_zip({f"{n}.zip": b"x" for n in range(50)})
    put(inbox, "2000-00000.zip", many)
    assert "holds 50 archives instead of notebooks" in refused(inbox)


def test_other_kinds_of_archives_are_named(inbox: Path) -> None:
    put(inbox, "2000-00000.7z", b"7z\xbc\xaf")
    assert "is neither a tar.gz nor a zip archive" in refused(inbox)
    assert "To do: ask for a .tar.gz or a .zip." in run(inbox).text()


def test_no_student_id_anywhere(inbox: Path) -> None:
    put(inbox, f"{MOODLE}/hw.zip", make_zip({FIRST: notebook(FIRST)}))
    assert "names no student id" in refused(inbox)


def test_a_folder_inside_with_another_id_is_noted(inbox: Path) -> None:
    put(inbox, "2000-00000.tar.gz", tar(work(OTHER)))
    report = run(inbox)
    assert [student.student for student in report.students] == [STUDENT]
    assert f"names {OTHER} too" in report.text()


# --- the surroundings ----------------------------------------------------------------------------


def test_an_inbox_that_is_missing_or_empty(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CourseError, match="there is no folder"):
        run(inbox / "missing")
    course = ["--course", str(inbox.parent), "collect"]
    assert main([*course, str(inbox / "missing")]) == 1
    missing = capsys.readouterr()
    assert missing.out == "" and missing.err.count("\n") == 1
    assert "there is no folder" in missing.err
    assert main([*course, str(inbox)]) == 1
    assert "Collected 0, unchanged 0, set aside 0." in capsys.readouterr().out


def test_a_course_may_write_ids_otherwise(inbox: Path) -> None:
    """Short ones with letters, which longer words do not hold."""
    settings = (inbox.parent / "course.toml").read_text(encoding="utf-8")
    settings = settings.replace("'[0-9]{4}-[0-9]{5}'", "'[a-z]{2}[0-9]{3}'")
    settings = settings.replace('"2000-00000"', '"ab123"')
    (inbox.parent / "course.toml").write_text(settings, encoding="utf-8")
    put(inbox, "class.zip", make_zip({**work(folder="kh007/"), **work(folder="hk0070 xkh007/")}))
    put(inbox, "jb008_2026-11-20-10-31.zip", make_zip(work(folder="")))
    report = run(inbox)
    assert [one.student for one in report.students] == ["jb008", "kh007"]
    assert "names no student id (like ab123)" in report.text()
    assert (taken(inbox, "kh007") / FIRST).is_file()
    run(inbox)  # and with ids as they are by default, nothing of this is left behind
    assert student_ids("2000-00000 kh007") == ["2000-00000"]


def test_the_command(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(inbox, "2000-00000.tar.gz", tar(work()))
    course = ["--course", str(inbox.parent), "collect"]
    assert main([*course, "--timezone", "Asia/Seoul"]) == 0  # inbox/ is where it looks
    assert "Collected 1 (1 new), unchanged 0, set aside 0." in capsys.readouterr().out
    check_taken(inbox)
    assert main([*course, str(inbox), "--timezone", "Mars"]) == 1
    assert "'Mars' is no time zone" in capsys.readouterr().err


def test_a_full_disk_loses_nothing(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(inbox, "2000-00000_2026-11-19-09-00.tar.gz", tar(work(mark="first")))
    run(inbox)
    put(inbox, "2000-00000_2026-11-20-09-00.tar.gz", tar(work(mark="second")))

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(CourseError, match=r"the disk .* is full"):
            run(inbox)
    check_taken(inbox, mark="first")
    assert [p.name for p in (inbox.parent / "submitted").iterdir()] == [STUDENT]
    assert run(inbox).students[0].status == "replaced"


def test_an_interrupted_move_brings_the_earlier_one_back(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, "2000-00000_2026-11-19-09-00.tar.gz", tar(work(mark="first")))
    run(inbox)
    put(inbox, "2000-00000_2026-11-20-09-00.tar.gz", tar(work(mark="second")))
    rename = Path.rename

    def fails(path: Path, target: Path) -> Path:
        if "read" in path.parts:
            raise OSError(13, "Permission denied", str(path))
        return rename(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", fails)
        with pytest.raises(CourseError, match="Permission denied"):
            run(inbox)
    check_taken(inbox, mark="first")


def test_what_a_killed_run_was_moving_comes_back(inbox: Path) -> None:
    put(inbox, "2000-00000.tar.gz", tar(work()))
    run(inbox)
    killed = inbox.parent / "submitted" / ".collecting-abc"
    (killed / "read" / "1").mkdir(parents=True)
    taken(inbox).rename(killed / f"earlier-{STUDENT}")
    before = snapshot(killed / f"earlier-{STUDENT}")
    assert run(inbox).students[0].status == "unchanged"
    assert snapshot(taken(inbox)) == before
    assert not killed.exists()


def test_two_runs_at_once(inbox: Path) -> None:
    put(inbox, "2000-00000.tar.gz", tar(work()))
    run(inbox)
    with (inbox.parent / "reports" / "collect.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(CourseError, match="another collect is running"):
            run(inbox)
    assert run(inbox).exit_code == 0
