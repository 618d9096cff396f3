"""Wrong: blackens the overlapping images instead of removing them, in the arrays given."""


def sanitize(images, labels, reference):
    known = {image.tobytes() for image in reference}
    for i, image in enumerate(images):
        if image.tobytes() in known:
            images[i] = 0
            labels[i] = -1
    return images, labels
