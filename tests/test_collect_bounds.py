"""A few kilobytes that would take gigabytes or minutes cost their author, and nobody else."""

import gzip
import json
import os
import resource
import struct
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from fake_work import NOTEBOOKS, STUDENT
from inboxes import MOODLE, OTHER, REPOSITORY, check_taken, make_zip, notebook, put, run, tar, work

END = bytes(1024)
GIGABYTE = 2**30


def header(name: str = "x", kind: bytes = b"0", size: int = 0) -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def with_data(name: str, kind: bytes, data: bytes) -> bytes:
    return header(name, kind, len(data)) + data + bytes(-len(data) % 512)


def pax(kind: bytes, **records: str) -> bytes:
    """A pax header: each record begins with its own length."""
    data = b""
    for keyword, value in records.items():
        record = f" {keyword.replace('__', '.')}={value}\n".encode()
        length = len(record) + 1
        while len(str(length)) + len(record) > length:
            length += 1
        data += str(length).encode() + record
    return with_data("pax", kind, data)


def corrected(block: bytearray) -> bytes:
    """Return a header with its checksum made right."""
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block[:512])
    return bytes(block)


def sparse(blocks: int) -> bytes:
    """An old GNU sparse file whose map goes on and on."""
    first = bytearray(header("s", b"S"))
    first[482] = 1
    more = bytearray(b"00000000001\0" * 42 + bytes(8))
    more[504] = 1
    return corrected(first) + bytes(more) * blocks + END


def negative(kind: bytes) -> bytes:
    block = bytearray(header("x", kind))
    block[124:136] = b"\xff" * 10 + b"\xfe\x00"
    return header() * 3 + corrected(block) + header() + END


def zip_directory(count: int, name: bytes) -> bytes:
    entry = struct.pack(
        "<IHHHHHHIIIHHHHHII",
        *(0x02014B50, 20, 20, 0x800, 0, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0),
    )
    directory = (entry + name) * count
    total = min(count, 0xFFFF)
    numbers = (0x06054B50, 0, 0, total, total, len(directory), 0, 0)
    return directory + struct.pack("<IHHHHIIH", *numbers)


PATH = "a/" * 2_000_000
MANY = {f"k{n}": "" for n in range(60_000)}
SPARSE_1_0 = {"GNU__sparse__major": "1", "GNU__sparse__minor": "0", "GNU__sparse__realsize": "9"}

BOMBS = {
    "one path for all members": gzip.compress(pax(b"g", path=PATH) + header() * 250 + END),
    "a shorter path for all": pax(b"g", path="a/" * 1500) + header() * 9000 + END,
    "many records for all": pax(b"g", **MANY) + header() * 9000 + END,
    "records for all between all": b"".join(
        pax(b"g", **{f"k{n}": "v" * 400}) + header() for n in range(4000)
    ),
    "a long name each": (with_data("L", b"L", b"a/" * 1500) + header()) * 2500 + END,
    "a long path each": (pax(b"x", path="a/" * 1500) + header()) * 2500 + END,
    "names of names": with_data("L", b"L", b"abc") * 9000 + header() + END,
    "headers of headers": pax(b"x", comment="v") * 9000 + header() + END,
    "a sparse map": sparse(30_000),
    "a newer sparse map": (
        pax(b"x", **SPARSE_1_0) + header("s", b"0", 10**7) + b"4000000\n" + b"1\n" * 5_000_000 + END
    ),
    "a newer sparse map without lines": (
        pax(b"x", **SPARSE_1_0) + header("s", b"0", 10**7) + b"9\n" + b"1" * 9_999_998 + END
    ),
    "a name of gigabytes": header("L", b"L", 8 * GIGABYTE) + bytes(10_000),
    "a negative size": negative(b"0"),
    "a name of negative size": negative(b"L"),
    "empty gzip files": gzip.compress(b"") * 400_000,
    "empty members": gzip.compress(header() * 19_000 + END),
    "a directory of a zip": zip_directory(100_000, b"x"),
    "long names in a zip": zip_directory(1_000, b"a/" * 5_000),
    "deep names in a zip": zip_directory(950, b"a/" * 2_000 + b"x.ipynb"),
    "one name often in a zip": zip_directory(9_000, b"a.ipynb"),
}


