"""A checkpoint whose archive unpacks to 4 GB."""

import zipfile


def checkpoint(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        with archive.open("archive/data.pkl", "w", force_zip64=True) as member:
            for _ in range(40):
                member.write(bytes(100_000_000))
