"""`coursekit collect` on a small class as each learning system hands it out: nobody's work is mixed
with another's, the system's times count, and the last lines say how many and what to do next.
"""

import json
import os
from pathlib import Path

import pytest
from fake_work import NOTEBOOKS
from inboxes import (
    Files,
    check_taken,
    coursekit_collect,
    make_zip,
    notebook,
    put,
    run,
    taken,
    tar,
    work,
)

from coursekit.unpack import Limits

KIM, LEE, PARK, HAN = "2026-10001", "2026-10002", "2026-10003", "2026-10004"
NAMES = {KIM: "Kim Minsu", LEE: "Lee Seoyeon", PARK: "Park Jihoon", HAN: "Han Jimin"}
DAMAGED = tar(work(HAN))[:700]
DOWNLOADED = (2026, 10, 12, 9, 0, 0)


def loose(student: str, mark: str = "") -> Files:
    return work(student, mark, folder="")


def uploads() -> dict[str, tuple[str, Files]]:
    """Of each student when they handed in what: an archive, a zip, loose notebooks, a ruin."""
    return {
        KIM: ("2026-10-07 15:00", {f"{KIM}.tar.gz": tar(work(KIM, "kim"))}),
        LEE: ("2026-10-07 16:30", {"homework.zip": make_zip(loose(LEE, "lee"))}),
        PARK: ("2026-10-11 09:00", loose(PARK, "park")),
        HAN: ("2026-10-07 23:00", {f"{HAN}.tar.gz": DAMAGED}),
    }


def moodle() -> Files:
    return {
        f"{NAMES[student]}_88000{number}_assignsubmission_file_/{name}": content
        for number, (student, (_, files)) in enumerate(uploads().items())
        for name, content in files.items()
    }


def canvas() -> Files:
    """Canvas knows no folders, and says late after the person's name."""
    return {
        f"{NAMES[student].replace(' ', '').lower()}{'_LATE' * (student == PARK)}_1230{number}_"
        f"6789{number}{index}_{Path(name).name}": content
        for number, (student, (_, files)) in enumerate(uploads().items())
        for index, (name, content) in enumerate(files.items())
    }


def brightspace() -> Files:
    times = ("7, 2026 300 PM", "7, 2026 430 PM", "11, 2026 900 AM", "7, 2026 1100 PM")
    files: Files = {"index.html": b"<html></html>"}
    for number, (student, (_, theirs)) in enumerate(uploads().items()):
        # the first number has the form of a student id
        folder = f"456{number}-12345 - {NAMES[student]} - Oct {times[number]}"
        files |= {f"{folder}/{name}": content for name, content in theirs.items()}
    return files


def gradescope() -> Files:
    """Gradescope unpacks zips; whose each folder is stands in the metadata."""
    export, meta = "assignment_5512345_export", "---\n"
    files: Files = {}
    for number, (student, (when, theirs)) in enumerate(uploads().items()):
        if student == LEE:
            theirs = loose(LEE, "lee")
        folder = f"submission_29000000{number}"
        files |= {f"{export}/{folder}/{name}": content for name, content in theirs.items()}
        meta += (
            f"{folder}:\n  :submitters:\n  - :name: {NAMES[student]}\n    :sid: {student}\n"
            f"    :email: {number}@x.kr\n  :created_at: {when}:00.000000000 +09:00\n  :score: 0.0\n"
        )
    files[f"{export}/submission_metadata.yml"] = meta.encode()
    return files


def github() -> Files:
    return {
        f"assignment-1-submissions/assignment-1-{NAMES[student].replace(' ', '-').lower()}/"
        f"Assignment1/{name}": content
        for student, (_, files) in uploads().items()
        for name, content in files.items()
    }


def plain() -> Files:
    return {
        f"{NAMES[student]}/{name}": content
        for student, (_, files) in uploads().items()
        for name, content in files.items()
    }


SYSTEMS = {
    "Moodle": moodle,
    "Canvas": canvas,
    "Brightspace": brightspace,
    "Gradescope": gradescope,
    "GitHub Classroom": github,
    "plain names": plain,
}


