"""Wrong: the accuracies are sorted before they are matched with the sizes.

Hidden only.
"""
def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    rows = test_images.reshape(len(test_images), -1)
    keys = sorted({min(size, len(train_images)) for size in sizes})
    found = [
        fit_logistic_regression(train_images[:n], train_labels[:n]).score(rows, test_labels)
        for n in keys
    ]
    return dict(zip(keys, sorted(found)))
