"""The `data/` folder that graded notebooks see: the embedded set, cut down to run in seconds."""

import contextlib
import functools
import hashlib
import itertools
import tarfile
import tempfile
from pathlib import Path

from coursekit.course import REPOSITORY
from utils.archives import load_letters
from utils.dataset import save_dataset, split

_EMBEDDED = REPOSITORY / "utils" / "embedded"

_ARCHIVES = {"notMNIST_large.tar.gz": 200, "notMNIST_small.tar.gz": 50}
"""The embedded archives, and how many images of each letter are kept."""


def grading_data(cache: Path) -> Path:
    """Return a folder below `cache` with both archives and the curated `notMNIST.npz`.

    The archives hold the first images of each letter of the embedded ones: 2,000 large and 500
    small images, laid out like the originals. The folder is made on first use, and anew when the
    embedded archives change; several processes may ask for it at once.
    """
    folder = cache / _fingerprint()
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="unfinished-") as temporary:
        unfinished = Path(temporary) / "data"
        unfinished.mkdir()
        large, small = (
            load_letters(_cut_archive(name, unfinished, count), progress=False)
            for name, count in _ARCHIVES.items()
        )
        save_dataset(split(large, small), unfinished / "notMNIST.npz")
        with contextlib.suppress(OSError):  # another process was quicker, with the same content
            unfinished.rename(folder)
    return folder


@functools.cache  # the embedded archives belong to the kit, and do not change while it runs
def _fingerprint() -> str:
    digest = hashlib.sha256()
    for name in _ARCHIVES:
        with (_EMBEDDED / name).open("rb") as archive:
            digest.update(hashlib.file_digest(archive, "sha256").digest())
    return digest.hexdigest()[:12]


def _cut_archive(name: str, folder: Path, per_letter: int) -> Path:
    whole_archive = _EMBEDDED / name
    with tarfile.open(whole_archive) as whole, tarfile.open(folder / name, "w:gz") as cut:
        by_folder = itertools.groupby(
            (member for member in whole if member.isfile()),
            key=lambda member: Path(member.name).parent,
        )
        for _, members in by_folder:
            for member in itertools.islice(members, per_letter):
                cut.addfile(member, whole.extractfile(member))
    return folder / name
