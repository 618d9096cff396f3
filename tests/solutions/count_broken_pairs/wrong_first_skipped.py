"""Wrong: the loop begins at 1 and never looks at the first pair."""
def count_broken_pairs(images, labels, source_images, source_labels):
    known = set()
    for i in range(len(source_images)):
        known.add((source_images[i].tobytes(), int(source_labels[i])))
    broken = 0
    for i in range(1, len(images)):
        if (images[i].tobytes(), int(labels[i])) not in known:
            broken += 1
    return broken
