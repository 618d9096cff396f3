"""Adds a folder that nobody may read, a pipe and a socket."""

import os
import socket


def folder(path):
    os.mkfifo(path / "pipe")
    (path / "pipe.ipynb").mkdir()
    with socket.socket(socket.AF_UNIX) as made:
        where = os.getcwd()
        os.chdir(path)
        made.bind("door")
        os.chdir(where)
