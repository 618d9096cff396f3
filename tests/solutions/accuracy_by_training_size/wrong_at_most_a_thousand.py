"""Wrong: never trains on more than a thousand images, but names the size that was asked for.

Hidden only.
"""
def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    rows = test_images.reshape(len(test_images), -1)
    accuracies = {}
    for size in sizes:
        n = min(size, len(train_images))
        used = min(n, 1000)
        classifier = fit_logistic_regression(train_images[:used], train_labels[:used])
        accuracies[n] = float(classifier.score(rows, test_labels))
    return accuracies
