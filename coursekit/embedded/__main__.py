"""`python -m coursekit.embedded`: fetch fonts, choose among them, build the three sets."""

import argparse
import os
import sys
from pathlib import Path

from coursekit.embedded.build import build
from coursekit.embedded.fetch import fetch, package_names
from coursekit.embedded.provenance import TABLE, read_table, write_table
from coursekit.hidden import HIDDEN_SET
from utils.errors import DataError


def main(arguments: list[str] | None = None) -> int:
    """Run the steps that the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.embedded", description=__doc__)
    parser.add_argument(
        "step",
        nargs="?",
        default="build",
        choices=("fetch", "select", "build"),
        help="fetch: download and unpack the font packages; select: choose fonts and write the "
        "provenance table (about 10 minutes); build: render what the table lists (the default)",
    )
    parser.add_argument("--fonts", type=Path, default=Path("build/fonts"), metavar="DIR")
    parser.add_argument("--table", type=Path, default=TABLE, metavar="CSV")
    parser.add_argument("--out", type=Path, default=Path("utils/embedded"), metavar="DIR")
    parser.add_argument("--hidden", type=Path, default=HIDDEN_SET, metavar="NPZ")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    try:
        if options.step == "build":
            build(
                read_table(options.table),
                options.fonts / "root",
                options.out,
                options.hidden,
                options.jobs,
            )
            return 0
        folders = fetch(options.fonts, package_names())
        if options.step == "select":
            from coursekit.embedded.select import select  # imports torch, which takes a while

            rows, left_out = select(folders, options.jobs)
            write_table(rows, options.table)
            print(f"{len(rows)} rows in {options.table}. Left out: {left_out}")
    except DataError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
