"""Wrong: takes the mean of an image for its hash; different images have the same."""


def count_overlap(images, reference):
    known = {round(float(r.mean()) / 10) for r in reference}
    count = sum(round(float(i.mean()) / 10) in known for i in images)
    return count, 100 * count / len(images)
