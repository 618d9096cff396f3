"""Wrong: one row of the image stands for all of it."""
def count_overlap(images, reference):
    known = {image[13].tobytes() for image in reference}
    count = sum(image[13].tobytes() in known for image in images)
    return count, 100 * count / len(images)
