"""Hands in 3,000 cells more than there should be."""

from nbformat.v4 import new_code_cell


def notebook(nb):
    nb.cells[1:1] = [new_code_cell("1", id=f"extra-{number}") for number in range(3_000)]
