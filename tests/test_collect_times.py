"""Whose word counts for the time of handing in, and who may not take the place of whom."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_work import NOTEBOOKS, STUDENT, make_notebook, notebook_bytes
from inboxes import (
    MOODLE,
    OTHER,
    check_taken,
    make_zip,
    notebook,
    put,
    run,
    taken,
    tar,
    work,
)

from coursekit.collect_report import read_report
from coursekit.names import time_after_id
from coursekit.systems import written_time

KIM = "45671-123456 - Kim Minsu - Oct 7, 2026"
DOWNLOADED = (2026, 10, 12, 9, 0, 0)
STAMP = "2026-10-07 06:00:00 UTC\n"  # 15:00 in Seoul


def stamp(inbox: Path, student: str = STUDENT) -> str | None:
    path = taken(inbox, student) / "timestamp.txt"
    return path.read_text() if path.exists() else None


# --- times ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("swap", [False, True])
def test_the_folders_time_decides_between_two_attempts(inbox: Path, swap: bool) -> None:
    """Brightspace: the later attempt comes first in the alphabet, all zip times are one."""
    late, early = (f"{KIM} 1100 PM", f"{KIM} 900 AM")
    if swap:
        late, early = (f"{KIM} 955 PM", f"{KIM} 1000 AM")
    files = {f"{late}/{STUDENT}.tgz": tar(work(mark="late")), f"{early}/x.zip": make_zip(work())}
    put(inbox, "download.zip", make_zip(files, DOWNLOADED))
    report = run(inbox)
    check_taken(inbox, mark="late")
    assert f"{late}/{STUDENT}.tgz (2026-10-07 " in report.text()
    assert f"counts, not {early}/x.zip (2026-10-07 " in report.text()


@pytest.mark.parametrize("year", ["2001", "2099", "2026"])
def test_a_time_that_the_student_writes_is_not_believed(inbox: Path, year: str) -> None:
    name = f"{STUDENT}_{year}-10-01-10-00.tar.gz"
    put(inbox, "download.zip", make_zip({f"{KIM} 300 PM/{name}": tar(work())}, DOWNLOADED))
    run(inbox)
    assert stamp(inbox) == STAMP


@pytest.mark.parametrize("name", ["2000-00000_2099-01-01.tgz", "2000-00000_2001-01-01.tgz"])
def test_an_impossible_time_in_the_inbox_itself_is_not_believed(inbox: Path, name: str) -> None:
    put(inbox, name, tar(work()), time=1_800_000_000)
    run(inbox)
    assert stamp(inbox) == "2027-01-15 08:00:00 UTC\n"


def test_a_time_stands_only_after_the_id() -> None:
    assert time_after_id("2000-00000_2026-11-20-10-31.tar.gz") == datetime(2026, 11, 20, 10, 31)
    assert time_after_id("2026-11-20_2000-00000.tar.gz") is None
    assert time_after_id("hw 2000-00000_2026-11-20.tar.gz") is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Wednesday, 7 October 2026, 3:00 PM", datetime(2026, 10, 7, 15)),
        ("Oct 7, 2026 300 PM", datetime(2026, 10, 7, 15)),
        ("Oct 7, 2026 1205 AM", datetime(2026, 10, 7, 0, 5)),
        ("2026-10-07 15:00:00 +0900", datetime(2026, 10, 7, 6, tzinfo=UTC)),
        ("2026-10-07T06:00:00Z", datetime(2026, 10, 7, 6, tzinfo=UTC)),
        ("2026-10-07 03:00 PM", datetime(2026, 10, 7, 15)),
        ("2026-10-07 12:30 a.m.", datetime(2026, 10, 7, 0, 30)),
        ("2026-10-07, 15:00", datetime(2026, 10, 7, 15)),
        ("2026-10-07 15:00 KST", datetime(2026, 10, 7, 6, tzinfo=UTC)),
        ("2026-10-07 오후 11:59", datetime(2026, 10, 7, 23, 59)),
        ("2026-10-07 3:00", datetime(2026, 10, 7, 3)),
        ("2026/10/07 15:00:30", datetime(2026, 10, 7, 15, 0, 30)),
        ("7 October 2026, 3 PM", datetime(2026, 10, 7, 15)),
        ("7 October 2026", datetime(2026, 10, 7)),
        ("2026년 10월 7일 수요일, 오후 3:00", datetime(2026, 10, 7, 15)),
        ("2026년 10월 8일 (목) 00:05", datetime(2026, 10, 8, 0, 5)),
        ("2026. 10. 7. 오전 3시 5분", datetime(2026, 10, 7, 3, 5)),
        ("2026-10-07 오후 3시", datetime(2026, 10, 7, 15)),
        ("-", None),
        ("No submission", None),
        ("2026-10-07 in the evening", None),
        ("2026-10-07 15:00 EST", None),
        ("2026-10-07 15:00 (2 days late)", None),
        ("2026-10-07 25:00", None),
        ("2026-10-07 13:00 AM", None),
        ("2026-13-45 10:00", None),
        ("03/04/2026 15:00", None),
        ("1791400000", None),
        ("Foo 99, 2026 9999 PM", None),
    ],
)
def test_times_as_systems_write_them(text: str, time: datetime | None) -> None:
    assert written_time(text) == time


LISTS = {
    "Moodle's grading worksheet": (
        "Identifier,Full name,Email address,Status,Last modified (submission)\n"
        'Participant 12345,Kim Minsu,k@x.kr,Submitted,"Wednesday, 7 October 2026, 3:00 PM"\n'
    ),
    "by name": 'name,time\n"Minsu, Kim",2026-10-07 15:00\n',
    "semicolons": "name;time\nKim Minsu;2026-10-07 15:00\n",
    "two attempts": (
        "name,sid,time\n"
        f"Kim Minsu,{STUDENT},2026-10-07 15:00\nKim Minsu,{STUDENT},2026-10-05 15:00\n"
    ),
    "by id": f"student id,submitted at\n{STUDENT},2026-10-07T06:00:00Z\n",
    "Korean": "이름,학번,제출 시간\n김민수,2000-00009,\nKim Minsu,2000-00000,2026-10-07 15:00\n",
}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_times_tells_what_the_zip_does_not(inbox: Path, name: str, encoding: str) -> None:
    put(inbox, "moodle.zip", make_zip({f"{MOODLE}/{STUDENT}.tgz": tar(work())}, DOWNLOADED))
    assert "of 1 submission(s) only the time of the download is known" in run(inbox).text()
    assert stamp(inbox) is None
    put(inbox, "times.csv", LISTS[name].encode(encoding))
    report = run(inbox)
    assert report.exit_code == 0, report.text()
    assert "Collected 1 (1 retimed)" in report.text()
    assert stamp(inbox) == STAMP


def test_a_list_that_tells_nothing_is_told(inbox: Path) -> None:
    put(inbox, f"{STUDENT}.tgz", tar(work()))
    put(inbox, "grades.csv", b"color,size\nred,1\n")
    put(inbox, "broken.csv", b"\xff\xfe\xff")
    report = run(inbox)
    assert report.exit_code == 3
    assert [item.reason.split(" ")[0] for item in report.set_aside] == ["broken.csv", "grades.csv"]


def test_a_time_that_cannot_be_read_is_told_with_its_place(inbox: Path) -> None:
    put(inbox, "moodle.zip", make_zip({f"{MOODLE}/{STUDENT}.tgz": tar(work())}, DOWNLOADED))
    put(inbox, "times.csv", b"name,time\nLee,-\nKim Minsu,03/04/2026 15:00\n")
    report = run(inbox)
    assert report.exit_code == 3 and stamp(inbox) is None
    assert 'times.csv has times in its column "time"' in report.text()
    assert 'row 3: "03/04/2026 15:00"' in report.text() and "row 2" not in report.text()
    assert "Mend the times in the list" in report.text()
    assert "Put the learning system's list" not in report.text()


def test_a_list_in_an_upload_is_not_believed(inbox: Path) -> None:
    files = {f"{MOODLE}/{STUDENT}.tgz": tar(work()), f"{MOODLE}/times.csv": LISTS["by id"].encode()}
    put(inbox, "moodle.zip", make_zip(files, DOWNLOADED))
    put(inbox, f"{MOODLE}/times.csv", LISTS["by id"].encode())
    run(inbox)
    assert stamp(inbox) is None


def test_a_time_zone_that_was_forgotten(inbox: Path) -> None:
    put(inbox, "download.zip", make_zip({f"{KIM} 300 PM/{STUDENT}.tgz": tar(work())}))
    assert run(inbox, timezone="UTC").students[0].status == "new"
    assert stamp(inbox) == "2026-10-07 15:00:00 UTC\n"
    report = run(inbox)
    assert report.students[0].status == "retimed" and "1 retimed" in report.text()
    assert stamp(inbox) == STAMP
    assert run(inbox).students[0].status == "unchanged"


def test_a_later_attempt_is_later_in_every_time_zone(inbox: Path) -> None:
    files = {f"{KIM} 300 PM/{STUDENT}.tgz": tar(work(mark="early"))}
    put(inbox, "download.zip", make_zip(files))
    run(inbox, timezone="America/Los_Angeles")
    files[f"{KIM} 500 PM/{STUDENT}.tgz"] = tar(work(mark="late"))
    put(inbox, "download.zip", make_zip(files))
    assert run(inbox).students[0].status == "replaced"
    check_taken(inbox, mark="late")


def test_what_canvas_calls_late_is_kept_for_grading(inbox: Path) -> None:
    put(inbox, "canvas.zip", make_zip({f"kimminsu_LATE_123_4567_{STUDENT}.tgz": tar(work())}))
    assert f"{STUDENT}: the learning system calls it late." in run(inbox).text()
    report = read_report(inbox.parent / "reports" / "collect.json")
    assert report and report.students[0].late


# --- two people under one id ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "folders",
    [
        ("Kim Minsu", "Lee Seoyeon"),
        (f"{KIM} 300 PM", "45672-123456 - Lee Seoyeon - Oct 7, 2026 400 PM"),
        ("1조_12301_678901_hw.zip", "2조_12302_678902_hw.zip"),
        ("Group A_assignsubmission_file_", "Group B_assignsubmission_file_"),
        ("submission_1", "submission_2"),
        ("assignment-1-submissions/kim", "assignment-1-submissions/lee"),
    ],
)
@pytest.mark.parametrize("is_unpacked", [False, True], ids=["zip", "folder"])
def test_two_people_under_one_id(inbox: Path, folders: tuple[str, str], is_unpacked: bool) -> None:
    put(inbox, f"{OTHER}.tgz", tar(work(OTHER)))
    files = {
        folder if folder.endswith(".zip") else f"{folder}/{STUDENT}.zip": make_zip(
            work(mark=folder)
        )
        for folder in folders
    }
    if is_unpacked:
        for name, content in files.items():
            put(inbox, name, content)
    else:
        put(inbox, "class.zip", make_zip(files))
    report = run(inbox)
    assert [student.student for student in report.students] == [OTHER]
    assert len(report.set_aside) == 2 and report.exit_code == 3
    assert len({item.reason for item in report.set_aside}) == 1
    assert STUDENT in report.set_aside[0].reason
    assert not taken(inbox).exists()


def test_two_folders_of_loose_notebooks_under_one_id(inbox: Path) -> None:
    for folder in ("Kim", "Lee"):
        for name, content in work(mark=folder, folder=f"{folder}/").items():
            put(inbox, name, content)
    report = run(inbox)
    assert report.students == [] and {i.source for i in report.set_aside} == {"Kim", "Lee"}


def test_a_ta_tells_two_people_apart_by_copies(inbox: Path) -> None:
    """Each copy keeps the time of the upload that it is."""
    kim = {f"{KIM} 300 PM/{STUDENT}.tgz": tar(work(mark="kim"))}
    lee = {f"45672-1 - Lee - Oct 7, 2026 400 PM/{STUDENT}.tgz": tar(work(mark="lee"))}
    put(inbox, "download.zip", make_zip({**kim, **lee}))
    assert run(inbox).students == []
    put(inbox, f"{STUDENT}.tgz", *kim.values())
    for name, content in work(mark="lee", folder=f"{OTHER}/").items():
        put(inbox, name, content)
    report = run(inbox)
    assert report.exit_code == 0, report.text()
    assert "counts, not download.zip/" in report.text()
    check_taken(inbox, mark="kim")
    assert stamp(inbox) == STAMP
    assert (taken(inbox, OTHER) / NOTEBOOKS[0]).read_bytes() == notebook(NOTEBOOKS[0], "lee")
    assert [student.status for student in run(inbox).students] == ["unchanged", "unchanged"]


def test_an_attempt_without_an_id_before_one_with_an_id(inbox: Path) -> None:
    files = {f"HW_kim_attempt_2026-10-06-10-00-00_{NOTEBOOKS[0]}": notebook(NOTEBOOKS[0])}
    files[f"HW_kim_attempt_2026-10-07-10-00-00_{STUDENT}.tgz"] = tar(work(mark="last"))
    put(inbox, "gradebook.zip", make_zip(files))
    report = run(inbox)
    assert report.exit_code == 0 and len(report.superseded) == 1
    check_taken(inbox, mark="last")


def test_a_folder_of_one_student_in_that_of_another(inbox: Path) -> None:
    files = {f"hw/{OTHER}/{OTHER}.tgz": tar(work(OTHER, "honest"))}
    files |= {f"hw/{STUDENT}/{name}": data for name, data in work(folder="").items()}
    files |= {f"hw/{STUDENT}/{OTHER}/{n}": b for n, b in work(OTHER, "forged", folder="").items()}
    files[f"hw/{STUDENT}/{OTHER}/x.tgz"] = tar(work(OTHER, "forged"))
    put(inbox, "class.zip", make_zip(files))
    report = run(inbox)
    assert [student.student for student in report.students] == [STUDENT, OTHER]
    assert (taken(inbox, OTHER) / NOTEBOOKS[0]).read_bytes() == notebook(NOTEBOOKS[0], "honest")
    assert {item.reason for item in report.set_aside} == {
        f"lies in the folders of {STUDENT} and {OTHER}; whose is it?"
    }


def test_a_list_tells_two_people_apart(inbox: Path) -> None:
    files = {f"{MOODLE}/{STUDENT}.tgz": tar(work(mark="kim"))}
    files[f"Lee_9_assignsubmission_file_/{STUDENT}.tgz"] = tar(work(mark="lee"))
    put(inbox, "moodle.zip", make_zip(files))
    assert "write whose id it is into a people.csv" in run(inbox).text()
    put(inbox, "people.csv", f"name,student id\nLee_9,{OTHER}\n".encode())
    report = run(inbox)
    assert [student.student for student in report.students] == [STUDENT, OTHER]
    assert report.exit_code == 0
    assert f"{OTHER}: names {STUDENT} too" in report.text()


def test_a_list_names_who_has_no_id(inbox: Path) -> None:
    files = {f"{MOODLE}/{name}": notebook(name) for name in NOTEBOOKS}
    put(inbox, "moodle.zip", make_zip(files))
    put(inbox, f"Lee Seoyeon/{NOTEBOOKS[0]}", notebook(NOTEBOOKS[0]))
    assert len(run(inbox).set_aside) == 2
    people = f"name,student id\nKim Minsu,{STUDENT}\nLee Seoyeon,{OTHER}\n"
    put(inbox, "people.csv", people.encode())
    assert [student.student for student in run(inbox).students] == [STUDENT, OTHER]


def test_two_people_of_one_name_are_not_told_apart_by_it(inbox: Path) -> None:
    put(inbox, "moodle.zip", make_zip({f"{MOODLE}/a.ipynb": notebook(NOTEBOOKS[0])}))
    people = f"name,student id\nKim Minsu,{STUDENT}\nKim Minsu,{OTHER}\n"
    put(inbox, "people.csv", people.encode())
    assert run(inbox).students == []


def test_an_archive_without_an_id_replaces_nobody(inbox: Path) -> None:
    put(inbox, f"{OTHER}.tgz", tar(work(OTHER, "honest")))
    assert run(inbox).exit_code == 0
    put(inbox, "hw.zip", make_zip({f"{OTHER}.tgz": tar(work(OTHER, "forged"))}), time=1_900_000_000)
    put(inbox, "hw2.zip", make_zip(work(OTHER, "forged")), time=1_900_000_000)
    report = run(inbox)
    assert {item.source for item in report.set_aside} == {f"hw.zip/{OTHER}.tgz", "hw2.zip"}
    assert "says only inside that it is of 2000-00001" in report.set_aside[0].reason
    check_taken(inbox, OTHER, "honest")


def test_a_file_named_like_an_upload_of_another_replaces_nobody(inbox: Path) -> None:
    """Where all files are flat, their names are the students'."""
    files = {f"{OTHER}.tgz": tar(work(OTHER, "honest"))}
    files[f"Lee_2_assignsubmission_file_{OTHER}.tgz"] = tar(work(OTHER, "forged"))
    put(inbox, "classroom.zip", make_zip(files))
    report = run(inbox)
    assert report.students == [] and len(report.set_aside) == 2
    assert "not all of these are by Lee_2" in report.set_aside[0].reason


