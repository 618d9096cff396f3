"""Wrong: two lists, which cannot be normalized."""


def sanitize(images, labels, reference):
    known = {image.tobytes() for image in reference}
    kept = [i for i, image in enumerate(images) if image.tobytes() not in known]
    return [images[i] for i in kept], [labels[i] for i in kept]
