"""What tests need to know of the course in this checkout."""

from coursekit.course import REPOSITORY, Course

HERE = Course(REPOSITORY)
ASSIGNMENT = HERE.assignment.name
NOTEBOOKS = HERE.notebooks
find_notebook = HERE.find_notebook
