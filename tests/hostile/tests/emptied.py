"""Leaves the tests there without any text."""


def notebook(nb):
    for cell in nb.cells:
        if cell["id"].startswith("test_double"):
            cell.source = ""
