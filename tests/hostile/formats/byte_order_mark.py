"""Saves the notebook with a byte order mark, as some editors do."""


def folder(path):
    for notebook in path.glob("*.ipynb"):
        notebook.write_text(notebook.read_text(encoding="utf-8"), encoding="utf-8-sig")
