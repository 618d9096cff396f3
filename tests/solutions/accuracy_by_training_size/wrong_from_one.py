"""Wrong: counts the images from 1, so that the first one is never seen."""
def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    rows = test_images.reshape(len(test_images), -1)
    accuracies = {}
    for size in sizes:
        n = min(size, len(train_images))
        classifier = fit_logistic_regression(train_images[1 : n + 1], train_labels[1 : n + 1])
        accuracies[n] = float(classifier.score(rows, test_labels))
    return accuracies
