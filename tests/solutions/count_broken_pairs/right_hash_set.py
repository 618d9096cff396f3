"""Right: a set of pairs of hash and label, and a comprehension over the pairs."""


def count_broken_pairs(images, labels, source_images, source_labels):
    known = set()
    for image, label in zip(source_images, source_labels, strict=True):
        known.add((hash(image.tobytes()), int(label)))
    pairs = ((hash(i.tobytes()), int(k)) for i, k in zip(images, labels, strict=True))
    return len([pair for pair in pairs if pair not in known])
