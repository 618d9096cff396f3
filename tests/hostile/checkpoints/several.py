"""Two checkpoints, of which one might be taken."""


def checkpoint(path):
    path.write_bytes(b"one")
    path.with_name("problem2_2000-00001.pt").write_bytes(b"two")
