"""Grading where a checkout lies, and is looked at, in ways unlike its writers' machines."""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from coursekit.course import REPOSITORY

BARE = {
    "HOME": "/proc/none",  # where nobody, root included, can write
    "LANG": "C",
    "LC_ALL": "C",
    "PYTHONIOENCODING": "ascii",
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout as `umask 077; git clone` leaves it, at a path with anything in it."""
    folder = tmp_path_factory.mktemp("place") / "딥러닝 과제 (1) 'a'"
    folder.mkdir()
    for name in ("coursekit", "utils", "source"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, folder / name, ignore=ignored)
    shutil.copy(REPOSITORY / "nbgrader_config.py", folder)
    subprocess.run(["chmod", "-R", "go-rwx", folder], check=True)
    return folder


def coursekit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "coursekit.cli", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **BARE},
        umask=0o077,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )


def test_doctor_grades_a_cell_there(checkout: Path) -> None:
    done = coursekit(checkout, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("Submissions can be graded on this host.\n")
    assert done.stderr == ""
    closed = (checkout / "utils" / "errors.py").stat().st_mode
    assert closed & 0o077 == 0  # it was not opened to others to that end


def test_names_that_the_terminal_lacks_stop_nothing(checkout: Path) -> None:
    inbox = checkout / "inbox"
    inbox.mkdir(mode=0o700)
    with tarfile.open(inbox / "과제 제출.tar.gz", "w:gz"):
        pass
    done = coursekit(checkout, "collect")
    assert "UnicodeEncodeError" not in done.stderr
    assert "Traceback" not in done.stderr
    assert "\\uacfc\\uc81c" in done.stdout + done.stderr
