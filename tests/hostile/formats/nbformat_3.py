"""Hands in the notebook in the format of 2014."""

import nbformat


def folder(path):
    for notebook in path.glob("*.ipynb"):
        old = nbformat.convert(nbformat.read(notebook, as_version=4), 3)
        notebook.write_text(nbformat.writes(old, version=nbformat.NO_CONVERT))
