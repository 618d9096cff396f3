"""Hands in a notebook that says it is of version 9."""

import json


def folder(path):
    for notebook in path.glob("*.ipynb"):
        content = json.loads(notebook.read_text())
        notebook.write_text(json.dumps(content | {"nbformat": 9, "nbformat_minor": 99}))
