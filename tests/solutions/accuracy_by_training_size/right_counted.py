"""Right: counts the hits in a loop, with an early end when the data is used up."""


def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
    result = {}
    for n in sizes:
        part, part_labels = train_images[:n], train_labels[:n]
        model = fit_logistic_regression(part, part_labels)
        hits = 0
        for predicted, label in zip(model.predict(test_images.reshape(-1, 784)), test_labels):
            hits += predicted == label
        result[len(part)] = hits / len(test_labels)
    return result
