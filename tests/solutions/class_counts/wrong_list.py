"""Wrong: a list of counts, which has no minimum and no maximum."""


def class_counts(labels, classes=10):
    return [int((labels == k).sum()) for k in range(classes)]
