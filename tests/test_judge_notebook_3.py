"""Notebook 1-3 in the judge: its graded cells tell right from wrong across the bridge."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from judged_notebook import JudgedNotebook
from notebook_runner import solutions

from coursekit.checkpoint_of import SMALL_MODEL, checkpoint_of
from coursekit.judge.verdict import Ending, Verdict
from utils.dataset import load_dataset

TASKS = (
    "letter_dataset",
    "naive_linear",
    "train_epoch",
    "evaluate",
    "save_checkpoint",
    "load_checkpoint",
    "make_model",
    "deep_network",
    "early_stopping",
    "run_experiment",
)
BARS = ("test_problem2__85", "test_problem2__90", "test_problem2__93")
RIGHT = [(task, path) for task in TASKS for path in solutions(task, "right")]
WRONG = [(task, path) for task in TASKS for path in solutions(task, "wrong")]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JudgedNotebook]:
    judged = JudgedNotebook("1-3", tmp_path_factory.mktemp("judged"))
    with judged.judge:
        yield judged


def verdict_on(notebook: JudgedNotebook, task: str, solution: str) -> Verdict:
    """Run a solution of one task and its graded cell, in a notebook that is solved else."""
    cells = ["imports", "device", *TASKS]
    return notebook.run(cells, [f"test_{task}"], {task: solution})[f"test_{task}"]


def name_of(value: Any) -> str:
    return value.stem if isinstance(value, Path) else str(value)


def test_the_reference_passes(notebook: JudgedNotebook) -> None:
    tests = [f"test_{task}" for task in TASKS]
    assert set(notebook.graded) == {*tests, *BARS}
    for name, verdict in notebook.run(["imports", "device", *TASKS], tests).items():
        assert verdict.ending is Ending.PASSED, f"{name}: {verdict}"
        assert verdict.calls > 0


@pytest.mark.parametrize(("task", "path"), RIGHT, ids=name_of)
def test_right_solution(task: str, path: Path, notebook: JudgedNotebook) -> None:
    verdict = verdict_on(notebook, task, path.read_text(encoding="utf-8"))
    assert verdict.ending is Ending.PASSED, verdict


@pytest.mark.parametrize(("task", "path"), WRONG, ids=name_of)
def test_wrong_solution_fails_with_words(task: str, path: Path, notebook: JudgedNotebook) -> None:
    verdict = verdict_on(notebook, task, path.read_text(encoding="utf-8"))
    assert verdict.ending is Ending.CHECK_FAILED, verdict
    assert verdict.message.startswith(f"{task}: ")
    assert not list((notebook.folder / "model_checkpoints").glob("check_*"))


@pytest.mark.parametrize("task", TASKS)
def test_a_stub_is_unsolved(task: str, notebook: JudgedNotebook) -> None:
    text = f"def {task}(*_):\n    raise NotImplementedError('{task}: replace this line')"
    if task in ("letter_dataset", "naive_linear"):
        name = {"letter_dataset": "LetterDataset", "naive_linear": "NaiveLinear"}[task]
        text = text.replace(f"def {task}", f"def {name}")
    verdict = verdict_on(notebook, task, text)
    assert verdict.ending is Ending.RAISED
    assert (verdict.type_name, verdict.message) == (
        "NotImplementedError",
        f"{task}: replace this line",
    )


@pytest.mark.parametrize(
    ("task", "stem", "words"),
    [
        ("naive_linear", "wrong_derived", "your code calls linear"),
        ("naive_linear", "wrong_data", "weight got no gradient"),
        ("naive_linear", "wrong_detached", "cut off from the parameters"),
        ("evaluate", "wrong_axis", "at the line `right += (model(images).argmax(dim=0)"),
        ("evaluate", "wrong_records_graph", "torch.no_grad()"),
        ("train_epoch", "wrong_no_train_mode", "Call model.train() first"),
        ("make_model", "wrong_image_shape", "at the line `n, height, width = x.shape`"),
        ("make_model", "wrong_derived_convolution", "1 (Conv1d) calls conv1d (aten.convolution)"),
        ("save_checkpoint", "wrong_numpy", "a value of NumPy"),
    ],
)
def test_the_message_points_at_the_mistake(
    task: str, stem: str, words: str, notebook: JudgedNotebook
) -> None:
    (path,) = (path for path in solutions(task, "wrong") if path.stem == stem)
    assert words in verdict_on(notebook, task, path.read_text(encoding="utf-8")).message


def test_a_name_from_the_import_cells_is_the_judges_own_reader(notebook: JudgedNotebook) -> None:
    elsewhere = notebook.folder / "elsewhere"
    elsewhere.mkdir()
    torch.save({"weight": torch.ones(2)}, elsewhere / "a.pt")
    (notebook.folder / "linked").symlink_to(elsewhere)
    notebook.code["probe"] = "load_weights('elsewhere/a.pt')\nload_weights('linked/a.pt')"
    verdict = notebook.run([], ["probe"])["probe"]
    assert verdict.type_name == "CheckpointError"
    assert verdict.message.startswith("linked/a.pt lies behind a link")


# ------------------------------------------------------------------------------- Problem 2


def bars(
    notebook: JudgedNotebook, files: dict[str, bytes], make_model: str = SMALL_MODEL
) -> list[Verdict]:
    """Return the verdicts on the three bars, with these files in `model_checkpoints/`."""
    folder = notebook.folder / "model_checkpoints"
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    names = {"letters": load_dataset(notebook.folder / "data" / "notMNIST.npz")}
    cells = ["imports", "device", "make_model"]
    return list(notebook.run(cells, BARS, {"make_model": make_model}, names).values())


@pytest.fixture(scope="module")
def good() -> dict[str, bytes]:
    return checkpoint_of(SMALL_MODEL, None)


def test_problem2_passes(notebook: JudgedNotebook, good: dict[str, bytes]) -> None:
    for verdict in bars(notebook, good):
        assert verdict.ending is Ending.PASSED, verdict


@pytest.mark.parametrize(
    ("stem", "words"),
    [
        ("wrong_saves_model", "holds more than tensors"),
        ("wrong_saves_checkpoint", "save model.state_dict() alone"),
        ("wrong_untrained", "on your test set; this cell asks for"),
        ("wrong_diverged", "NaN"),
        ("wrong_other_name", "no file named"),
        ("wrong_other_network", "does not fit make_model()"),
    ],
)
def test_problem2_wrong_training(stem: str, words: str, notebook: JudgedNotebook) -> None:
    (path,) = (path for path in solutions("problem2", "wrong") if path.stem == stem)
    files = checkpoint_of(SMALL_MODEL, path.read_text(encoding="utf-8"))
    for verdict in bars(notebook, files):
        assert verdict.ending is Ending.CHECK_FAILED, verdict
        assert words in verdict.message


WATCHING = """\
class Watching(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))

    def forward(self, x):
        with open("seen.bin", "ab") as file:
            file.write(x.detach().numpy().tobytes())
        return self.layers(x)


