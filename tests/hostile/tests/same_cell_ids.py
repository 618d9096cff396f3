"""Gives all cells one and the same id of the notebook format."""


def notebook(nb):
    for cell in nb.cells:
        cell["id"] = "same"