def test_who_handed_in_first_is_remembered(inbox: Path) -> None:
    first = put(inbox, f"{MOODLE}/{STUDENT}.tgz", tar(work(mark="kim")))
    run(inbox)
    first.unlink()
    for _ in range(2):
        run(inbox)
    put(inbox, f"Lee_2_assignsubmission_file_/{STUDENT}.tgz", tar(work(mark="lee")), 1_900_000_000)
    report = run(inbox)
    assert "Lee_2 handed in as 2000-00000, whose work is that of Kim" in report.set_aside[0].reason
    check_taken(inbox, mark="kim")


def test_what_lies_under_a_wrong_id_is_told_until_it_is_gone(inbox: Path) -> None:
    put(inbox, "moodle.zip", make_zip({f"{MOODLE}/{STUDENT}.tgz": tar(work(mark="kim"))}))
    run(inbox)
    put(inbox, "people.csv", f"name,student id\nKim Minsu,{OTHER}\n".encode())
    for _ in range(2):
        report = run(inbox)
        assert [student.student for student in report.students] == [OTHER]
        assert f"submitted/{STUDENT} still holds it" in report.set_aside[0].reason
    shutil.rmtree(taken(inbox).parent)
    assert run(inbox).exit_code == 0


def test_of_two_downloads_with_one_time_the_later_counts(inbox: Path) -> None:
    put(inbox, "times.csv", b"name,time\nKim Minsu,2026-10-07 10:00\n")
    for name, day, mark in (("b.zip", 8, "old"), ("a.zip", 12, "new")):
        files = {f"{MOODLE}/{STUDENT}.tgz": tar(work(mark=mark))}
        put(inbox, name, make_zip(files, (2026, 10, day, 9, 0, 0)))
    report = run(inbox)
    assert [(item.source[:5], item.by[:5]) for item in report.superseded] == [("b.zip", "a.zip")]
    check_taken(inbox, mark="new")


