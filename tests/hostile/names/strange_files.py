"""Adds files with spaces, Korean, a newline and 200 characters in their names."""


def folder(path):
    for name in (" spaces .txt", "과제 (1).ipynb", "new\nline.ipynb", "x" * 200, "-rf", "$(id).txt"):
        (path / name).write_text("{}")
