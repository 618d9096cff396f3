"""Turns the order of the cells around, so that tests run before anything is defined.

Costs: triple is tested before it is defined, and the cells' order is the student's own.
"""


def notebook(nb):
    nb.cells.reverse()
