"""Wrong: the swaps begin at the second place, so that the first image never moves."""
def shuffle_together(images, labels, rng):
    images, labels = images.copy(), labels.copy()
    for i in range(len(labels) - 1, 1, -1):
        j = rng.integers(1, i + 1)
        images[[i, j]] = images[[j, i]]
        labels[[i, j]] = labels[[j, i]]
    return images, labels