def test_a_download_that_is_exchanged_for_a_newer_one(inbox: Path) -> None:
    for number, mark in enumerate(("old", "new")):
        files = {f"{MOODLE}/{STUDENT}.tgz": tar(work(mark=mark))}
        put(inbox, "moodle.zip", make_zip(files), time=1_800_000_000 + number)
        run(inbox)
        check_taken(inbox, mark=mark, is_time_known=False)


def test_what_a_ta_has_mended_counts(inbox: Path) -> None:
    put(inbox, "download.zip", make_zip({f"{KIM} 300 PM/{STUDENT}.tgz": tar(work(mark="sent"))}))
    run(inbox)
    put(inbox, f"{STUDENT}.zip", make_zip(work(mark="mended")))
    report = run(inbox)
    assert report.exit_code == 0
    check_taken(inbox, mark="mended")
    assert f"{STUDENT}.zip (2027-01-15 17:00) counts, not download.zip/" in report.text()


def test_a_replacement_of_an_earlier_run_is_told_with_both_times(inbox: Path) -> None:
    put(inbox, "a.zip", make_zip({f"{KIM} 300 PM/{STUDENT}.tgz": tar(work(mark="a"))})).rename(
        inbox / "gone.zip"
    )
    run(inbox)
    (inbox / "gone.zip").unlink()
    put(inbox, "b.zip", make_zip({f"{KIM} 500 PM/{STUDENT}.tgz": tar(work(mark="b"))}))
    text = run(inbox).text()
    assert f"{STUDENT}: b.zip/{KIM} 500 PM/{STUDENT}.tgz (2026-10-07 17:00) counts, " in text
    assert f"not gone.zip/{KIM} 300 PM/{STUDENT}.tgz (2026-10-07 15:00)." in text


