"""Hands in a link to the instructor's notebook instead of a notebook.

Costs: no notebook was handed in.
"""

import os

NAME = "Assignment1-2_NN_from_scratch.ipynb"


def folder(path):
    (path / NAME).unlink()
    os.symlink(f"/box/course/source/Assignment1/{NAME}", path / NAME)
