"""Wrong: counts the images of the reference that occur among the images."""


def count_overlap(images, reference):
    known = {hash(image.tobytes()) for image in images}
    count = sum(hash(image.tobytes()) in known for image in reference)
    return count, 100 * count / len(images)
