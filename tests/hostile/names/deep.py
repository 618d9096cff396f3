"""Adds 300 folders inside each other, and 3,000 files."""

import os


def folder(path):
    for number in range(3_000):
        (path / f"{number}.txt").touch()
    where = os.getcwd()
    os.chdir(path)
    for _ in range(300):
        os.mkdir("d")
        os.chdir("d")
    os.chdir(where)