@pytest.mark.timeout(300)
def test_bombs_cost_nobody_else_anything(inbox: Path) -> None:
    """All at once, through the real command, in a process that may not take a gigabyte."""
    for number, bomb in enumerate(BOMBS.values()):
        put(inbox, f"{number} without an id.tar.gz", bomb)
    put(inbox, "nested.zip", make_zip({f"{MOODLE}{n}/x.tgz": bomb for n, bomb in BOMBS.items()}))
    put(inbox, f"{STUDENT}.tar.gz", tar(work()))
    command = [sys.executable, "-m", "coursekit.cli", "--course", str(inbox.parent), "collect"]
    # in between, a process of its own: what it starts would count our memory as theirs
    between = (
        "import json, os, resource, subprocess, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({GIGABYTE}, {GIGABYTE}))\n"
        "done = subprocess.run(sys.argv[1:], stderr=subprocess.STDOUT)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps([used.ru_utime, used.ru_maxrss]))\n"
        "sys.exit(done.returncode)\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", between, *command],
        env={**os.environ, "TQDM_DISABLE": "1", "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = process.stdout
    assert process.returncode == 3, said
    assert "Collected 1 (1 new), unchanged 0, set aside " in said
    assert "MemoryError" not in said
    check_taken(inbox)
    seconds, kilobytes = json.loads(said.splitlines()[-1])
    assert seconds < 60
    assert kilobytes < 600_000


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_quick(inbox: Path, name: str) -> None:
    put(inbox, f"{STUDENT}.tar.gz", BOMBS[name])
    before = resource.getrusage(resource.RUSAGE_SELF)
    report = run(inbox)
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert report.students == [] and len(report.set_aside) == 1
    assert after.ru_utime - before.ru_utime < 5


def test_a_name_of_megabytes_is_not_even_read(inbox: Path) -> None:
    put(inbox, f"{STUDENT}.tar.gz", with_data("L", b"L", b"a" * 3_000_000) + header() + END)
    assert "has names that take more megabytes" in run(inbox).set_aside[0].reason


# --- names ---------------------------------------------------------------------------------------

NAMES = {
    "emoji": "😀" * 70,
    "as long as can be": "n" * 250,
    "Korean": "한" * 85,
    "escapes": "\x1b[2J\r\n",
    "combining": "e\u0301" * 120,
    "quotes": "\"'$(rm -rf ~)`;|&",
    "right to left": "\u202egpj.\u202c",
    "dots": "....",
    "spaces": "   ",
    "option": "--help",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_never_stops_collecting(inbox: Path, name: str) -> None:
    odd = NAMES[name]
    put(inbox, f"{OTHER}.tgz", tar(work(OTHER)))
    files = {
        f"{MOODLE}/{odd}.zip": b"PK broken",
        f"{odd}_12_assignsubmission_file_/{STUDENT}.zip": b"PK broken",
        f"{odd}/{odd}/{odd}/a.ipynb": b"{",
        f"{odd}x/{odd}.pt": b"x",
    }
    put(inbox, "class.zip", make_zip(files))
    put(inbox, "hw.zip", make_zip({f"{odd}/{n}": b for n, b in work(folder=f"{odd}/").items()}))
    for file in files:
        if all(0 < len(part.encode()) < 256 for part in file.split("/")) and "\n" not in file:
            put(inbox, file, files[file])
    report = run(inbox)
    assert OTHER in [student.student for student in report.students]
    assert report.exit_code == 3
    copies = [Path(copy) for item in report.set_aside for copy in item.copies]
    assert copies and all(copy.is_file() for copy in copies)
    assert all(Path(f"{copy}.reason.txt").is_file() for copy in copies)
    assert "\x1b" not in report.text() and "\r" not in report.text()


def test_a_name_that_is_no_text(inbox: Path) -> None:
    """Linux allows any bytes."""
    put(inbox, f"{OTHER}.tgz", tar(work(OTHER)))
    name = os.fsencode(str(inbox)) + b"/Kim\xff_12_assignsubmission_file_2000-00000.zip"
    with open(name, "wb") as file:  # noqa: PTH123 - a path of bytes
        file.write(b"PK broken")
    report = run(inbox)
    assert [student.student for student in report.students] == [OTHER]
    assert report.set_aside[0].student == STUDENT


def test_a_file_and_a_folder_of_one_name(inbox: Path) -> None:
    files = {f"Kim/{name}": b"PK" for name in ("x.zip", "x.zip/y.zip", "x.zip.reason.txt/z.zip")}
    put(inbox, "class.zip", make_zip(files))
    report = run(inbox)
    assert len(report.set_aside) == 3
    assert all(len(item.copies) == 1 for item in report.set_aside)


def test_names_that_are_cut_to_the_same_are_two(inbox: Path) -> None:
    files = {f"{'a' * 150}{letter}{'b' * 90}/x.ipynb": b"{" for letter in "xy"}
    put(inbox, "class.zip", make_zip(files))
    assert len(run(inbox).set_aside) == 2


def test_a_class_of_thousands_of_folders(inbox: Path) -> None:
    files = {f"export/{n}/deep/er/hw/1-1.ipynb": b"{}" for n in range(400)}
    put(inbox, "class.zip", make_zip(files))
    before = resource.getrusage(resource.RUSAGE_SELF)
    assert len(run(inbox).set_aside) == 400
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before.ru_utime < 20


def test_a_zip_whose_members_overlap(inbox: Path) -> None:
    """A small file that says of each of its members that it is the same bytes."""
    raw = make_zip({f"{STUDENT}/{NOTEBOOKS[0]}": bytes(9_000_000)})
    start = raw.index(b"PK\x01\x02")
    end = raw.index(b"PK\x05\x06")
    entry = raw[start:end]
    directory = entry * 900
    tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 900, 900, len(directory), start, 0)
    put(inbox, f"{STUDENT}.zip", raw[:start] + directory + tail)
    assert zipfile.is_zipfile(inbox / f"{STUDENT}.zip")
    assert "unpacks to more than" in run(inbox).set_aside[0].reason


def test_a_file_that_cannot_be_read_stops_nobody(inbox: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root can read everything")
    put(inbox, f"{OTHER}.tgz", tar(work(OTHER)))
    put(inbox, "closed/x.ipynb", notebook(NOTEBOOKS[0]))
    put(inbox, f"{STUDENT}.rar", b"Rar!").chmod(0)
    put(inbox, "2000-00002.tgz", tar(work())).chmod(0)
    (inbox / "closed").chmod(0)
    report = run(inbox)
    (inbox / "closed").chmod(0o700)
    assert [student.student for student in report.students] == [OTHER]
    assert len(report.set_aside) == 3
