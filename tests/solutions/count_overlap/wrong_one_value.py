"""Wrong: returns the count alone, without the percentage."""


def count_overlap(images, reference):
    known = {hash(image.tobytes()) for image in reference}
    return sum(hash(image.tobytes()) in known for image in images)
