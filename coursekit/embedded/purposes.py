"""Give each hidden design a purpose: tests hand its letters to submissions, or scores use them.

A submission may print what a test hands over, so Problem 2 is scored on letters of other designs.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from coursekit.embedded.provenance import HIDDEN_SUBSETS, Row

TESTS_FONTS = 45  # about a third of the hidden fonts: hidden tests want a thousand letters


def by_purpose(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with the subset "hidden" replaced by "tests" or "scores", a design in one.

    Designs are drawn by hash, until the tests have TESTS_FONTS fonts.
    """
    fonts = Counter(row.design for row in rows if row.subset == "hidden")
    first = {row.design: f"{row.package} {row.path}" for row in reversed(rows)}
    for_tests = set[int]()
    for design in sorted(fonts, key=lambda one: _number(first[one])):
        if sum(fonts[one] for one in for_tests) < TESTS_FONTS:
            for_tests.add(design)
    return [
        row._replace(subset="tests" if row.design in for_tests else "scores")
        if row.subset == "hidden"
        else row
        for row in rows
    ]


def without_copies(
    rows: Sequence[Row], images: Mapping[str, Sequence[NDArray[np.uint8]]]
) -> list[Row]:
    """Return the rows, with hidden images dropped that are exact copies of a student's or a score.

    `images` holds those of each subset, (28, 28) uint8, in the order of its rows.
    """
    known = {image.tobytes() for name in ("large", "small") for image in images[name]}
    taken = {"scores": known, "tests": known | {image.tobytes() for image in images["scores"]}}
    left = {name: iter(images[name]) for name in HIDDEN_SUBSETS}
    cleaned = list[Row]()
    for row in rows:
        if row.subset in HIDDEN_SUBSETS:
            gone = [
                letter + variant
                for letter, variant in row.images()
                if next(left[row.subset]).tobytes() in taken[row.subset]
            ]
            row = row._replace(dropped=" ".join([*row.dropped.split(), *gone]))
        cleaned.append(row)
    return cleaned


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(f"purpose {text}".encode()).digest()[:8], "big")
