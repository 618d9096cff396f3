"""Wrong: returns where the broken pairs stand instead of how many there are."""


def count_broken_pairs(images, labels, source_images, source_labels):
    known = {(i.tobytes(), int(k)) for i, k in zip(source_images, source_labels)}
    return [n for n, (i, k) in enumerate(zip(images, labels)) if (i.tobytes(), int(k)) not in known]
