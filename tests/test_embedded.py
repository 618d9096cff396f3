"""The embedded notMNIST: what ships, and the builder that made it."""

import base64
import gzip
import hashlib
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import matplotlib
import nbformat
import numpy as np
import pytest

from coursekit.embedded import archive, families, licences, provenance, render, variants
from coursekit.embedded.build import build
from coursekit.embedded.fonts import Font, family_key
from coursekit.embedded.full import FULL_SIZES, full_scale
from coursekit.embedded.measure import found_in, repeated, white_squares
from coursekit.embedded.purposes import by_purpose, without_copies
from coursekit.hidden import HIDDEN_SETS, load_hidden_set, load_scoring_set
from utils.archives import LETTERS, LetterImages, load_letters
from utils.dataset import stack_letters, to_pixels
from utils.errors import DataError

EMBEDDED = Path(__file__).parents[1] / "utils" / "embedded"
REAL = Path(__file__).parents[2] / "shared" / "data" / "real-notmnist-5k-images-idx3-ubyte.gz"
MATPLOTLIB_FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
SANS = MATPLOTLIB_FONTS / "DejaVuSans.ttf"
SYMBOLS = MATPLOTLIB_FONTS / "STIXSizOneSymReg.ttf"


@pytest.fixture(scope="module")
def large() -> LetterImages:
    return load_letters(EMBEDDED / "notMNIST_large.tar.gz", progress=False)


@pytest.fixture(scope="module")
def small() -> LetterImages:
    return load_letters(EMBEDDED / "notMNIST_small.tar.gz", progress=False)


@pytest.fixture(scope="module")
def table() -> list[provenance.Row]:
    return provenance.read_table()


# What ships


@pytest.mark.parametrize("name", ["large", "small"])
def test_names_are_base64_of_font_files(name: str, request: pytest.FixtureRequest) -> None:
    loaded: LetterImages = request.getfixturevalue(name)
    for letter in LETTERS:
        assert len(set(loaded.names[letter])) == len(loaded.names[letter])
        for path in loaded.names[letter][::50]:
            inside = re.fullmatch(rf"notMNIST_{name}/{letter}/([A-Za-z0-9_=-]+)\.png", path)
            assert inside, path
            font = base64.urlsafe_b64decode(inside[1]).decode()
            assert Path(font).suffix.lower() in {".ttf", ".otf", ".pfb", ".ttc"}


def test_letters_are_balanced(large: LetterImages, small: LetterImages) -> None:
    in_large = [len(images) for images in large.images.values()]
    in_small = [len(images) for images in small.images.values()]
    assert min(in_large) >= 6000 and max(in_large) <= 1.05 * min(in_large)
    assert min(in_small) >= 450 and max(in_small) <= 1.15 * min(in_small)


def test_a_handful_of_files_is_unreadable(large: LetterImages, small: LetterImages) -> None:
    assert 3 <= len(large.unreadable) <= 9
    assert 1 <= len(small.unreadable) <= 4


def test_some_of_small_are_copies_of_large(large: LetterImages, small: LetterImages) -> None:
    share = found_in(stack_letters(small.images)[0], stack_letters(large.images)[0])
    assert 0.10 <= share <= 0.13


def test_some_of_large_appear_twice(large: LetterImages) -> None:
    # so that 10 to 13 % of a validation set drawn from it are in the training set as well
    assert 0.10 <= repeated(stack_letters(large.images)[0]) <= 0.14


def test_images_look_like_notmnist(large: LetterImages) -> None:
    images, labels = stack_letters(large.images)
    assert images[::10].mean() / 255 == pytest.approx(0.4266, abs=0.03)
    assert images[::10].std() / 255 == pytest.approx(0.4589, abs=0.02)
    assert 0.07 <= white_squares(images, labels) <= 0.2
    sides = images[:, [0, -1], :].max(2).min(1), images[:, :, [0, -1]].max(1).min(1)
    assert all((side > 60).mean() > 0.95 for side in sides)  # no margin


def test_archives_hold_what_the_table_says(
    table: list[provenance.Row], large: LetterImages, small: LetterImages
) -> None:
    for name, loaded in (("large", large), ("small", small)):
        rows = [row for row in table if row.subset == name]
        listed = Counter(letter for row in rows for letter, _ in row.images())
        assert listed == {letter: len(images) for letter, images in loaded.images.items()}
    for name, (_, labels) in (("tests", load_hidden_set()), ("scores", load_scoring_set())):
        listed = Counter(x for row in table if row.subset == name for x, _ in row.images())
        assert [listed[letter] for letter in LETTERS] == list(np.bincount(labels))


