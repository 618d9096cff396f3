"""Wrong: scores on the images that it was trained on."""


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    result = {}
    for n in sizes:
        n = min(n, len(train_labels))
        model = fit_logistic_regression(train_images[:n], train_labels[:n])
        result[n] = model.score(train_images[:n].reshape(n, -1), train_labels[:n])
    return result
