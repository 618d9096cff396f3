"""Overwrites a file in a folder of the grader's machine that everybody may write to."""

from pathlib import Path

for name in ("/box/public/canary.txt", "/box/public/loot.txt"):
    try:
        Path(name).write_text("I was here")
    except OSError as error:
        print(error)
