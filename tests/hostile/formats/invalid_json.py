"""Hands in a notebook that ends in the middle.

Costs: nothing can be read, so nothing is graded.
"""


def folder(path):
    for notebook in path.glob("*.ipynb"):
        notebook.write_text(notebook.read_text()[:900])
