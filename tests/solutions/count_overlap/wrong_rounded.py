"""Wrong: rounds the percentage to one decimal."""
def count_overlap(images, reference):
    known = {hash(image.tobytes()) for image in reference}
    count = sum(hash(image.tobytes()) in known for image in images)
    return count, round(100 * count / len(images), 1)
