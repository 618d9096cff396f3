"""Wrong: a fraction instead of a percentage."""


def count_overlap(images, reference):
    known = {r.tobytes() for r in reference}
    count = sum(i.tobytes() in known for i in images)
    return count, count / len(images)
