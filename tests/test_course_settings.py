"""`course.toml`: what it says is taken, and each mistake in it is told in a sentence."""

import pytest

from coursekit.course import REPOSITORY, Course, CourseError, new_course, short_name
from coursekit.settings import FILE, Assignment, Settings, read_settings

SHORT = """
[[assignment]]
name = "ps1"
notebooks = ["problem1", "problem2"]
"""


def settings_with(tmp_path, text: str) -> Settings:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    return read_settings(tmp_path)


def test_the_settings_that_ship_name_what_is_there():
    course = Course(REPOSITORY)
    for name in course.notebooks:
        assert (course.source / f"{name}.ipynb").is_file()
    for path in course.assignment.ships:
        assert (REPOSITORY / path).exists()
    assert [short_name(name) for name in course.notebooks] == ["1-1", "1-2", "1-3"]


def test_a_short_file_is_enough(tmp_path):
    settings = settings_with(tmp_path, SHORT)
    assert settings.assignments == (Assignment("ps1", ("problem1", "problem2")),)
    assert (settings.time_zone, settings.student_id.example) == (None, "2000-00000")


def test_without_a_file_the_course_is_what_lies_in_source(tmp_path):
    for name in ("b/y", "b/x", "a/z"):
        path = tmp_path / "source" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = read_settings(tmp_path).assignments
    assert found == (Assignment("a", ("z",)), Assignment("b", ("x", "y")))


def test_a_change_is_seen_at_once(tmp_path):
    settings_with(tmp_path, SHORT)
    assert settings_with(tmp_path, SHORT.replace("problem1", "p1")).assignments[0].notebooks == (
        "p1",
        "problem2",
    )


def test_an_assignment_is_chosen_by_its_name(tmp_path):
    settings_with(tmp_path, SHORT + SHORT.replace("ps1", "ps2"))
    assert Course(tmp_path).assignment.name == "ps1"
    assert Course(tmp_path, "ps2").source == tmp_path / "source" / "ps2"
    with pytest.raises(CourseError, match=r"no assignment 'ps3' in this course; it has ps1, ps2\."):
        _ = Course(tmp_path, "ps3").assignment


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[assignment]\n", "is not TOML"),
        ("", "names no assignment"),
        ("assignment = 3", "assignment is 3; write tables, each under a line [[assignment]]."),
        (SHORT + SHORT, "two assignments have one name"),
        (SHORT + 'notebok = "x"', "assignment 1, notebok is no setting; did you mean notebooks?"),
        (SHORT + "zzz = 1", "assignment 1, zzz is no setting; there are name, notebooks, ships"),
        (SHORT.replace('"ps1"', '"../ps1"'), "assignment 1, name is '../ps1'"),
        (SHORT.replace('"ps1"', '" "'), "assignment 1, name is empty"),
        (SHORT.replace('"ps1"', "1"), "assignment 1, name is 1; write a text in quotes"),
        (SHORT.replace('"problem2"', '"problem1"'), "names something twice"),
        (SHORT.replace('"problem2"', '"problem2.ipynb"'), "write names without .ipynb"),
        (SHORT.replace('"problem2"', "2"), "assignment 1, notebooks is ['problem1', 2]"),
        ('[[assignment]]\nname = "ps1"', "assignment 1, notebooks is missing"),
        (SHORT + 'ships = ["/etc"]', "write paths below the course folder"),
        (SHORT + 'folders = ["../data"]', "write paths below the course folder"),
        (SHORT + 'checkpoint = "model.pt"', "has {student} once"),
        (SHORT + 'checkpoint = "{student}_{x}.pt"', "has {student} once"),
        (SHORT + 'checkpoint = "{student.pt"', "has {student} once"),
        (SHORT + '[course]\ntime_zone = "Mars"', "'Mars', which is no time zone"),
        (SHORT + "[course]\nname = true", "course.name is True; write a text"),
        (SHORT + "[course]\nnames = 1", "course.names is no setting; did you mean name?"),
        (SHORT + "[student_id]\npattern = '['", "student_id.pattern is no regular expression"),
        (SHORT + "[student_id]\npattern = '.+'", "an id is the name of a folder"),
        (SHORT + "[student_id]\npattern = '(s)1'", "write (?: ) for a group"),
        (SHORT + "[student_id]\npattern = 's[0-9]'", "'2000-00000', which the pattern does not"),
    ],
)
def test_a_mistake_is_told(tmp_path, text, said):
    with pytest.raises(CourseError) as told:
        settings_with(tmp_path, text)
    assert said in str(told.value)
    assert str(told.value).startswith(str(tmp_path / FILE))
    assert str(told.value).endswith((".", "?"))


def test_a_file_in_another_encoding_is_told(tmp_path):
    (tmp_path / FILE).write_bytes("[course]\nname = 'é'".encode("latin-1"))
    with pytest.raises(CourseError, match="is not TOML"):
        read_settings(tmp_path)


def test_a_new_course_has_the_settings(tmp_path):
    assert new_course(tmp_path / "course").settings == Course(REPOSITORY).settings
