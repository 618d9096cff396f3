"""Wrong: the difference of two sets: equal broken pairs count once."""


def count_broken_pairs(images, labels, source_images, source_labels):
    source = {(i.tobytes(), int(k)) for i, k in zip(source_images, source_labels, strict=True)}
    mine = {(i.tobytes(), int(k)) for i, k in zip(images, labels, strict=True)}
    return len(mine - source)
