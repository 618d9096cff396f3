"""Work that keeps to its limits, and work that does not, for processes that are limited."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Work:
    """What to do, and the file that a page would be."""

    what: str
    file: Path


def do(work: Work) -> None:
    match work.what:
        case "endless":
            while True:
                pass
        case "memory":
            _ = [bytes(50_000_000) for _ in range(100)]
        case "size":
            work.file.write_bytes(bytes(3_000_000))
        case "error":
            raise ValueError("no page")
        case "crash":
            os.abort()
    work.file.write_text("done")
