"""Strips every trace of nbgrader from the notebook."""


def notebook(nb):
    for cell in nb.cells:
        cell.metadata.pop("nbgrader", None)