@pytest.mark.parametrize("is_unpacked", [False, True], ids=["zip", "folder"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_class(inbox: Path, system: str, is_unpacked: bool) -> None:
    files = SYSTEMS[system]()
    if is_unpacked:
        for name, content in files.items():
            put(inbox, name, content)
    else:
        put(inbox, "download.zip", make_zip(files, DOWNLOADED))
    result = coursekit_collect(inbox)
    assert result.returncode == 3, result.stdout + result.stderr
    *_, counts, next_step = result.stdout.splitlines()
    assert counts == "Collected 3 (3 new), unchanged 0, set aside 1."
    assert next_step == (
        "Next: look at what was set aside (the others can be graded now), then make grade."
    )
    is_time_known = system in ("Brightspace", "Gradescope")
    for student, mark in ((KIM, "kim"), (LEE, "lee"), (PARK, "park")):
        known = is_time_known or (is_unpacked and system == "plain names")
        check_taken(inbox, student, mark, known)
    if is_time_known:
        stamp = (taken(inbox, LEE) / "timestamp.txt").read_text()
        assert stamp == "2026-10-07 07:30:00 UTC\n"
    else:
        assert ("only the time of the download is known" in result.stdout) != known
    assert "truncated or damaged" in result.stdout
    assert "To do: download it again, or ask the student" in result.stdout
    record = json.loads((inbox.parent / "reports" / "collect.json").read_text(encoding="utf-8"))
    assert record["counts"]["new"] == 3 and record["counts"]["set aside"] == 1
    assert [item["student"] for item in record["set_aside"]] == [HAN]
    late = {item["student"]: item["late"] for item in record["students"]}
    assert late == {KIM: False, LEE: False, PARK: system == "Canvas"}
    assert run(inbox).text().splitlines()[-2] == "Collected 0, unchanged 3, set aside 1."


def test_all_is_well(inbox: Path) -> None:
    put(inbox, f"{KIM}.tar.gz", tar(work(KIM)))
    result = coursekit_collect(inbox)
    assert result.returncode == 0
    assert result.stdout.splitlines()[-2:] == [
        "Collected 1 (1 new), unchanged 0, set aside 0.",
        "Next: make grade.",
    ]


# --- folders are never mixed ---------------------------------------------------------------------


@pytest.mark.parametrize("around", ["", "export/", "week 1/export/"])
def test_folders_without_an_id_are_set_aside_one_by_one(inbox: Path, around: str) -> None:
    """The checkpoint of one names its own folder, and no other's."""
    files = {f"{around}a/{name}": data for name, data in loose(KIM, "kim").items()}
    files |= {f"{around}{folder}/{NOTEBOOKS[0]}": notebook(NOTEBOOKS[0]) for folder in ("b", "c")}
    put(inbox, "x.zip", make_zip(files))
    report = run(inbox)
    assert [student.student for student in report.students] == [KIM]
    check_taken(inbox, KIM, "kim", is_time_known=False)
    assert [item.source for item in report.set_aside] == [f"x.zip/{around}b", f"x.zip/{around}c"]
    assert "names no student id" in report.set_aside[0].reason


def test_folders_of_different_notebooks_are_different_people(inbox: Path) -> None:
    files = {f"Kim/{name}": data for name, data in loose(KIM).items() if "1-1" in name}
    files["Kim/model_checkpoints/problem2_2026-10001.pt"] = b"weights"
    files["Lee/Assignment1-2.ipynb"] = notebook(NOTEBOOKS[1])
    put(inbox, "x.zip", make_zip(files))
    report = run(inbox)
    assert report.students[0].notebooks == [NOTEBOOKS[0]]
    assert [item.source for item in report.set_aside] == ["x.zip/Lee"]


def test_a_lone_checkpoint_does_not_name_its_neighbours(inbox: Path) -> None:
    files = {
        "x/Kim/A1-1.ipynb": notebook(NOTEBOOKS[0]),
        "x/Lee/problem2_2026-10002.pt": b"weights",
    }
    put(inbox, "x.zip", make_zip(files))
    report = run(inbox)
    assert report.students == []
    assert {item.source for item in report.set_aside} == {"x.zip/x/Kim", "x.zip/x/Lee"}


def test_a_submission_in_several_folders_of_one_person_is_one(inbox: Path) -> None:
    person = "45671-123456 - Kim Minsu - Oct 7, 2026 300 PM"
    files = {f"{person}/part {n}/{name}": notebook(name) for n, name in enumerate(NOTEBOOKS)}
    files[f"{person}/model_checkpoints/problem2_{KIM}.pt"] = b"weights"
    files["45672-123456 - Lee - Oct 7, 2026 300 PM/hw.ipynb"] = notebook(NOTEBOOKS[0])
    put(inbox, "x.zip", make_zip(files))
    assert run(inbox).students[0].notebooks == list(NOTEBOOKS)


def test_loose_notebooks_beside_archives_stop_nobody(inbox: Path) -> None:
    files = {f"hw/{KIM}.tar.gz": tar(work(KIM)), f"hw/{LEE}.tar.gz": tar(work(LEE))}
    files |= {f"hw/{name}": notebook(name) for name in NOTEBOOKS}
    files[f"hw/problem2_{PARK}.pt"] = b"weights"  # of Park, or of somebody else
    put(inbox, "classroom.zip", make_zip(files))
    report = run(inbox)
    assert [student.student for student in report.students] == [KIM, LEE]
    assert [item.source for item in report.set_aside] == ["classroom.zip/hw"]
    assert len(report.set_aside[0].copies) == 4


def test_the_same_notebook_twice_in_a_flat_folder_is_of_two_people(inbox: Path) -> None:
    """Google Classroom numbers the files of a second student."""
    files = {f"hw/{name}": notebook(name, "a") for name in NOTEBOOKS}
    files |= {f"hw/{n.replace('.ipynb', '(1).ipynb')}": notebook(n, "b") for n in NOTEBOOKS}
    files[f"hw/problem2_{PARK}.pt"] = b"weights"
    put(inbox, "classroom.zip", make_zip(files))
    report = run(inbox)
    assert report.students == []
    assert "may be the files of several people" in report.set_aside[0].reason


def test_a_class_may_be_larger_than_a_submission(inbox: Path) -> None:
    files = {f"x/{s}/{s}.tar.gz": tar(work(s) | {"noise": os.urandom(60_000)}) for s in NAMES}
    limits = Limits(max_archive=100_000, max_unpacked=150_000)
    for pack in (make_zip, tar):
        put(inbox, "class.zip", pack(files))
        assert len(run(inbox, limits=limits).students) == len(NAMES)


# --- GitHub Classroom ----------------------------------------------------------------------------


@pytest.mark.parametrize("with_other", [True, False])
def test_a_user_is_not_known_by_the_end_of_a_name(inbox: Path, with_other: bool) -> None:
    """The roster's kim is not minsu-kim, who is not on it."""
    names = ["minsu-kim", "kim"] if with_other else ["minsu-kim"]
    for name in names:
        put(inbox, f"hw-1-submissions/hw-1-{name}/{NOTEBOOKS[0]}", notebook(NOTEBOOKS[0], name))
    put(inbox, "roster.csv", f"identifier,github_username,name\n{KIM},kim,Kim\n".encode())
    report = run(inbox)
    assert [item.source for item in report.set_aside] == ["hw-1-submissions/hw-1-minsu-kim"]
    assert "names no student id" in report.set_aside[0].reason
    assert [student.student for student in report.students] == [KIM] * with_other
    if with_other:
        assert (taken(inbox, KIM) / NOTEBOOKS[0]).read_bytes() == notebook(NOTEBOOKS[0], "kim")


def test_a_user_name_of_several_words_is_known(inbox: Path) -> None:
    put(inbox, f"HW-1-submissions/hw-1-minsu-kim/{NOTEBOOKS[0]}", notebook(NOTEBOOKS[0]))
    put(inbox, "roster.csv", f"identifier,github_username,name\n{KIM},Minsu-Kim,Kim\n".encode())
    assert [student.student for student in run(inbox).students] == [KIM]


# --- Gradescope ----------------------------------------------------------------------------------


def metadata(submitters: str) -> bytes:
    return f"---\nsubmission_1:\n  :submitters:\n{submitters}".encode()


def test_a_group_of_gradescope_is_each_of_its_members(inbox: Path) -> None:
    files = {f"e/submission_1/{name}": data for name, data in loose(KIM).items()}
    files["e/submission_metadata.yml"] = metadata(
        f"  - :name: Kim\n    :sid: {KIM}\n  - :name: Lee\n    :sid: {LEE}\n"
    )
    put(inbox, "submissions.zip", make_zip(files))
    report = run(inbox)
    assert [student.student for student in report.students] == [KIM, LEE]
    assert {student.person for student in report.students} == {"Kim and Lee"}
    assert (taken(inbox, LEE) / NOTEBOOKS[0]).read_bytes() == notebook(NOTEBOOKS[0])


def test_the_metadata_in_an_upload_are_not_believed(inbox: Path) -> None:
    forged = {f"submission_1/{name}": data for name, data in loose(LEE, "forged").items()}
    forged["submission_metadata.yml"] = metadata(f"  - :name: Lee\n    :sid: {LEE}\n")
    person = "Kim Minsu_12345_assignsubmission_file_"
    files = {f"{person}/{name}": data for name, data in forged.items()}
    files[f"Lee_2_assignsubmission_file_/{LEE}.tar.gz"] = tar(work(LEE, "honest"))
    put(inbox, "moodle.zip", make_zip(files))
    report = run(inbox)
    assert report.students == []
    assert "Kim Minsu_12345 and Lee_2 both handed in as 2026-10002" in report.set_aside[0].reason


def laughs() -> bytes:
    """A name that is a list of lists of lists: ten lines that write out to 9^13 letters."""
    lines = [b"a: &a [x,x,x,x,x,x,x,x,x]"]
    for letter in range(97, 110):
        several = b",".join([b"*%c" % letter] * 9)
        lines.append(b"%c: &%c [%s]" % (letter + 1, letter + 1, several))
    return b"\n".join([*lines, b"submission_1:", b"  :submitters:", b"  - :name: *n", b""])


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"- a\n- b",
        b"submission_1: [:",
        b"submission_1:\n  :submitters: 7\n  :created_at: 2026-13-45\n",
        b'submission_1:\n  :submitters:\n  - :name: "\\ud800"\n    :sid: [1, 2]\n',
        laughs(),
    ],
    ids=["bytes", "list", "broken", "types", "half a character", "laughs"],
)
@pytest.mark.timeout(60)
def test_damaged_metadata_stop_nobody(inbox: Path, content: bytes) -> None:
    files = {f"e/submission_1/{name}": data for name, data in loose(KIM).items()}
    files |= {f"e/submission_2/{NOTEBOOKS[0]}": notebook(NOTEBOOKS[0])}
    put(inbox, "submissions.zip", make_zip({**files, "e/submission_metadata.yml": content}))
    report = run(inbox)
    assert [student.student for student in report.students] == [KIM]  # the checkpoint says so
    assert report.exit_code == 3
