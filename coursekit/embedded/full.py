"""The provenance table at full scale: as many images as the original, of the same fonts."""

from collections.abc import Sequence

from coursekit.embedded.provenance import Row

FULL_SIZES = {"large": 529_114, "small": 18_724}
"""Readable images of the original archives."""

_REPEATED = ("design", "copy")
"""The roles that give more variants at full scale; symbols and clones stay as they are."""


def full_scale(rows: Sequence[Row], sizes: dict[str, int] = FULL_SIZES) -> list[Row]:
    """Return rows that render exactly `sizes` images of each set in it; the hidden set is left out.

    Every font of a set gives the same number of variants; the last variant is left out for as many
    letters as there would be too many images. New variants are not cleaned.
    """
    scaled: list[Row] = []
    for subset, size in sizes.items():
        own = [row for row in rows if row.subset == subset]
        count = 1
        while _images(widened := [_with_variants(row, count) for row in own]) < size:
            count += 1
        scaled += _cut(widened, str(count - 1), _images(widened) - size)
    return scaled


def _images(rows: Sequence[Row]) -> int:
    return sum(len(row.images()) for row in rows)


def _with_variants(row: Row, count: int) -> Row:
    if row.role not in _REPEATED:
        return row
    lower_case = ["a"] if "a" in row.variants.split() else []
    return row._replace(variants=" ".join([*map(str, range(count)), *lower_case]))


def _cut(rows: list[Row], variant: str, surplus: int) -> list[Row]:
    """Drop `surplus` images of `variant`, from the last rows on, whole rows of letters first."""
    kept: list[Row] = []
    for row in reversed(rows):
        if surplus > 0 and row.role in _REPEATED:
            gone = [letter + v for letter, v in row.images() if v == variant][:surplus]
            surplus -= len(gone)
            row = row._replace(dropped=" ".join([*row.dropped.split(), *gone]))
        kept.append(row)
    return kept[::-1]
