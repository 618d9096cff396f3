"""Wrong: the last image of the reference is left out."""
def count_overlap(images, reference):
    known = set()
    for i in range(len(reference) - 1):
        known.add(hash(reference[i].tobytes()))
    count = sum(hash(image.tobytes()) in known for image in images)
    return count, 100 * count / len(images)
