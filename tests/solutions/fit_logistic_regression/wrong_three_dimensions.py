<<<<<<< HEAD
"""Wrong: forgets to flatten the images.

Also breaks:
    accuracy_by_training_size,
    accuracy_by_training_size__default_sizes
"""

=======
"""Wrong: forgets to flatten the images."""
>>>>>>> curation
from sklearn.linear_model import LogisticRegression


def fit_logistic_regression(images, labels):
    return LogisticRegression(max_iter=1000).fit(images, labels)