def test_the_record_is_good_json_for_grading(inbox: Path) -> None:
    put(inbox, f"{STUDENT}.tgz", tar(work()))
    put(inbox, "x.rar", b"Rar!")
    run(inbox)
    path = inbox.parent / "reports" / "collect.json"
    assert json.loads(path.read_text(encoding="utf-8"))["counts"]["set aside"] == 1
    report = read_report(path)
    assert report and report.exit_code == 3 and report.set_aside[0].source == "x.rar"
    assert read_report(path.with_name("none.json")) is None


# --- the time of a download is nobody's time of handing in ---------------------------------------

BEFORE_DOWNLOAD = 1_791_600_000  # two days
LEE = "Lee_2_assignsubmission_file_"


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("is_nested", [True, False])
def test_a_download_does_not_beat_what_a_ta_put_into_the_inbox(
    inbox: Path, is_first: bool, is_nested: bool
) -> None:
    put(inbox, "moodle.zip", make_zip({f"{MOODLE}/{STUDENT}.tgz": tar(work())}, DOWNLOADED))
    if is_first:
        run(inbox)
    mended = make_zip(work(mark="mended"))
    if is_nested:
        mended = make_zip({f"{STUDENT}.zip": mended})
    put(inbox, f"{STUDENT}.zip", mended, time=BEFORE_DOWNLOAD)
    for status in ("replaced" if is_first else "new", "unchanged"):
        assert run(inbox).students[0].status == status
        check_taken(inbox, mark="mended")


