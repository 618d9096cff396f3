"""Wrong: leaves out sizes that are too large instead of cutting them."""


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    result = {}
    for n in sizes:
        if n <= len(train_labels):
            model = fit_logistic_regression(train_images[:n], train_labels[:n])
            result[n] = model.score(test_images.reshape(-1, 784), test_labels)
    return result
