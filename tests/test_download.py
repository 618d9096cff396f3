"""A download resumes, is checked, and leaves a good file or none."""

import hashlib
import shutil
import socket
import time
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest
from file_server import FileServer, serve

from utils import download as module
from utils.download import download, has_known_checksum, remember_checksum
from utils.errors import DataError
from utils.files import SPARE

DATA = np.random.default_rng(0).bytes(1_000_000)
NEXT = "Next source: the embedded archives."


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def fetch(server: FileServer, target: Path, **options) -> None:
    options = {"size": len(DATA), "next_source": NEXT, "progress": False} | options
    download(f"{server.url}x.bin", target, **options)


def test_a_file_arrives_and_its_checksum_is_recorded(tmp_path: Path) -> None:
    target = tmp_path / "data" / "x.bin"  # the folder is made
    with serve(FileServer({"x.bin": DATA})) as server:
        fetch(server, target)
    assert target.read_bytes() == DATA
    assert sorted(path.name for path in target.parent.iterdir()) == ["SHA256SUMS", "x.bin"]
    line = f"{hashlib.sha256(DATA).hexdigest()}  x.bin\n"
    assert (target.parent / "SHA256SUMS").read_text() == line
    assert server.requests == [("x.bin", None)]


def test_the_bar_shows_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr(module, "BAR_DELAY", 0)
    (tmp_path / "x.bin.part").write_bytes(DATA[:250_000])
    with serve(FileServer({"x.bin": DATA})) as server:
        fetch(server, tmp_path / "x.bin", progress=True)
    shown = capsys.readouterr().err
    assert "x.bin:  25%" in shown  # what is there already counts
    assert "100%" in shown
    assert "1.00M/1.00M" in shown


def test_a_cut_line_is_taken_up_where_it_stopped(tmp_path: Path) -> None:
    with serve(FileServer({"x.bin": DATA}, cuts=[300_000, 200_000])) as server:
        fetch(server, tmp_path / "x.bin")
    assert (tmp_path / "x.bin").read_bytes() == DATA
    assert server.requests == [
        ("x.bin", None),
        ("x.bin", "bytes=300000-"),
        ("x.bin", "bytes=500000-"),
    ]


def test_a_later_call_takes_up_an_earlier_one(tmp_path: Path) -> None:
    target = tmp_path / "x.bin"
    with serve(FileServer({"x.bin": DATA}, cuts=[400_000] + [0] * 10)) as server:
        with pytest.raises(DataError) as caught:
            fetch(server, target)
        message = str(caught.value)
        assert f"{server.url}x.bin" in message
        assert "closed before the end" in message
        assert "400,000 of 1,000,000 bytes are kept" in message
        assert message.endswith(NEXT)
        assert not target.exists()
        assert len(server.requests) == 1 + 1 + module.RETRIES
        server.cuts.clear()
        fetch(server, target)
    assert server.requests[-1] == ("x.bin", "bytes=400000-")
    assert target.read_bytes() == DATA
    assert not (tmp_path / "x.bin.part").exists()


def test_a_server_without_ranges_starts_again(tmp_path: Path) -> None:
    (tmp_path / "x.bin.part").write_bytes(b"?" * 300_000)
    with serve(FileServer({"x.bin": DATA}, ranges=False, cuts=[500_000])) as server:
        fetch(server, tmp_path / "x.bin")
    assert (tmp_path / "x.bin").read_bytes() == DATA
    assert [wanted for _, wanted in server.requests] == ["bytes=300000-", "bytes=500000-"]


def test_a_server_without_ranges_that_always_cuts_is_given_up(tmp_path: Path) -> None:
    server = FileServer({"x.bin": DATA}, ranges=False, cuts=[500_000] * 20)
    with serve(server), pytest.raises(DataError, match="closed before the end"):
        fetch(server, tmp_path / "x.bin")


def test_a_part_that_is_too_long_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "x.bin.part").write_bytes(bytes(len(DATA) + 1))
    with serve(FileServer({"x.bin": DATA})) as server:
        fetch(server, tmp_path / "x.bin")
    assert (tmp_path / "x.bin").read_bytes() == DATA


