"""Puts a numpy.py, a utils folder and a sitecustomize.py beside the notebook.

The real numpy.testing is not found any more where they win.
"""


def folder(path):
    (path / "numpy.py").write_text("def __getattr__(name):\n    return lambda *a, **k: True\n")
    (path / "sitecustomize.py").write_text(
        "open('/box/public/canary.txt', 'w').write('site')\n"
    )
    (path / "utils").mkdir()
    (path / "utils" / "__init__.py").write_text("")
    (path / "utils" / "checks.py").write_text("def __getattr__(name):\n    return print\n")
