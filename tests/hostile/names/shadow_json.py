"""Puts json.py, socket.py, tempfile.py and ast.py beside the notebook: the kernel imports them."""


def folder(path):
    for name in ("json", "socket", "tempfile", "ast", "IPython", "ipykernel", "coursekit"):
        (path / f"{name}.py").write_text("import os\nos._exit(0)\n")
