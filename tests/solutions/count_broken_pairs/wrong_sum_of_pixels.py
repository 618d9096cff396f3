"""Wrong: the sum of the pixels stands for the image."""
def count_broken_pairs(images, labels, source_images, source_labels):
    known = {(int(x.sum()), int(y)) for x, y in zip(source_images, source_labels)}
    return sum((int(x.sum()), int(y)) not in known for x, y in zip(images, labels))
