"""Wrong: a list of mean images, which later cells cannot compute with."""


def mean_images(images):
    return [letter_images.mean(axis=0) for letter_images in images.values()]