def test_a_damaged_download_is_solved_by_an_older_file_of_the_ta(inbox: Path) -> None:
    put(inbox, "moodle.zip", make_zip({f"{MOODLE}/{STUDENT}.tgz": tar(work())[:700]}, DOWNLOADED))
    put(inbox, f"{STUDENT}.zip", make_zip(work(mark="mended")), time=BEFORE_DOWNLOAD)
    report = run(inbox)
    assert report.exit_code == 0, report.text()
    check_taken(inbox, mark="mended")


def test_an_archive_in_an_upload_has_the_time_of_the_download_too(inbox: Path) -> None:
    nested = make_zip({f"{OTHER}.tar.gz": tar(work(OTHER))}, DOWNLOADED)
    files = {f"{MOODLE}/{STUDENT}.tgz": tar(work()), f"{LEE}/hw.zip": nested}
    put(inbox, "moodle.zip", make_zip(files, DOWNLOADED))
    assert [student.clock for student in run(inbox).students] == ["download", "download"]
    assert stamp(inbox, OTHER) is None


def test_a_file_whose_name_is_not_the_systems_has_the_time_of_the_download(inbox: Path) -> None:
    files = {f"kimminsu_123_6789_{STUDENT}.tgz": tar(work()), f"{OTHER}.tgz": tar(work(OTHER))}
    put(inbox, "canvas.zip", make_zip(files, DOWNLOADED))
    assert [student.clock for student in run(inbox).students] == ["download", "download"]


