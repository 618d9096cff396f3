"""nbgrader without the kit's settings would grade without a sandbox, so it must not go on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from this_course import ASSIGNMENT

from coursekit.course import REPOSITORY, Course, CourseError
from coursekit.nbgrader_command import run_nbgrader


@pytest.mark.parametrize("command", ["autograde", "generate_feedback"])
def test_nbgrader_stops_where_the_kit_cannot_be_imported(tmp_path: Path, command: str) -> None:
    """A kit that is broken or not installed stands in the way of the real one here."""
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    (tmp_path / "coursekit.py").write_text("raise ImportError('half of the kit is missing')")
    (tmp_path / "submitted/somebody" / ASSIGNMENT).mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", command, ASSIGNMENT],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode != 0
    assert "Nothing was done, as nbgrader_config.py cannot be used here: half of the" in done.stderr
    assert not (tmp_path / "gradebook.db").exists()


def test_a_mistake_in_the_settings_stops_it_as_well(tmp_path: Path) -> None:
    settings = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    (tmp_path / "nbgrader_config.py").write_text(f"{settings}\nc.Autograde = misspelt\n")
    with pytest.raises(CourseError, match="'nbgrader db student list' failed"):
        run_nbgrader(Course(tmp_path), "db", "student", "list")
    assert "name 'misspelt' is not defined" in (tmp_path / "reports/nbgrader-db.log").read_text()
    assert not (tmp_path / "gradebook.db").exists()
