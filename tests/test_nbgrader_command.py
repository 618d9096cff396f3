"""What is said when one of nbgrader's own commands fails."""

from pathlib import Path

import pytest
from this_course import ASSIGNMENT

from coursekit.course import Course, CourseError
from coursekit.nbgrader_command import run_nbgrader


def test_a_mistake_in_the_settings_is_named(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.Base.x = nonsense\n")
    with pytest.raises(CourseError, match=r"failed: NameError: name 'nonsense' is not defined"):
        run_nbgrader(Course(tmp_path), "generate_assignment", ASSIGNMENT)
