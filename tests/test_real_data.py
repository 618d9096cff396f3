"""The three solved notebooks, from the first cell to the last, on 5,000 real notMNIST images."""

import json
import shutil
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from this_course import NOTEBOOKS

from coursekit.course import REPOSITORY, Course
from coursekit.release import write_notebook
from coursekit.source import read_source
from coursekit.student_run import fill_in, run_notebook

REAL = REPOSITORY.parent / "shared" / "data"

pytestmark = [
    pytest.mark.skipif(
        not list(REAL.glob("*-images-idx3-ubyte.gz")),
        reason="the 5,000 real notMNIST images are not there (../shared/data)",
    ),
    pytest.mark.timeout(900),
]

FIGURES = {
    "1-1": "{str(n): float(a) for n, a in accuracies.items()}",
    "1-2": "[float(x) for x in history['loss']] + [float(np.mean(test_classes == y_test))]",
    "1-3": "evaluate(model, test_loader)",
}
"""What a cell at the end of each solved notebook writes into `figures.json`."""


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("real")
    (folder / "utils").symlink_to(REPOSITORY / "utils")
    shutil.copy(REPOSITORY / "experiments.yaml", folder)
    (folder / "model_checkpoints").mkdir()
    shutil.copytree(REAL, folder / "data", ignore=shutil.ignore_patterns("README*"))
    results = {}
    for name in NOTEBOOKS:
        part = next(part for part in FIGURES if part in name)
        notebook = fill_in(
            nbformat.read(REPOSITORY / f"{name}.ipynb", as_version=4),
            read_source(Course(REPOSITORY), name),
        )
        figure = f"import json\njson.dump({FIGURES[part]}, open('figures.json', 'w'))"
        notebook.cells.append(new_code_cell(figure, id="figures"))
        write_notebook(folder / f"{name}.ipynb", notebook)
        run_notebook(folder / f"{name}.ipynb", environment={"NOTMNIST_SOURCE": "local"})
        results[part] = json.loads((folder / "figures.json").read_text())
    kept = REPOSITORY / "build" / "figures_on_real_images.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(results, indent=1))
    return results


def test_logistic_regression_gets_better_with_more_images(figures):
    accuracies = list(figures["1-1"].values())
    assert len(accuracies) == 4
    assert accuracies == sorted(accuracies)
    assert accuracies[0] > 0.65
    assert accuracies[-1] > 0.85


def test_the_numpy_network_learns(figures):
    *losses, accuracy = figures["1-2"]
    assert losses[-1] < 0.6 * losses[0]
    assert accuracy > 0.88


def test_the_pytorch_network_learns(figures):
    assert figures["1-3"] > 0.88
