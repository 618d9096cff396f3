"""Wrong: counts the images that do not overlap."""


def count_overlap(images, reference):
    known = {hash(image.tobytes()) for image in reference}
    count = sum(hash(image.tobytes()) not in known for image in images)
    return count, 100 * count / len(images)