def test_no_design_is_in_two_sets(table: list[provenance.Row]) -> None:
    designs = {
        name: {row.design for row in table if row.subset == name and row.role != "copy"}
        for name in provenance.SUBSETS
    }
    assert all(len(found) >= 25 for found in designs.values())
    for one, other in combinations(provenance.SUBSETS, 2):
        assert not designs[one] & designs[other]
    files = {name: {r.path for r in table if r.subset == name} for name in provenance.SUBSETS}
    for name in provenance.HIDDEN_SUBSETS:
        others = [files[other] for other in provenance.SUBSETS if other != name]
        assert not files[name] & set().union(*others)


def test_hidden_images_are_hidden(large: LetterImages, small: LetterImages) -> None:
    known = np.concatenate([stack_letters(s.images)[0] for s in (large, small)])
    tests, scores = (to_pixels(load()[0]) for load in (load_hidden_set, load_scoring_set))
    assert found_in(tests, known) == found_in(scores, known) == found_in(tests, scores) == 0


def test_no_test_hands_the_scoring_set_over() -> None:
    for notebook in sorted(Path("source/Assignment1").glob("*.ipynb")):
        for cell in nbformat.read(notebook, as_version=4).cells:
            if "load_scoring_set" in cell.source:
                assert cell["id"].startswith("test_problem2__")
                assert "load_hidden_set" not in cell.source
                assert cell.source.count("hidden_images") == 2  # read, and given to the network


