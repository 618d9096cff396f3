"""Exchanges the ids of a test that it passes and one that it fails.

Costs: the test of triple now lies in front of triple, where the student put it.
"""


def notebook(nb):
    cells = {cell["id"]: cell for cell in nb.cells}
    one, other = cells["test_double"].metadata["nbgrader"], cells["test_triple"].metadata["nbgrader"]
    one["grade_id"], other["grade_id"] = other["grade_id"], one["grade_id"]
