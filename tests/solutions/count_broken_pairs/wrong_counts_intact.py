"""Wrong: counts the pairs that are in order instead of the broken ones."""


def count_broken_pairs(images, labels, source_images, source_labels):
    known = {(i.tobytes(), int(k)) for i, k in zip(source_images, source_labels)}
    return sum((i.tobytes(), int(k)) in known for i, k in zip(images, labels))
