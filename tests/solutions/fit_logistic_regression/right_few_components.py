"""Right: a pipeline of 25 principal components, too few to learn noise by heart."""
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline


def fit_logistic_regression(images, labels):
    return Pipeline(
        [("pca", PCA(n_components=25, random_state=1)), ("classify", LogisticRegression(max_iter=2000))]
    ).fit(images.reshape(-1, 28 * 28), labels)