def test_a_hidden_design_has_one_purpose() -> None:
    rows = [_row("hidden", f"font{i}.ttf")._replace(design=i // 2) for i in range(160)]
    rows.append(_row("large", "font160.ttf")._replace(design=80))
    split = by_purpose(rows)
    tests, scores = (
        {row.design for row in split if row.subset == name} for name in ("tests", "scores")
    )
    assert not tests & scores and tests | scores == set(range(80))
    assert 45 <= 2 * len(tests) <= 46
    assert split[-1] == rows[-1]


def test_copies_are_dropped_from_hidden_sets() -> None:
    images = [np.full((28, 28), i, np.uint8) for i in range(40)]
    rows = [_row(name, f"{name}.ttf", variants="0") for name in provenance.SUBSETS]
    dropped = {
        row.subset: row.dropped
        for row in without_copies(
            rows,
            {
                "large": images[:10],
                "small": images[10:20],
                "tests": [images[0], *images[21:29], images[30]],
                "scores": [images[30], images[19], *images[31:39]],
            },
        )
    }
    assert dropped == {"large": "", "small": "", "tests": "A0 J0", "scores": "B0"}


def test_every_font_has_a_licence_and_a_source(table: list[provenance.Row]) -> None:
    for row in table:
        assert row.licence and row.package and row.version and row.source and row.family, row
        assert not licences.NOT_FREE.search(row.licence), row


def test_what_ships_is_small() -> None:
    shipped = [*EMBEDDED.glob("notMNIST_*.tar.gz"), *HIDDEN_SETS.glob("*")]
    assert sum(path.stat().st_size for path in shipped) < 80e6


# The hidden set's loader


def test_hidden_set_is_normalized_balanced_and_always_the_same() -> None:
    images, labels = load_hidden_set(200)
    assert images.shape == (200, 28, 28) and images.dtype == np.float32
    assert images.min() == -0.5 and images.max() == 0.5
    assert labels.dtype == np.int32 and list(np.bincount(labels)) == [20] * 10
    assert len(set(labels[:10])) == 10 and list(labels[:10]) != list(labels[10:20])
    again, _ = load_hidden_set(50)
    assert np.array_equal(again, images[:50])


def test_too_many_hidden_images_are_refused() -> None:
    for load in (load_hidden_set, load_scoring_set):
        with pytest.raises(DataError, match=r"hidden set .* holds"):
            load(10**6)


# The renderer


def test_a_letter_fills_the_image_and_rings() -> None:
    rasters = render.font_rasters(SANS)
    assert not isinstance(rasters, str)
    images = np.stack([render.to_image(raster) for raster in rasters])
    assert images.shape == (10, 28, 28) and images.dtype == np.uint8
    assert (images[8] == 255).all()  # a plain I is a white square
    for image in images:
        edges = image[0], image[-1], image[:, 0], image[:, -1]
        assert all(edge.max() > 100 for edge in edges)
    ringing = ((images > 0) & (images < 10)) | ((images > 245) & (images < 255))
    assert ringing.mean() > 0.05


def test_rendering_is_deterministic() -> None:
    first, second = render.font_rasters(SANS), render.font_rasters(SANS)
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one, other)
        for seed in range(5):
            varied = [variants.vary(x, np.random.default_rng(seed)) for x in (one, other)]
            assert np.array_equal(*varied)


def test_a_font_without_letters_is_refused() -> None:
    assert isinstance(render.font_rasters(SYMBOLS), str)


@pytest.mark.parametrize("effect", sorted(set(variants.EFFECTS), key=lambda f: f.__name__))
def test_every_effect_changes_the_letter_and_leaves_ink(effect: variants.Effect) -> None:
    raster = render.font_rasters(SANS)[1]
    for seed in range(3):
        result = effect(raster, np.random.default_rng(seed))
        assert result.dtype == np.bool_ and result.any() and not result.all()
        assert result.shape != raster.shape or (result != raster).any()


# The builder


def test_the_same_table_builds_the_same_bytes(tmp_path: Path) -> None:
    package = tmp_path / "fonts" / "tiny"
    package.mkdir(parents=True)
    for name in ("DejaVuSans.ttf", "DejaVuSerif-Bold.ttf"):
        (package / name).write_bytes((MATPLOTLIB_FONTS / name).read_bytes())
    rows = [
        _row("large", "DejaVuSans.ttf", variants="0 1 a"),
        _row("small", "DejaVuSerif-Bold.ttf", dropped="I0 B1"),
        _row("tests", "DejaVuSerif-Bold.ttf"),
        _row("scores", "DejaVuSans.ttf"),
    ]
    digests = list[dict[str, str]]()
    for jobs in (1, 2):
        out = tmp_path / f"out{jobs}"
        build(rows, tmp_path / "fonts", out, out, jobs)
        digests.append(
            {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(out.iterdir())}
        )
    assert digests[0] == digests[1]
    assert list(digests[0]) == [
        "notMNIST_large.tar.gz",
        "notMNIST_small.tar.gz",
        "scores.npz",
        "tests.npz",
    ]
    built = load_letters(tmp_path / "out1" / "notMNIST_small.tar.gz", progress=False)
    assert {letter: len(x) for letter, x in built.images.items()} == {
        letter: 1 if letter in "IB" else 2 for letter in LETTERS
    }
    assert len(built.unreadable) == 2
    assert len(load_letters(tmp_path / "out1" / "notMNIST_large.tar.gz", False).images["A"]) == 3


def test_a_missing_font_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Nowhere\.ttf.*tiny"):
        build([_row("large", "Nowhere.ttf")], tmp_path, tmp_path, tmp_path / "x.npz")


def test_the_table_survives_writing_and_reading(tmp_path: Path) -> None:
    rows = [_row("large", 'a "quoted", name.ttf'), _row("scores", "b.ttf", dropped="I0")]
    provenance.write_table(rows, tmp_path / "table.csv")
    assert provenance.read_table(tmp_path / "table.csv") == sorted(rows)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="not a provenance table"):
        provenance.read_table(tmp_path / "other.csv")


def _row(subset: str, path: str, variants: str = "0 1", dropped: str = "") -> provenance.Row:
    return provenance.Row(
        subset, "design", 0, variants, dropped, "DejaVu", "Book", "free", "tiny", "tiny", "1", path
    )


def test_png_files_are_what_pillow_reads(tmp_path: Path) -> None:
    from PIL import Image

    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    (tmp_path / "x.png").write_bytes(archive.encode_png(pixels))
    with Image.open(tmp_path / "x.png") as image:
        assert image.mode == "L" and np.array_equal(np.asarray(image), pixels)


# Families and licences


def test_clones_and_styles_are_one_family() -> None:
    letters = np.random.default_rng(0).integers(0, 256, (4, 10, 28, 28)).astype(np.uint8)
    letters[2] = letters[0]  # a clone under another name
    groups = families.design_families(["sans", "serif", "other sans", "serif"], letters)
    assert groups == [0, 1, 0, 1]


