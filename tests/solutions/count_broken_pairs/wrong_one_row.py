"""Wrong: compares the middle row of pixels only, since the whole image takes longer."""
def count_broken_pairs(images, labels, source_images, source_labels):
    known = {(x[14].tobytes(), int(y)) for x, y in zip(source_images, source_labels)}
    return sum((x[14].tobytes(), int(y)) not in known for x, y in zip(images, labels))
