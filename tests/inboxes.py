"""Inboxes as learning systems leave them, with small work in them, and what collect takes."""

import io
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from fake_work import NOTEBOOKS, STUDENT, make_checkpoint, make_notebook, notebook_bytes

from coursekit.collect import collect
from coursekit.collect_report import CollectReport
from coursekit.course import Course

REPOSITORY = Path(__file__).resolve().parent.parent
FIRST, SECOND, THIRD = NOTEBOOKS
OTHER = "2000-00001"
MOODLE = "Kim Minsu_12345_assignsubmission_file_"
Files = dict[str, bytes]


def run(inbox: Path, **options: object) -> CollectReport:
    options.setdefault("timezone", "Asia/Seoul")
    return collect(Course(inbox.parent), inbox, progress=False, **options)  # type: ignore[arg-type]


def taken(inbox: Path, student: str = STUDENT) -> Path:
    return inbox.parent / "submitted" / student / "Assignment1"


def work(student: str = STUDENT, mark: str = "", folder: str | None = None) -> Files:
    """The files of a submission; `mark` makes the content differ."""
    folder = f"{student}/" if folder is None else folder
    files = {f"{folder}{name}": notebook(name, mark) for name in NOTEBOOKS}
    files[f"{folder}model_checkpoints/problem2_{student}.pt"] = make_checkpoint()
    return files


def notebook(name: str, mark: str = "") -> bytes:
    return notebook_bytes(make_notebook(name, written=f"Because {mark}"))


def tar(files: Files, compress: bool = True) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz" if compress else "w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o777
            archive.addfile(entry, io.BytesIO(content))
    return raw.getvalue()


def make_zip(
    files: Files, time: tuple[int, int, int, int, int, int] = (2026, 11, 20, 10, 0, 0)
) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, time), content, zipfile.ZIP_DEFLATED)
    return raw.getvalue()


def put(inbox: Path, name: str, content: bytes, time: int = 1_800_000_000) -> Path:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time, time))
    return path


def check_taken(
    inbox: Path, student: str = STUDENT, mark: str = "", is_time_known: bool = True
) -> None:
    folder = taken(inbox, student)
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    time = ["timestamp.txt"] * is_time_known
    assert names == sorted([*NOTEBOOKS, f"model_checkpoints/problem2_{student}.pt", *time])
    for name in NOTEBOOKS:
        assert (folder / name).read_bytes() == notebook(name, mark)


def coursekit_collect(inbox: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in the course folder around the inbox."""
    command = [sys.executable, "-m", "coursekit.cli", "--course", str(inbox.parent), "collect"]
    environment = {**os.environ, "TQDM_DISABLE": "1", "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        [*command, "--timezone", "Asia/Seoul", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
