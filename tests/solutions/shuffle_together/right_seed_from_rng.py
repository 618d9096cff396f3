"""Right: scikit-learn's shuffle with a seed that is drawn from rng."""

from sklearn.utils import shuffle


def shuffle_together(images, labels, rng):
    return tuple(shuffle(images, labels, random_state=int(rng.integers(2**31))))
