"""Wrong: the sum of the pixels as a hash."""


def count_overlap(images, reference):
    known = {float(image.sum()) for image in reference}
    count = sum(float(image.sum()) in known for image in images)
    return count, 100 * count / len(images)
