"""Hands in a notebook that says it is of version 9.

Costs: nothing can be read, so nothing is graded.
Pages: there is nothing to show.
"""

import json


def folder(path):
    for notebook in path.glob("*.ipynb"):
        content = json.loads(notebook.read_text())
        notebook.write_text(json.dumps(content | {"nbformat": 9, "nbformat_minor": 99}))
