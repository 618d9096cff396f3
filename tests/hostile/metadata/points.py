"""Raises the points of the tests that it fails and lowers none."""


def notebook(nb):
    for cell in nb.cells:
        if cell["id"].startswith("test_double"):
            cell.metadata["nbgrader"]["points"] = 1000
