"""The archives come from the right source, both from the same one, and no file is lost."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from file_server import FileServer, serve
from small_archives import as_letter_images, random_letters, write_archive

from utils import sources
from utils.archives import LETTERS, load_letters
from utils.dataset import split
from utils.errors import DataError
from utils.idx import write_idx
from utils.sources import LARGE, SMALL, get_archives

NOWHERE = "http://127.0.0.1:9/"  # nothing listens there
REAL = Path(__file__).parents[2] / "shared" / "data" / "real-notmnist-5k-images-idx3-ubyte.gz"


@pytest.fixture(autouse=True)
def small_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """Embedded archives in tmp_path/embedded and official ones on a server, all of them small."""
    monkeypatch.delenv("NOTMNIST_SOURCE")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sources, "EMBEDDED", tmp_path / "embedded")
    official, sizes = {}, {}
    for name, count in ((LARGE, 6), (SMALL, 3)):
        write_archive(tmp_path / "embedded" / name, count, seed=1)
        official[name] = write_archive(tmp_path / "official" / name, count, seed=2).read_bytes()
        sizes[name] = len(official[name])
    monkeypatch.setattr(sources, "OFFICIAL_SIZES", sizes)
    with serve(FileServer(official)) as server:
        yield server


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def put(data: Path, name: str, origin: str) -> Path:
    """Put an archive into data/: an "official", an "embedded" or "another" one."""
    data.mkdir(exist_ok=True)
    if origin == "another":
        return write_archive(data / name, 4 if name == LARGE else 2, seed=3)
    return Path(shutil.copy(data.parent / origin / name, data / name))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def same(path: Path, other: Path) -> bool:
    return path.read_bytes() == other.read_bytes()


# ---------------------------------------------------------------- the order


def test_first_the_download(
    data: Path, small_world: FileServer, capsys: pytest.CaptureFixture[str]
) -> None:
    archives = get_archives(data, base_url=small_world.url)
    assert archives == (data / LARGE, data / SMALL, "download")
    assert same(archives.large, data.parent / "official" / LARGE)
    said = capsys.readouterr().out
    assert said == (f"Using the official archives, downloaded from {small_world.url} to {data}.\n")
    # then they are there, and nothing is asked again
    small_world.requests.clear()
    archives = get_archives(data, base_url=small_world.url)
    assert archives.origin == "local"
    assert "official size" in capsys.readouterr().out
    assert small_world.requests == []


def test_then_the_embedded_archives(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archives = get_archives(data, base_url=NOWHERE)
    assert archives == (data / LARGE, data / SMALL, "embedded")
    assert same(archives.large, data.parent / "embedded" / LARGE)
    said = capsys.readouterr().out
    assert said.startswith(f"Using the embedded archives, copied to {data}, because: ")
    assert f"The download of {NOWHERE}{LARGE} failed: Connection refused.\n" in said
    assert said.count("\n") == 1
    archives = get_archives(data, base_url=NOWHERE)
    assert archives == (data / LARGE, data / SMALL, "local")
    assert "copies of the embedded ones" in capsys.readouterr().out


def test_files_in_data_come_first(
    data: Path, small_world: FileServer, capsys: pytest.CaptureFixture[str]
) -> None:
    put(data, LARGE, "another")
    put(data, SMALL, "another")
    before = contents(data)
    assert get_archives(data, base_url=small_world.url).origin == "local"
    assert "neither the official nor the embedded ones" in capsys.readouterr().out
    assert small_world.requests == []
    assert contents(data) == before


def test_official_archives_put_there_by_hand_are_remembered(
    data: Path, small_world: FileServer
) -> None:
    large, small = put(data, LARGE, "official"), put(data, SMALL, "official")
    assert get_archives(data, base_url=small_world.url) == (large, small, "local")
    assert small_world.requests == []
    assert set((data / "SHA256SUMS").read_text().split()[1::2]) == {LARGE, SMALL}


def test_a_download_that_is_cut_falls_back_and_can_be_taken_up(
    data: Path, small_world: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("utils.download.time.sleep", lambda seconds: None)
    small_world.cuts = [500] + [0] * 9
    assert get_archives(data, base_url=small_world.url).origin == "embedded"
    assert (data / f"{LARGE}.part").stat().st_size == 500
    small_world.cuts.clear()
    archives = get_archives(data, "download", base_url=small_world.url)
    assert (LARGE, "bytes=500-") in small_world.requests
    assert archives.origin == "download"
    assert same(archives.large, data.parent / "official" / LARGE)
    assert same(archives.small, data.parent / "official" / SMALL)


def test_archives_of_two_sources_are_not_mixed(data: Path, small_world: FileServer) -> None:
    put(data, LARGE, "embedded")  # as when a forced download got only half way
    put(data, SMALL, "official")
    archives = get_archives(data, base_url=NOWHERE)
    assert archives == (
        data.parent / "embedded" / LARGE,
        data.parent / "embedded" / SMALL,
        "embedded",
    )
    archives = get_archives(data, base_url=small_world.url)
    assert archives == (data / LARGE, data / SMALL, "download")
    assert same(archives.large, data.parent / "official" / LARGE)


# ---------------------------------------------------------------- one archive alone


def test_only_the_official_large_one(data: Path, small_world: FileServer) -> None:
    put(data, LARGE, "official")
    assert get_archives(data, base_url=small_world.url).origin == "download"
    assert [name for name, _ in small_world.requests] == [SMALL]


@pytest.mark.parametrize("name", [LARGE, SMALL])
def test_only_one_embedded_copy_is_completed_without_the_network(
    data: Path, small_world: FileServer, name: str
) -> None:
    put(data, name, "embedded")
    assert get_archives(data, base_url=small_world.url).origin == "embedded"
    assert small_world.requests == []
    assert same(data / LARGE, data.parent / "embedded" / LARGE)
    assert same(data / SMALL, data.parent / "embedded" / SMALL)


@pytest.mark.parametrize("name", [LARGE, SMALL])
def test_only_another_archive_is_left_alone(
    data: Path, small_world: FileServer, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put(data, name, "another")
    before = contents(data)
    archives = get_archives(data, base_url=small_world.url)
    assert archives == (
        data.parent / "embedded" / LARGE,
        data.parent / "embedded" / SMALL,
        "embedded",
    )
    assert contents(data) == before
    said = capsys.readouterr().out
    assert "leaving the other archives" in said
    assert f"{data / name} is not the official archive" in said


# ---------------------------------------------------------------- a source asked for


@pytest.mark.parametrize("how", ["argument", "environment"])
@pytest.mark.parametrize("source", ["embedded", "download", "local"])
def test_one_source_can_be_forced(
    data: Path, small_world: FileServer, monkeypatch: pytest.MonkeyPatch, how: str, source: str
) -> None:
    put(data, LARGE, "embedded")
    put(data, SMALL, "embedded")
    if how == "environment":
        monkeypatch.setenv("NOTMNIST_SOURCE", source)
    archives = get_archives(data, source if how == "argument" else None, base_url=small_world.url)
    assert archives == (data / LARGE, data / SMALL, source)
    assert bool(small_world.requests) == (source == "download")


def test_the_argument_is_stronger_than_the_environment(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTMNIST_SOURCE", "download")
    assert get_archives(data, "embedded", base_url=NOWHERE).origin == "embedded"


@pytest.mark.parametrize("wrong", ["Embedded", "internet", " "])
def test_a_wrong_source_is_refused(data: Path, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTMNIST_SOURCE", wrong)
    with pytest.raises(DataError, match=r"no source .* can be local, download or embedded"):
        get_archives(data, base_url=NOWHERE)
    assert not data.exists()


def test_an_empty_variable_is_no_source(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTMNIST_SOURCE", "")
    assert get_archives(data, base_url=NOWHERE).origin == "embedded"


@pytest.mark.parametrize("present", [[], [LARGE], [SMALL]])
def test_local_needs_both(data: Path, present: list[str]) -> None:
    for name in present:
        put(data, name, "official")
    with pytest.raises(DataError, match=r"is missing\. Put .* into"):
        get_archives(data, "local")


def test_a_forced_download_says_what_to_do_when_it_fails(data: Path) -> None:
    with pytest.raises(DataError, match="NOTMNIST_SOURCE=embedded") as caught:
        get_archives(data, "download", base_url=NOWHERE)
    assert f"{NOWHERE}{LARGE}" in str(caught.value)
    assert not (data / LARGE).exists()


def test_a_forced_download_overwrites_no_file_of_yours(data: Path, small_world: FileServer) -> None:
    put(data, SMALL, "another")
    before = contents(data)
    with pytest.raises(DataError, match=r"would overwrite it\. Move it away"):
        get_archives(data, "download", base_url=small_world.url)
    assert contents(data) == before
    assert small_world.requests == []


def test_embedded_archives_do_not_overwrite_official_ones(data: Path) -> None:
    put(data, LARGE, "official")
    put(data, SMALL, "official")
    before = contents(data)
    archives = get_archives(data, "embedded")
    assert archives == (
        data.parent / "embedded" / LARGE,
        data.parent / "embedded" / SMALL,
        "embedded",
    )
    assert contents(data) == before


def test_missing_embedded_archives_are_named(data: Path) -> None:
    (data.parent / "embedded" / SMALL).unlink()
    with pytest.raises(DataError, match=f"embedded/{SMALL} is missing. Unpack the course"):
        get_archives(data, base_url=NOWHERE)
    assert not (data / LARGE).exists()


# ---------------------------------------------------------------- damage


@pytest.mark.parametrize("origin", ["official", "another"])
@pytest.mark.parametrize("source", [None, "local"])
@pytest.mark.parametrize("kind", ["cut", "flipped"])
def test_damaged_files_in_data_are_told_and_kept(
    data: Path, small_world: FileServer, origin: str, source: str | None, kind: str
) -> None:
    put(data, SMALL, origin)
    path = put(data, LARGE, origin)
    good = path.read_bytes()
    path.write_bytes(good[:-100] if kind == "cut" else good[:1000] + b"????" + good[1004:])
    before = contents(data)
    with pytest.raises(DataError, match="Delete it, or move it away") as caught:
        get_archives(data, source, base_url=small_world.url)
    assert str(path) in str(caught.value)
    assert {name: before[name] for name in (LARGE, SMALL)} == {
        name: contents(data)[name] for name in (LARGE, SMALL)
    }


def test_a_file_that_changed_since_the_download_is_told(
    data: Path, small_world: FileServer
) -> None:
    get_archives(data, base_url=small_world.url)
    assert set((data / "SHA256SUMS").read_text().split()[1::2]) == {LARGE, SMALL}
    put(data, SMALL, "another")
    with pytest.raises(DataError, match="has changed since it was downloaded"):
        get_archives(data, base_url=small_world.url)


def test_a_download_of_the_right_size_that_is_no_archive(
    data: Path, small_world: FileServer, capsys: pytest.CaptureFixture[str]
) -> None:
    small_world.files[LARGE] = bytes(len(small_world.files[LARGE]))
    assert get_archives(data, base_url=small_world.url).origin == "embedded"
    assert "complete but damaged" in capsys.readouterr().out
    assert sorted(path.name for path in data.iterdir()) == [LARGE, SMALL]


# ---------------------------------------------------------------- IDX files


def write_pair(folder: Path, name: str, per_letter: int, seed: int = 0) -> None:
    folder.mkdir(exist_ok=True)
    images = np.concatenate(list(random_letters(per_letter, seed).values()))
    labels = np.repeat(np.arange(10, dtype=np.uint8), per_letter)
    write_idx(folder / f"{name}-images-idx3-ubyte.gz", images)
    write_idx(folder / f"{name}-labels-idx1-ubyte.gz", labels)


def test_the_names_of_mnist_are_large_and_small(
    data: Path, small_world: FileServer, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pair(data, "train", 6)
    write_pair(data, "t10k", 2)
    archives = get_archives(data, base_url=small_world.url)
    assert archives.origin == "idx"
    assert [len(load_letters(path).images["C"]) for path in archives[:2]] == [6, 2]
    assert "IDX files train and t10k" in capsys.readouterr().out
    assert small_world.requests == []


def test_a_single_pair_is_divided(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_pair(data, "mine", 10)
    archives = get_archives(data, base_url=NOWHERE)
    large, small = load_letters(archives.large), load_letters(archives.small)
    original = load_letters(data / "mine-images-idx3-ubyte.gz")
    for letter in LETTERS:
        assert len(large.images[letter]) == 8
        assert len(small.images[letter]) == 2
        halves = np.concatenate([large.images[letter], small.images[letter]])
        assert {image.tobytes() for image in halves} == {
            image.tobytes() for image in original.images[letter]
        }
    assert "80% of each class as the large" in capsys.readouterr().out
    before = contents(data)
    assert get_archives(data, base_url=NOWHERE) == archives
    assert contents(data) == before  # the same halves each time
    sizes = [len(labels) for labels in split(large, small)[1::2]]
    assert sizes == [80 - 10, 10, 20]


def test_idx_files_come_before_archives_that_an_earlier_run_left(data: Path) -> None:
    get_archives(data, "embedded")
    write_pair(data, "mine", 10)
    assert get_archives(data, base_url=NOWHERE).origin == "idx"
    assert get_archives(data, "embedded", base_url=NOWHERE).origin == "embedded"


def test_idx_files_that_cannot_be_used_are_told(data: Path) -> None:
    write_pair(data, "one", 5)
    write_pair(data, "two", 5)
    with pytest.raises(DataError, match=r"several pairs of IDX files \(one, two\)"):
        get_archives(data, base_url=NOWHERE)
    (data / "two-images-idx3-ubyte.gz").unlink()
    (data / "one-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match="one-labels-idx1-ubyte"):
        get_archives(data, base_url=NOWHERE)


def test_a_pair_too_small_to_divide(data: Path) -> None:
    write_pair(data, "tiny", 1)
    with pytest.raises(DataError, match="too small to be divided"):
        get_archives(data, base_url=NOWHERE)


@pytest.mark.skipif(not REAL.exists(), reason=f"the real images are not at {REAL.parent}")
def test_the_real_images_go_through_the_same_door(data: Path) -> None:
    data.mkdir()
    for path in REAL.parent.glob("*ubyte.gz"):
        shutil.copy(path, data)
    archives = get_archives(data)
    large, small = load_letters(archives.large), load_letters(archives.small)
    assert {len(large.images[letter]) for letter in LETTERS} == {400}
    assert {len(small.images[letter]) for letter in LETTERS} == {100}
    dataset = split(large, small)
    assert [len(labels) for labels in dataset[1::2]] == [3_600, 400, 1_000]


def test_stand_ins_of_these_tests_are_like_the_real_thing(tmp_path: Path) -> None:
    loaded = load_letters(tmp_path / "official" / LARGE)
    expected = as_letter_images(random_letters(6, seed=2))
    for letter in LETTERS:
        np.testing.assert_array_equal(loaded.images[letter], expected.images[letter])
