"""Wrong: one permutation for the images and another for the labels."""


def shuffle_together(images, labels, rng):
    return images[rng.permutation(len(images))], labels[rng.permutation(len(labels))]