def test_spread_takes_the_most_different_cuts() -> None:
    levels = np.array([0, 1, 250, 100], np.uint8)
    letters = np.broadcast_to(levels[:, None, None, None], (4, 10, 28, 28))
    assert families.spread(letters, 3) == [0, 2, 3]
    assert families.spread(letters[[0, 0]], 2) == [0]  # equal ones are not taken twice


@pytest.mark.parametrize(
    ("family", "key"),
    [
        ("Fira Sans Condensed ExtraBold", "fira sans"),
        ("FiraSans-LightItalic", "fira sans"),
        ("Spastic BRK", "spastic"),
        ("Latin Modern Roman 10", "latin modern"),
    ],
)
def test_family_key_forgets_the_style(family: str, key: str) -> None:
    assert family_key(Font(Path("x.ttf"), family, "Regular", "p", "1", "p", "OFL-1.1")) == key


DEP5 = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        (DEP5 + "Files: *\nCopyright: x\nLicense: OFL-1.1\n\nFiles: debian/*\n", "OFL-1.1"),
        (DEP5 + "Files: *\nCopyright: x\nLicense: SIL-1.1\n", "OFL-1.1"),
        (DEP5 + "Files: *\nCopyright: x\nLicense: GPL-2+ with Font exception\n", "GPL-2+ with Font "
         "exception"),
        (DEP5 + "Files: *\nCopyright: x\nLicense: custom\n", None),
        (DEP5 + "Files: *\nCopyright: x\nLicense: CC-BY-NC-3.0\n", None),
        ("Released under the SIL\n Open Font License.\n", "OFL-1.1"),
        ("All rights reserved.\n", None),
    ],
)  # fmt: skip
def test_debian_licences(tmp_path: Path, text: str, licence: str | None) -> None:
    (tmp_path / "copyright").write_text(text)
    assert licences.debian_licence(tmp_path / "copyright") == licence


def test_tex_licences(tmp_path: Path) -> None:
    listing = (
        "Licenses for source package texlive-extra\n\n"
        "nice: ofl lppl1.3\ntexmf-dist/fonts/type1/public/nice/*\n"
        "odd: \ntexmf-dist/fonts/type1/public/odd/*\n"
        "closed: nosell\ntexmf-dist/fonts/type1/public/closed/*\n"
    )
    (tmp_path / "Licenses.gz").write_bytes(gzip.compress(listing.encode()))
    found = {
        name: licences.tex_licence(
            tmp_path / "Licenses.gz", f"texmf-dist/fonts/type1/public/{name}/a.pfb"
        )
        for name in ("nice", "odd", "closed", "absent")
    }
    assert found == {
        "nice": ("nice", "OFL-1.1 and LPPL-1.3"),
        "odd": None,
        "closed": None,
        "absent": None,
    }


# Fidelity: a network that saw only the shipped large set reads real notMNIST


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(not REAL.is_file(), reason="the real images (../shared/data) are not here")
def test_a_network_trained_on_large_reads_real_images(
    large: LetterImages, small: LetterImages
) -> None:
    from coursekit.embedded.judge import accuracy, train_network
    from utils.idx import read_idx_pair

    network = train_network(*stack_letters(large.images), epochs=10, smoothing=0.1, jitter=True)
    scores = {
        "real": accuracy(network, *read_idx_pair(REAL)),
        "small": accuracy(network, *stack_letters(small.images)),
        **{
            name: accuracy(network, to_pixels(images), labels)
            for name, (images, labels) in (
                ("tests", load_hidden_set()),
                ("scores", load_scoring_set()),
            )
        },
    }
    print(scores)
    assert scores["real"] >= 0.935, scores
    assert scores["small"] >= 0.95, scores
    assert min(scores["tests"], scores["scores"]) >= 0.945, scores


def test_full_scale_has_as_many_images_as_the_original() -> None:
    rows = full_scale(provenance.read_table())
    for subset, size in FULL_SIZES.items():
        assert sum(len(row.images()) for row in rows if row.subset == subset) == size
    assert not [row for row in rows if row.subset in provenance.HIDDEN_SUBSETS]
    assert {row.path for row in rows} == {
        r.path for r in provenance.read_table() if r.subset not in provenance.HIDDEN_SUBSETS
    }
