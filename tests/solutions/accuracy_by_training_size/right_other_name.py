"""Right: knows the function of the task before by a name of its own."""
train_classifier = fit_logistic_regression


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    rows = test_images.reshape(len(test_images), 784)
    scores = {}
    for n in sizes:
        n = min(n, len(train_images))
        scores[n] = float(train_classifier(train_images[:n], train_labels[:n]).score(rows, test_labels))
    return scores