# --- a later upload that holds less --------------------------------------------------------------


def without(name: str, student: str = STUDENT) -> bytes:
    return tar({path: data for path, data in work(student).items() if not path.endswith(name)})


def as_handed_out() -> bytes:
    stub = make_notebook(NOTEBOOKS[1], solved=(), run=False, written="YOUR ANSWER HERE")
    return tar(work() | {f"{STUDENT}/{NOTEBOOKS[1]}": notebook_bytes(stub)})


@pytest.mark.parametrize("is_before", [True, False], ids=["in two runs", "in one run"])
@pytest.mark.parametrize(
    ("later", "lost"),
    [(without(NOTEBOOKS[1]), "lacks"), (as_handed_out(), "as handed out")],
    ids=["fewer notebooks", "a stub"],
)
def test_a_later_upload_that_holds_less_counts_and_is_told(
    inbox: Path, later: bytes, lost: str, is_before: bool
) -> None:
    files = {f"{KIM} 300 PM/{STUDENT}.tgz": tar(work())}
    put(inbox, "moodle.zip", make_zip(files))
    if is_before:
        assert run(inbox).exit_code == 0
    put(inbox, "moodle.zip", make_zip({**files, f"{KIM} 500 PM/{STUDENT}.tgz": later}))
    for _ in range(2):
        report = run(inbox)
        assert report.exit_code == 3
        (told,) = report.set_aside
        assert told.source.endswith(f"500 PM/{STUDENT}.tgz")
        assert lost in told.reason and NOTEBOOKS[1] in told.reason and "300 PM" in told.reason
        assert report.students[0].source == told.source
    put(inbox, f"{STUDENT}.tar.gz", tar(work(mark="asked")))
    assert run(inbox).exit_code == 0
    check_taken(inbox, mark="asked")


def test_a_later_upload_that_holds_more_is_no_news(inbox: Path) -> None:
    first, then = f"{KIM} 300 PM/{STUDENT}.tgz", f"{KIM} 500 PM/{STUDENT}.tgz"
    put(inbox, "moodle.zip", make_zip({first: as_handed_out(), then: tar(work())}))
    assert run(inbox).exit_code == 0


def test_a_file_that_was_exchanged_for_one_that_holds_less_is_told(inbox: Path) -> None:
    upload = f"{MOODLE}/{STUDENT}.tar.gz"
    put(inbox, upload, tar(work()))
    run(inbox)
    put(inbox, upload, without(NOTEBOOKS[1]), time=1_800_100_000)
    report = run(inbox)
    assert report.exit_code == 3
    assert "lacks" in report.set_aside[0].reason
