"""The small data folder of graded notebooks."""

import subprocess
import sys
from pathlib import Path

from coursekit.grading_data import grading_data
from utils.dataset import load_dataset

ASK = "import sys; from coursekit.grading_data import grading_data as g; from pathlib import Path; "
ASK += "print(g(Path(sys.argv[1])))"


def test_several_processes_may_ask_for_it_at_once(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    processes = [
        subprocess.Popen([sys.executable, "-c", ASK, cache], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = {process.communicate()[0].strip() for process in processes}
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert answers == {str(grading_data(cache))}
    assert [folder.name for folder in cache.iterdir()] == [Path(answers.pop()).name]


def test_it_is_balanced_and_small(tmp_path: Path) -> None:
    dataset = load_dataset(grading_data(tmp_path) / "notMNIST.npz")
    assert len(dataset.train_labels) == 1800
    assert len(dataset.test_labels) == 500
