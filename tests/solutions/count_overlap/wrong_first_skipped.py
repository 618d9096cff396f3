"""Wrong: the first image of the set is never looked up."""
def count_overlap(images, reference):
    known = {image.tobytes() for image in reference}
    count = 0
    for i in range(1, len(images)):
        count += images[i].tobytes() in known
    return count, 100 * count / len(images)
