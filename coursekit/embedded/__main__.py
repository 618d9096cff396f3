"""`python -m coursekit.embedded`: fetch fonts, choose among them, build the sets."""

import argparse
import os
import sys
from pathlib import Path

from coursekit.embedded.build import build, render_set
from coursekit.embedded.fetch import fetch, package_names
from coursekit.embedded.full import full_scale
from coursekit.embedded.provenance import SUBSETS, TABLE, read_table, write_table
from coursekit.embedded.purposes import without_copies
from coursekit.hidden import HIDDEN_SETS
from utils.errors import DataError


def main(arguments: list[str] | None = None) -> int:
    """Run the steps that the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.embedded", description=__doc__)
    parser.add_argument(
        "step",
        nargs="?",
        default="build",
        choices=("fetch", "select", "build", "full"),
        help="fetch: download and unpack the font packages; select: choose fonts and write the "
        "provenance table (about 10 minutes); build: render what the table lists (the default); "
        "full: as many images as the original has, of the same fonts, into --out",
    )
    parser.add_argument("--fonts", type=Path, default=Path("build/fonts"), metavar="DIR")
    parser.add_argument("--table", type=Path, default=TABLE, metavar="CSV")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="default: utils/embedded, or build/full for full"
    )
    parser.add_argument("--hidden", type=Path, default=HIDDEN_SETS, metavar="DIR")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    try:
        root = options.fonts / "root"
        if options.step == "build":
            out = options.out or Path("utils/embedded")
            build(read_table(options.table), root, out, options.hidden, options.jobs)
            return 0
        if options.step == "full":
            out = options.out or Path("build/full")
            build(full_scale(read_table(options.table)), root, out, options.hidden, options.jobs)
            return 0
        folders = fetch(options.fonts, package_names())
        if options.step == "select":
            from coursekit.embedded.select import select  # imports torch, which takes a while

            rows, left_out = select(folders, options.jobs)
            images = {
                name: [
                    image.pixels
                    for image in render_set(
                        [r for r in rows if r.subset == name], root, options.jobs
                    )
                ]
                for name in SUBSETS
            }
            rows = without_copies(rows, images)
            write_table(rows, options.table)
            print(f"{len(rows)} rows in {options.table}. Left out: {left_out}")
    except DataError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
