"""Fills the folders that it may write to with sockets and links of likely names."""

import os
import socket
from pathlib import Path

for folder in (".", "/tmp", "/run", os.path.dirname(__import__("ipykernel").get_connection_file())):
    for name in ("judge", "judge.sock", "judge.socket", "bridge", "bridge.sock", "0", "1", "2", "3"):
        try:
            if name.isdigit():
                os.symlink("/box/public/canary.txt", Path(folder) / name)
            else:
                socket.socket(socket.AF_UNIX).bind(str(Path(folder) / name))
        except OSError as error:
            print(error)
