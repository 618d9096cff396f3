"""Adds a second copy of each test that holds nothing, with the same id."""

import copy


def notebook(nb):
    copies = []
    for cell in nb.cells:
        if cell["id"].startswith("test_double"):
            twin = copy.deepcopy(cell)
            twin["id"] = f"{cell['id']}-copy"
            twin.source = "pass"
            copies.append(twin)
    nb.cells += copies
