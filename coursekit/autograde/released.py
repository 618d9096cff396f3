"""Is the gradebook about the notebooks that are in `source/` now?"""

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import is_grade

from coursekit.course import Course, CourseError
from coursekit.source import read_source
from coursekit.stubs import without_solutions


def expect_released(course: Course, gradebook: Gradebook, notebooks: list[str]) -> None:
    """Raise `CourseError` if a graded cell of the source differs from the one in the gradebook."""
    for name in notebooks:
        try:
            known = {
                cell.name: cell.source
                for cell in gradebook.find_notebook(name, course.assignment.name).source_cells
            }
        except MissingEntry:
            known = {}
        for cell in without_solutions(read_source(course, name)).cells:
            if is_grade(cell) and known.get(cell["id"]) != cell.source:
                raise CourseError(
                    f"The cell {cell['id']} of {name} in source/ is not the one in the gradebook; "
                    "run 'coursekit release', then grade again."
                )
