"""Download a file so that a cut line costs nothing: resume, check, then put it in place."""

import http.client
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from utils.errors import DataError
from utils.files import need_space, progress_bar, replacing, sha256, write_problem

CHUNK = 2**17  # bytes read from the connection in one go
RETRIES = 3  # attempts in a row that may bring nothing, once the download has begun
BAR_DELAY = 0.5  # seconds; without network no bar appears
CHECKSUMS = "SHA256SUMS"  # beside the files; `sha256sum -c SHA256SUMS` reads it too


def download(
    url: str,
    target: Path,
    size: int,
    *,
    check: Callable[[Path], None] = lambda path: None,
    next_source: str = "",
    timeout: float = 5.0,
    progress: bool = True,
) -> None:
    """Download `url`, which has `size` bytes, to `target`.

    What has arrived is kept in `<target>.part`, so that a second attempt, or a second call,
    continues there (HTTP range requests, RFC 9110 section 14). `target` appears only when the size
    is right and `check`, which may raise DataError, is content; its SHA-256 is then recorded.
    No answer for `timeout` seconds counts as a cut line. Raises DataError with the URL and the
    sentence `next_source` if it fails.
    """
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if _size(part) > size:
            part.unlink()
    except OSError as problem:
        raise DataError(write_problem(part, problem)) from problem
    need_space(target.parent, size - _size(part))
    try:
        _fetch_all(url, part, size, timeout, progress)
    except _DownloadError as failure:
        kept = f" {_size(part):,} of {size:,} bytes are kept in {part}." if _size(part) else ""
        raise DataError(
            f"The download of {url} failed: {failure}.{kept} {next_source}".rstrip()
        ) from failure
    try:
        check(part)
    except DataError as problem:
        part.unlink()
        raise DataError(
            f"The download of {url} is complete but damaged, and was thrown away. {next_source}"
        ) from problem
    try:
        part.replace(target)
    except OSError as problem:
        raise DataError(write_problem(target, problem)) from problem
    remember_checksum(target)


def remember_checksum(path: Path) -> None:
    """Write the SHA-256 of `path` into the file SHA256SUMS beside it."""
    known = _checksums(path.parent) | {path.name: sha256(path)}
    with replacing(path.with_name(CHECKSUMS)) as file:
        file.write("".join(f"{known[name]}  {name}\n" for name in sorted(known)).encode())


def has_known_checksum(path: Path) -> bool:
    """Whether SHA256SUMS knows `path`. Raises DataError when it knows another content."""
    known = _checksums(path.parent).get(path.name)
    if known is not None and known != sha256(path):
        raise DataError(
            f"{path} has changed since it was downloaded: its SHA-256 is not the one in "
            f"{path.with_name(CHECKSUMS)}. Delete {path.name} to download it again, "
            f"or delete {CHECKSUMS} if you replaced the file on purpose."
        )
    return known is not None


class _DownloadError(Exception):
    """Why a download stopped, in words that fit after a colon."""


def _fetch_all(url: str, part: Path, size: int, timeout: float, progress: bool) -> None:
    """Fetch until `part` has `size` bytes; go on after a cut as long as that brings more bytes."""
    started = _size(part)
    fruitless = 0
    name = part.name.removesuffix(".part")
    with progress_bar(size, name, done=started, delay=BAR_DELAY, show=progress) as bar:
        while (before := _size(part)) < size:
            try:
                _fetch(url, part, size, timeout, bar)
                problem = "the connection was closed before the end"
            except urllib.error.HTTPError as error:
                raise _DownloadError(f"the server answers {error.code} {error.reason}") from error
            except (OSError, http.client.HTTPException) as error:
                problem = _in_words(error)
            fruitless = fruitless + 1 if _size(part) <= before else 0
            # a server that never answered gets no second chance: the next source is waiting
            if fruitless > (RETRIES if _size(part) > started else 0):
                raise _DownloadError(problem)
            time.sleep(fruitless)


def _fetch(url: str, part: Path, size: int, timeout: float, bar: tqdm) -> None:
    """One request: append to `part` what is still missing, as far as the connection carries."""
    have = _size(part)
    request = urllib.request.Request(url)
    if have:
        request.add_header("Range", f"bytes={have}-")
    with urllib.request.urlopen(request, timeout=timeout) as response:
        if response.status != http.HTTPStatus.PARTIAL_CONTENT:
            have = 0  # this server sends the whole file again
        announced = response.headers["Content-Length"]
        if announced is not None and have + int(announced) != size:
            raise _DownloadError(
                f"the server offers {have + int(announced):,} bytes where {size:,} are expected "
                "(perhaps a login page of this network)"
            )
        bar.n = have
        with _appending(part, have) as append:
            while have < size and (data := response.read(min(CHUNK, size - have))):
                append(data)
                have += len(data)
                bar.update(len(data))


@contextmanager
def _appending(part: Path, position: int) -> Iterator[Callable[[bytes], None]]:
    """Gives a function that writes to `part` from `position` on. Raises DataError if it can't."""
    try:
        file = part.open("r+b" if position else "wb")
    except OSError as problem:
        raise DataError(write_problem(part, problem)) from problem

    def append(data: bytes) -> None:
        try:
            file.write(data)
            file.flush()
        except OSError as problem:
            raise DataError(write_problem(part, problem)) from problem

    with file:
        file.seek(position)
        yield append


def _in_words(problem: Exception) -> str:
    reason = getattr(problem, "reason", problem)
    if isinstance(reason, TimeoutError):
        return "the server does not answer"
    if isinstance(reason, socket.gaierror):
        return "the server's name is unknown, so there is probably no network"
    return str(getattr(reason, "strerror", None) or reason)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _checksums(folder: Path) -> dict[str, str]:
    path = folder / CHECKSUMS
    if not path.is_file():
        return {}
    pairs = (line.split(maxsplit=1) for line in path.read_text("utf-8", "replace").splitlines())
    return {pair[1].lstrip("*"): pair[0] for pair in pairs if len(pair) == 2}
