"""Wrong: divides by the size of the reference."""


def count_overlap(images, reference):
    known = {r.tobytes() for r in reference}
    count = sum(i.tobytes() in known for i in images)
    return count, 100 * count / len(reference)
