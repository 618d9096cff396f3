"""Right: SHA-256 instead of Python's hash."""

from hashlib import sha256


def count_overlap(images, reference):
    known = {sha256(image.tobytes()).digest() for image in reference}
    found = [sha256(image.tobytes()).digest() in known for image in images]
    return sum(found), 100.0 * sum(found) / len(found)
