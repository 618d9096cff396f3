"""Hands in a notebook without a byte in it.

Costs: nothing can be read, so nothing is graded.
"""


def folder(path):
    for notebook in path.glob("*.ipynb"):
        notebook.write_text("")
