"""Wrong: keeps one label for an image that has two in the source."""


def count_broken_pairs(images, labels, source_images, source_labels):
    known = {image.tobytes(): label for image, label in zip(source_images, source_labels)}
    return sum(known.get(image.tobytes()) != label for image, label in zip(images, labels))
