"""Right: a dict from the bytes of an image to the labels it has."""

from collections import defaultdict


def count_broken_pairs(images, labels, source_images, source_labels):
    known = defaultdict(set)
    for image, label in zip(source_images, source_labels):
        known[image.tobytes()].add(int(label))
    broken = 0
    for image, label in zip(images, labels):
        if int(label) not in known.get(image.tobytes(), ()):
            broken += 1
    return broken