def test_a_part_that_is_complete_needs_no_server(tmp_path: Path) -> None:
    (tmp_path / "x.bin.part").write_bytes(DATA)
    server = FileServer({}, url="http://127.0.0.1:9/")
    fetch(server, tmp_path / "x.bin")
    assert (tmp_path / "x.bin").read_bytes() == DATA


def refuse(path: Path) -> None:
    raise DataError(f"{path} is damaged.")


def test_a_file_that_fails_its_check_is_thrown_away(tmp_path: Path) -> None:
    target = tmp_path / "x.bin"
    target.write_bytes(b"the file before")
    with (
        serve(FileServer({"x.bin": DATA})) as server,
        pytest.raises(DataError, match=r"complete but damaged.*Next source"),
    ):
        fetch(server, target, check=refuse)
    assert [path.name for path in tmp_path.iterdir()] == ["x.bin"]
    assert target.read_bytes() == b"the file before"


@pytest.mark.parametrize(
    ("server", "says"),
    [
        (FileServer({}), "answers 404"),
        (FileServer({"x.bin": DATA}, status=503), "answers 503"),
        (FileServer({"x.bin": DATA[:-1]}), "offers 999,999 bytes where 1,000,000 are expected"),
        (FileServer({"x.bin": b"<html>Log in</html>"}), "login page"),
        (FileServer({"x.bin": DATA}, cuts=[0]), "closed before the end"),
    ],
)
def test_a_server_that_has_no_such_file_is_asked_once(
    tmp_path: Path, server: FileServer, says: str
) -> None:
    server.requests.clear()
    with serve(server), pytest.raises(DataError, match=says) as caught:
        fetch(server, tmp_path / "x.bin")
    assert f"{server.url}x.bin" in str(caught.value)
    assert str(caught.value).endswith(NEXT)
    assert len(server.requests) == 1
    assert not (tmp_path / "x.bin").exists()


def test_a_silent_server_is_left_soon(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # accepts, never answers
        server = FileServer({}, url=f"http://127.0.0.1:{deaf.getsockname()[1]}/")
        start = time.monotonic()
        with pytest.raises(DataError, match="the server does not answer"):
            fetch(server, tmp_path / "x.bin", timeout=0.3)
        assert time.monotonic() - start < 2


def test_a_machine_without_network_falls_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(DataError, match=r"[Rr]efused"):
        fetch(FileServer({}, url=f"http://127.0.0.1:{port}/"), tmp_path / "x.bin", progress=True)
    assert capsys.readouterr().err == ""  # no bar that never moves

    def unknown(*args: object, **options: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(DataError, match="there is probably no network"):
        fetch(FileServer({}, url="http://example.invalid/"), tmp_path / "x.bin")


def test_a_full_disk_is_noticed_before_the_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(0, 0, 500_000))
    server = FileServer({"x.bin": DATA})
    with serve(server), pytest.raises(DataError, match="1 MB are needed, 500,000 bytes are free"):
        fetch(server, tmp_path / "x.bin")
    assert server.requests == []
    (tmp_path / "x.bin.part").write_bytes(DATA[:600_000])  # what is there need not fit once more
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(0, 0, SPARE + 400_000))
    with serve(server):
        fetch(server, tmp_path / "x.bin")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk always full")
def test_a_disk_that_fills_up_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "x.bin.part").symlink_to("/dev/full")
    server = FileServer({"x.bin": DATA})
    with serve(server), pytest.raises(DataError, match=r"the disk .* is full\. Free some space"):
        fetch(server, tmp_path / "x.bin")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(DataError, match="could not be written"):
        fetch(FileServer({}), tmp_path / "data" / "x.bin")


def test_checksums_are_kept_for_several_files_and_compared(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    assert not has_known_checksum(one)
    remember_checksum(two)
    remember_checksum(one)
    assert has_known_checksum(one)
    assert has_known_checksum(two)
    names = [line.split()[1] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()]
    assert names == ["one", "two"]
    one.write_bytes(b"changed")
    with pytest.raises(DataError, match="has changed since it was downloaded") as caught:
        has_known_checksum(one)
    assert "SHA256SUMS" in str(caught.value)
    assert one.read_bytes() == b"changed"
