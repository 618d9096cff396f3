"""Hands in JSON that is no notebook: lists and numbers where cells should be.

Costs: nothing can be read, so nothing is graded.
"""


def folder(path):
    for notebook in path.glob("*.ipynb"):
        notebook.write_text('{"cells": [1, [2], {"cell_type": 3}], "metadata": 4, "nbformat": 4}')
