"""Wrong: scores on a thousand test images at most.

Hidden only.
"""
def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    rows = test_images.reshape(len(test_images), -1)[:1000]
    accuracies = {}
    for size in sizes:
        n = min(size, len(train_images))
        classifier = fit_logistic_regression(train_images[:n], train_labels[:n])
        accuracies[n] = classifier.score(rows, test_labels[:1000])
    return accuracies
