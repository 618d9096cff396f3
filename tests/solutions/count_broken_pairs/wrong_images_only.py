"""Wrong: looks up the images and ignores the labels."""


def count_broken_pairs(images, labels, source_images, source_labels):
    known = {image.tobytes() for image in source_images}
    return sum(image.tobytes() not in known for image in images)
