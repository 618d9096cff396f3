"""Saves the notebook in UTF-16."""


def folder(path):
    for notebook in path.glob("*.ipynb"):
        notebook.write_text(notebook.read_text(encoding="utf-8"), encoding="utf-16")
