"""Right: the classifier's own score, sizes made unique first."""


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    rows = test_images.reshape(-1, 784)
    wanted = sorted({min(n, len(train_labels)) for n in sizes})
    return {
        n: fit_logistic_regression(train_images[:n], train_labels[:n]).score(rows, test_labels)
        for n in wanted
    }
