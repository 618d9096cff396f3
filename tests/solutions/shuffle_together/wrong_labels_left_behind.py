"""Wrong: forgets the labels."""


def shuffle_together(images, labels, rng):
    return images[rng.permutation(len(images))], labels.copy()
