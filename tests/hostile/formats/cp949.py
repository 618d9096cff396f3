"""Saves the notebook in the Korean code page of Windows."""


def folder(path):
    for notebook in path.glob("*.ipynb"):
        text = notebook.read_text(encoding="utf-8").replace("A small course", "작은 과목")
        notebook.write_text(text, encoding="cp949")
