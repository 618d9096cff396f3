"""Write files so that a reader never sees half of one; delete folders whatever is in them."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def replacing(target: Path) -> Iterator[TextIO]:
    """Open a text file that takes the place of `target` when the block ends without an error."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            yield file
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def throw_away_folder(prefix: str, within: Path | None = None) -> Iterator[Path]:
    """Yield a new folder that foreign code may fill, and delete it afterwards.

    Python's own way stops at folders a thousand deep, or without rights; what cannot be deleted is
    left behind, as no submission may be lost to it.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=within))
    try:
        yield folder
    finally:
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            with contextlib.suppress(OSError):  # a system without these programs
                subprocess.run([*command, folder], stderr=subprocess.DEVNULL, check=False)
        with contextlib.suppress(RecursionError):
            shutil.rmtree(folder, ignore_errors=True)
