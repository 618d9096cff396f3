"""A checkpoint that claims 40 GB and stores nothing."""


def checkpoint(path):
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(40_000_000_000)
