"""Wrong: the size of the intersection, which counts equal images once."""


def count_overlap(images, reference):
    common = {i.tobytes() for i in images} & {r.tobytes() for r in reference}
    return len(common), 100 * len(common) / len(images)