def make_model():
    return Watching()
"""


def test_the_hidden_images_never_enter_the_students_process(
    notebook: JudgedNotebook, good: dict[str, bytes]
) -> None:
    (name,) = good
    state = torch.load(_file(notebook, good[name]), weights_only=True)
    torch.save({f"layers.{key}": value for key, value in state.items()}, _file(notebook, b""))
    content = _file(notebook, None).read_bytes()
    for verdict in bars(notebook, {name: content}, WATCHING):
        assert verdict.ending is Ending.PASSED, verdict
    seen = np.frombuffer((notebook.folder / "seen.bin").read_bytes(), np.float32).reshape(-1, 784)
    assert len(seen) > 0
    gray_levels = seen * 255 + 127.5
    letters = np.abs(gray_levels - np.round(gray_levels)).max(axis=1) < 1e-3
    assert not letters.any()  # uniform noise alone: no image has been there, hidden or not


def _file(notebook: JudgedNotebook, content: bytes | None) -> Path:
    path = notebook.folder / "scratch.pt"
    if content is not None:
        path.write_bytes(content)
    return path


CHEATING = """\
class Cheat(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        {body}


def make_model():
    return Cheat()
"""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return torch.from_numpy(x.numpy()[:, :10]) + self.layer.bias", "leave PyTorch"),
        ("return self.layer(x) + torch.from_numpy(x.numpy()[:, :1])", "on other images"),
        (
            "return self.layer(F.conv2d(x.view(-1, 1, 28, 28), torch.ones(1, 1, 3, 3), padding=1)"
            ".flatten(1))",
            "calls conv2d",
        ),
    ],
)
def test_a_network_that_is_not_made_of_layers_scores_nothing(
    body: str, words: str, notebook: JudgedNotebook
) -> None:
    for verdict in bars(notebook, {}, CHEATING.format(body=body)):
        assert verdict.ending is Ending.CHECK_FAILED, verdict
        assert words in verdict.message


def test_a_kernel_that_claims_a_recording_is_held_to_it(
    notebook: JudgedNotebook, good: dict[str, bytes]
) -> None:
    """Whatever is claimed, the judge computes it itself, from the checkpoint."""
    lie = """
import utils.checks.recording as recording
true_record = recording.record
def record(model, x):
    made, output = true_record(model, x)
    made.constants = {99: torch.zeros(251, 10)}
    made.output = 99
    return made, output
recording.record = record
"""
    for verdict in bars(notebook, good, SMALL_MODEL + lie):
        assert verdict.ending is Ending.CHECK_FAILED, verdict
        assert "does not follow from the images" in verdict.message
