"""Choose fonts for the sets, and write the provenance table.

Networks trained on other design families read every letter. Fonts that they mostly misread hold
symbols or other alphabets: the large set keeps some of them as its label noise, the cleaned sets
none. From the cleaned sets, single images that the networks cannot read are dropped as well, which
stands for the hand that cleaned the original.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.embedded.build import lower_case, variant_of
from coursekit.embedded.families import design_families, spread
from coursekit.embedded.fonts import Font, family_key, find_fonts
from coursekit.embedded.judge import cross_read
from coursekit.embedded.provenance import Row
from coursekit.embedded.purposes import by_purpose
from coursekit.embedded.render import LETTERS, font_rasters, to_image

CUTS = 12  # of one design: Computer Modern alone comes in hundreds
CUTS_CLEANED = 2  # of one design in small and hidden, so that these show many designs
HIDDEN_FONTS, SMALL_FONTS = 125, 150
BIG_DESIGN = 60  # families with more cuts than this go to the large set
SYMBOLS_BELOW = 0.4  # share of a font's images read right, below which it holds symbols
SYMBOL_FONTS = 190
CLONE_FONTS = 143  # exact duplicates inside large
COPY_FONTS = 18  # fonts of large whose images are in small as well
LOWER_CASE_EVERY = 6  # one font in so many adds its lower case
READABLE = 0.08  # probability of the right letter, below which a cleaned set drops the image
VARIANTS = "0 1 2"
FOLDS = 3
EPOCHS = 5


class Reading(NamedTuple):
    """How networks that never saw the design read a font: letters x (plain, varied, varied, a)."""

    own: NDArray[np.float32]  # (10, 4) probability of the right letter
    right: NDArray[np.bool_]  # (10, 4) whether it is the most probable one
    symbols: bool  # most letters are misread


def select(package_dirs: Sequence[Path], jobs: int = 1) -> tuple[list[Row], dict[str, int]]:
    """Return the rows of the provenance table, and how many fonts were left out for what reason."""
    fonts, left_out = find_fonts(list(package_dirs))
    with ProcessPoolExecutor(jobs, get_context("fork")) as pool:
        plain = list(pool.map(_plain_images, fonts, chunksize=16))
    count = Counter(left_out)
    count.update(result.split(" (")[0] for result in plain if isinstance(result, str))
    usable = [i for i, result in enumerate(plain) if not isinstance(result, str)]
    fonts = [fonts[i] for i in usable]
    images = np.stack([plain[i] for i in usable])  # (fonts, 10, 28, 28)
    first = _first_of_equals(images)
    designs = _designs(fonts, images, first)
    chosen = _chosen(images, first, designs)
    read = _reads(fonts, images, designs, chosen, jobs)
    rows = by_purpose(_assign(fonts, designs, first, chosen, read))
    count["another cut of the same design"] += len(fonts) - len({row.path for row in rows})
    return rows, dict(count)


def _plain_images(font: Font) -> NDArray[np.uint8] | str:
    rasters = font_rasters(font.path)
    return rasters if isinstance(rasters, str) else np.stack([to_image(r) for r in rasters])


def _first_of_equals(images: NDArray[np.uint8]) -> list[int]:
    """Return for each font the index of the first one whose ten images are identical."""
    seen = dict[bytes, int]()
    return [seen.setdefault(ten.tobytes(), i) for i, ten in enumerate(images)]


def _designs(fonts: Sequence[Font], images: NDArray[np.uint8], first: Sequence[int]) -> list[int]:
    """Return the design family of every font: the index of its first font."""
    distinct = sorted(set(first))
    position = {i: n for n, i in enumerate(distinct)}
    keys = [family_key(font) or font.path.stem.lower() for font in fonts]
    # Clones bring the names of their packages together, so they take part by name.
    families = design_families([keys[i] for i in distinct], images[distinct])
    return [distinct[families[position[i]]] for i in first]


def _chosen(images: NDArray[np.uint8], first: Sequence[int], designs: Sequence[int]) -> list[int]:
    """Return the fonts to use: of every design the cuts that differ most, these first."""
    members = defaultdict[int, list[int]](list)
    for i in sorted(set(first)):
        members[designs[i]].append(i)
    return [cuts[k] for cuts in members.values() for k in spread(images[cuts], CUTS)]


def _reads(
    fonts: Sequence[Font],
    images: NDArray[np.uint8],
    designs: Sequence[int],
    chosen: Sequence[int],
    jobs: int,
) -> dict[int, Reading]:
    """Return how each chosen font is read.

    A first round of cross-validation finds symbols, which the second one does not train on.
    """
    with ProcessPoolExecutor(jobs, get_context("fork")) as pool:
        paths = [fonts[i].path for i in chosen]
        shown = np.stack(list(pool.map(_four_images, paths, chunksize=16)))
    shape = shown.shape[:3]
    folds = np.array([_number("fold", fonts[designs[i]]) % FOLDS for i in chosen])
    labels = np.broadcast_to(np.arange(10)[None, :, None], shape)
    symbols = np.zeros(len(chosen), bool)
    for _ in range(2):
        train_on = np.zeros(shape, bool)
        train_on[~symbols, :, :3] = True
        read = cross_read(
            shown.reshape(-1, 28, 28),
            labels.reshape(-1),
            np.repeat(folds, shape[1] * shape[2]),
            train_on.reshape(-1),
            EPOCHS,
        )
        own = np.take_along_axis(read, labels.reshape(-1, 1), 1).reshape(shape)
        right = (read.argmax(1) == labels.reshape(-1)).reshape(shape)
        symbols = right[:, :, :3].mean((1, 2)) < SYMBOLS_BELOW
    return {i: Reading(own[n], right[n], bool(symbols[n])) for n, i in enumerate(chosen)}


def _four_images(path: Path) -> NDArray[np.uint8]:
    """Return (10, 4, 28, 28): plain, varied, varied again, lower case (black where there is none).

    The first three are what `build` makes of the variants 0, 1 and 2.
    """
    rasters = font_rasters(path)
    assert not isinstance(rasters, str), rasters
    small = lower_case(path)
    result = np.zeros((10, 4, 28, 28), np.uint8)
    for n, (letter, raster) in enumerate(zip(LETTERS, rasters, strict=True)):
        for variant in range(3):
            result[n, variant] = to_image(variant_of(raster, str(variant)))
        if letter in small:
            result[n, 3] = to_image(small[letter])
    return result


def _assign(
    fonts: Sequence[Font],
    designs: Sequence[int],
    first: Sequence[int],
    chosen: Sequence[int],
    readings: dict[int, Reading],
) -> list[Row]:
    """Return the table: whole designs go to one set, drawn by the hash of their first font."""
    home = _homes(fonts, designs, chosen, readings)
    rows = list[Row]()

    def add(i: int, name: str, role: str, variants: str, dropped: str = "") -> None:
        font = fonts[i]
        inside = font.path.as_posix().split(f"/{font.package}/", 1)[1]
        rows.append(
            Row(name, role, designs[i], variants, dropped, font.family, font.style, font.licence,
                font.source, font.package, font.version, inside)
        )  # fmt: skip

    large = [i for i in chosen if home[designs[i]] == "large"]
    letters = [i for i in large if not readings[i].symbols]
    used = Counter[int]()
    for i in chosen:
        name = home[designs[i]]
        used[designs[i]] += 1
        if name != "large" and used[designs[i]] <= CUTS_CLEANED:
            variants = _variants(fonts[i], readings[i])
            add(i, name, "design", variants, _illegible(readings[i], variants))
    for i in letters:
        variants = _variants(fonts[i], readings[i])
        gone = [f"{LETTERS[n]}a" for n in np.flatnonzero(~readings[i].right[:, 3])]
        add(i, "large", "design", variants, " ".join(gone) if "a" in variants else "")
    for i in _drawn("symbols", fonts, [i for i in large if readings[i].symbols], SYMBOL_FONTS):
        add(i, "large", "symbols", "0")
    known = set(letters)
    clones = [i for i in range(len(fonts)) if first[i] != i and first[i] in known]
    for i in _drawn("clone", fonts, clones, CLONE_FONTS):
        add(i, "large", "clone", "0")
    for i in _drawn("copy", fonts, letters, COPY_FONTS):
        add(i, "small", "copy", VARIANTS, _illegible(readings[i], VARIANTS))
    return rows


def _homes(
    fonts: Sequence[Font],
    designs: Sequence[int],
    chosen: Sequence[int],
    readings: dict[int, Reading],
) -> dict[int, str]:
    """Return the set of every design; symbols and very big families stay in the large one."""
    cuts = Counter(designs)
    members = Counter(designs[i] for i in chosen)
    odd = {designs[i] for i in chosen if readings[i].symbols}
    home = dict.fromkeys(members, "large")
    free = [d for d in members if d not in odd and cuts[d] <= BIG_DESIGN]
    wanted = {"hidden": HIDDEN_FONTS, "small": SMALL_FONTS}
    for design in _drawn("design", fonts, free, len(free)):
        for name, count in wanted.items():
            if count > 0:
                home[design] = name
                wanted[name] -= min(members[design], CUTS_CLEANED)
                break
    return home


def _variants(font: Font, reading: Reading) -> str:
    """Return which images of each letter a font gives: now and then its lower case as well."""
    chosen = _number("lower", font) % LOWER_CASE_EVERY == 0 and reading.right[:, 3].sum() >= 5
    return f"{VARIANTS} a" if chosen else VARIANTS


def _illegible(reading: Reading, variants: str) -> str:
    """Return the images to drop from a cleaned set, as "A0 I1"."""
    bad = (reading.own < READABLE) & ~reading.right
    return " ".join(
        f"{letter}{variant}"
        for n, letter in enumerate(LETTERS)
        for variant in variants.split()
        if bad[n, "012a".index(variant)]
    )


def _drawn(purpose: str, fonts: Sequence[Font], members: Sequence[int], count: int) -> list[int]:
    """Return `count` of the fonts `members`, drawn by hash: adding a font moves few others."""
    return sorted(members, key=lambda i: _number(purpose, fonts[i]))[:count]


def _number(purpose: str, font: Font) -> int:
    """Return a large number that depends on nothing but `purpose` and the font's place."""
    text = f"{purpose} {font.package} {font.path.name}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
