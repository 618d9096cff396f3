"""The table that says which font went into which set, and under which licence.

It is both the record and the recipe: `select` writes it, `build` renders exactly what it lists.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from utils.errors import DataError

TABLE = Path(__file__).with_name("provenance.csv")
HIDDEN_SUBSETS = ("tests", "scores")
SUBSETS = ("large", "small", *HIDDEN_SUBSETS)


class Row(NamedTuple):
    """One font in one set."""

    subset: str  # "large", "small", or hidden: "tests" or "scores"
    role: str  # "design", "symbols", "clone" (of another font in large) or "copy" (of large)
    design: int  # design family: equal numbers are one design, however the fonts are called
    variants: str  # which images of each letter: 0 plain, 1.. varied, a lower case; "0 1 2 a"
    dropped: str  # images cleaned away: illegible, or copies in a hidden set; "I0 A2"
    family: str
    style: str
    licence: str
    source: str  # TeX package, or the Debian package
    package: str  # Debian package
    version: str
    path: str  # inside the package

    def images(self) -> list[tuple[str, str]]:
        """Return the (letter, variant) pairs that the set gets from this font."""
        gone = set(self.dropped.split())
        return [
            (letter, variant)
            for letter in "ABCDEFGHIJ"
            for variant in self.variants.split()
            if letter + variant not in gone
        ]


def write_table(rows: Iterable[Row], path: Path = TABLE) -> None:
    """Write the table as CSV, sorted by set, package and path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Row._fields)
        for row in sorted(rows, key=lambda row: (row.subset, row.package, row.path, row.role)):
            writer.writerow(row)


def read_table(path: Path = TABLE) -> list[Row]:
    """Return the table's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    if not lines or tuple(lines[0]) != Row._fields:
        raise DataError(f"{path} is not a provenance table. Run `select` to write it again.")
    return [Row(line[0], line[1], int(line[2]), *line[3:]) for line in lines[1:]]
