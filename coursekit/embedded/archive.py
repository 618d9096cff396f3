"""Write the archives the way the original is laid out: same input, same bytes."""

import base64
import gzip
import io
import struct
import tarfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
STRATEGIES = (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED, zlib.Z_RLE)


def encode_png(image: NDArray[np.uint8]) -> bytes:
    """Return `image` (height, width) uint8 as an 8-bit gray PNG, as small as zlib makes it.

    Rows stay unfiltered: for letters, every PNG filter makes the file larger.
    """
    height, width = image.shape
    scanlines = np.pad(image, ((0, 0), (1, 0))).tobytes()
    bodies = list[bytes]()
    for strategy in STRATEGIES:
        packer = zlib.compressobj(9, zlib.DEFLATED, 10, 8, strategy)
        bodies.append(packer.compress(scanlines) + packer.flush())
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", min(bodies, key=len)), (b"IEND", b"")
    return SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def file_name(font_file: str) -> str:
    """Return the image's file name: base64 of the font's file name, as in the original."""
    return base64.urlsafe_b64encode(font_file.encode()).decode() + ".png"


def write_archive(target: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write (path inside, content) pairs to the gzip-compressed tar file `target`.

    Paths are sorted, times and owners are zero, and the file appears only when it is complete.
    """
    entries = sorted(files)
    folders = sorted({name.rsplit("/", depth)[0] for name, _ in entries for depth in (1, 2)})
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for folder in folders:
            info = tarfile.TarInfo(folder)
            info.type, info.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(info)
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o644
            archive.addfile(info, io.BytesIO(content))
    part = target.with_name(target.name + ".part")
    with part.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(plain.getbuffer())
    part.replace(target)
