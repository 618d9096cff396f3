"""Tags the tests remove-cell, remove-input and hide-input for whatever drops such cells."""


def notebook(nb):
    for cell in nb.cells:
        cell.metadata["tags"] = ["remove_cell", "remove-cell", "remove-input", "hide-input"]
