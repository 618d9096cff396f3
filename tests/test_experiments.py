"""The experiments of part 3: the file that describes them, the report, the one-sentence stops."""

import csv
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from coursekit.course import REPOSITORY
from utils import plots_training as plots
from utils.errors import DataError
from utils.experiment_report import markdown_table, write_csv
from utils.experiments import Setting, read_experiments
from utils.unsolved import explain_unsolved

LENGTHS = "images: 100\n  batch_size: 20\n  epochs: 3\n  patience: 1\n"
TABLE = f"""table:
  {LENGTHS}  settings:
    one: {{optimizer: sgd, learning_rate: 0.5, weight_decay: 0}}
"""
SWEEP = """sweeps:
  rates:
    images: all
    batch_size: 20
    epochs: 3
    patience: 1
    optimizer: adamw
    learning_rate: [1e-3, 0.1]
    weight_decay: 0.25
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "experiments.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_file_holds_the_four_settings_and_two_sweeps() -> None:
    experiments = read_experiments(REPOSITORY / "experiments.yaml")
    table = experiments.table
    assert table.batch_size == 200
    assert table.patience < table.epochs
    assert list(table.settings.values()) == [
        Setting("adadelta", 0.1, 0.0),
        Setting("adadelta", 0.1, 0.01),
        Setting("adam", 1e-4, 0.0),
        Setting("adam", 1e-4, 0.01),
    ]
    assert {name: sweep.varied for name, sweep in experiments.sweeps.items()} == {
        "learning_rate": "learning_rate",
        "regularization": "weight_decay",
    }


def test_a_sweep_tries_each_value_of_its_list(tmp_path: Path) -> None:
    sweep = read_experiments(write(tmp_path, TABLE + SWEEP)).sweeps["rates"]
    assert sweep.images is None  # all
    assert sweep.varied == "learning_rate"
    assert sweep.settings == {  # 1e-3 is a text for YAML, which wants the point of 1.0e-3
        "0.001": Setting("adamw", 0.001, 0.25),
        "0.1": Setting("adamw", 0.1, 0.25),
    }


def test_sweeps_may_be_left_out(tmp_path: Path) -> None:
    assert read_experiments(write(tmp_path, TABLE)).sweeps == {}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("adadelta", torch.optim.Adadelta),
        ("adam", torch.optim.Adam),
        ("adamw", torch.optim.AdamW),
        ("sgd", torch.optim.SGD),
    ],
)
def test_a_setting_makes_its_optimizer(name: str, kind: type) -> None:
    parameter = torch.nn.Parameter(torch.zeros(2))
    optimizer = Setting(name, 0.25, 0.125).make_optimizer([parameter])
    assert type(optimizer) is kind
    (group,) = optimizer.param_groups
    assert (group["lr"], group["weight_decay"]) == (0.25, 0.125)
    assert group["params"] == [parameter]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("epochs: 3", "epochs: 0", "experiments.yaml, table.epochs: a whole number from 1 up"),
        ("epochs: 3", "epochs: 2.5", "table.epochs: a whole number from 1 up is needed, not 2.5"),
        ("epochs: 3", "epochs: yes", "table.epochs: a whole number"),
        ("images: 100", "images: some", "table.images: a whole number from 1 up is needed"),
        ("  epochs: 3\n", "", "experiments.yaml, table: 'epochs' is missing."),
        ("epochs: 3", "epoch: 3", "table: 'epoch' is not known here; known are images,"),
        ("epochs: 3", "epochs: 3\n  epochs: 4", "'epochs' stands twice in one place. Give one"),
        ("learning_rate: 0.5", "learning_rate: fast", "settings.one.learning_rate: a number is"),
        ("learning_rate: 0.5", "learning_rate: 0", "learning_rate: a number of more than 0 is"),
        ("learning_rate: 0.5", "learning_rate: .nan", "a number of more than 0 is needed"),
        ("learning_rate: 0.5", "learning_rate: true", "a number is needed, not True"),
        ("weight_decay: 0}", "weight_decay: -1}", "weight_decay: a number of 0 or more is needed"),
        ("optimizer: sgd", "optimizer: adma", "'adma' is no optimizer known here; known are ada"),
        ("optimizer: sgd", "optimizer: [sgd]", "is no optimizer known here"),
        ("    one:", "    ../one:", "table.settings: '../one' is no good name"),
        ("    one:", "    1:", "table.settings: 1 is no good name"),
        ("table:", "tables:", "'tables' is not known here; known are table, sweeps"),
        (", weight_decay: 0}", "", "line "),
        ("  epochs: 3", "\tepochs: 3", "Check the indentation (blanks, no tabs)"),
        ("sweeps:", "sweeps: 3\nother:", "'other' is not known here"),
        ("[1e-3, 0.1]", "0.1", "sweeps.rates: exactly one of learning_rate and weight_decay"),
        ("weight_decay: 0.25", "weight_decay: [1, 2]", "should be a list, like [0.1, 0.01]; here "),
        ("[1e-3, 0.1]", "[]", "sweeps.rates.learning_rate: the list is empty"),
        ("[1e-3, 0.1]", "[1, -2]", "sweeps.rates.learning_rate[1]: a number of more than 0"),
        ("[1e-3, 0.1]", "!!python/object:os.system x", "could not determine a constructor"),
    ],
)
def test_a_mistake_in_the_file_is_named(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = TABLE + SWEEP
    assert old in text
    with pytest.raises(DataError) as caught:
        read_experiments(write(tmp_path, text.replace(old, new, 1)))
    assert message in str(caught.value)
    assert str(caught.value).startswith("experiments.yaml")


def test_empty_and_missing_files_are_explained(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there should be names with values here: table"):
        read_experiments(write(tmp_path, ""))
    with pytest.raises(DataError, match=r"cannot be read \(No such file or directory\).*unpack"):
        read_experiments(tmp_path / "other.yaml")
    write(tmp_path, "").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="it is not UTF-8 text"):
        read_experiments(tmp_path / "experiments.yaml")


# ------------------------------------------------------------------------------- the report

SETTINGS = {"slow": Setting("sgd", 0.5, 0.0), "fast": Setting("adam", 1e-4, 0.01)}
ROWS = {
    "slow": {"curve": [0.25, 0.5], "best_epoch": 2, "accuracy": 0.5, "seconds": 1.25},
    "fast": {"curve": [0.5, 0.75, 0.5], "best_epoch": 2, "accuracy": 0.75, "seconds": 2.04},
}


def test_the_report_as_markdown_marks_the_best_setting() -> None:
    head, rule, slow, fast = markdown_table(SETTINGS, ROWS).splitlines()
    assert head.count("|") == rule.count("|") == slow.count("|") == fast.count("|") == 9
    assert slow == "| slow | sgd | 0.5 | 0 | 1.2 | 2 | 2 | 50.00 % |"
    assert fast == "| fast | adam | 0.0001 | 0.01 | 2.0 | 3 | 2 | **75.00 %** |"


def test_the_report_as_csv(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    write_csv(path, SETTINGS, ROWS)
    write_csv(path, SETTINGS, ROWS)  # replaces
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["setting"] for row in rows] == ["slow", "fast"]
    assert float(rows[1]["validation accuracy"]) == 0.75
    assert rows[0]["early-stopping epoch"] == "2"


def test_live_curves_draw_every_value_and_ring_what_was_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = []

    class Handle:
        def display(self, figure: plt.Figure) -> None:
            drawn.append(("display", figure))

        def update(self, figure: plt.Figure) -> None:
            drawn.append(("update", figure))

    monkeypatch.setattr(plots, "DisplayHandle", Handle)
    live = plots.LiveCurves("accuracy", "title")
    for value in (0.25, 0.5, 0.75):
        live.add("a", value)
    live.add("b_c", 0.5)
    live.finish({"a": 3, "b_c": 1})
    assert drawn[0][0] == "display"
    assert all(how == "update" for how, _ in drawn[1:])
    assert len(drawn) < 5  # not at each value
    (axis,) = drawn[-1][1].axes
    lines = {line.get_label(): list(line.get_ydata()) for line in axis.lines}
    assert lines["a"] == [0.25, 0.5, 0.75]
    assert lines["b c"] == [0.5]
    rings = [line for line in axis.lines if line.get_markersize() == 14]
    assert [(ring.get_xdata()[0], ring.get_ydata()[0]) for ring in rings] == [(3, 0.75), (1, 0.5)]
    assert not plt.get_fignums()


# ------------------------------------------------------------------- cells that need a solution


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    """IPython as in a notebook, with `explain_unsolved` in force."""
    shell = InteractiveShell.instance()
    monkeypatch.setattr("utils.unsolved.get_ipython", lambda: shell)
    explain_unsolved()
    return shell


def run(shell: InteractiveShell, source: str, capsys: pytest.CaptureFixture[str]) -> str:
    result = shell.run_cell(source, store_history=False)
    assert result.error_in_exec is not None, "the cell still counts as failed"
    return capsys.readouterr().out.strip()


def test_a_cell_that_needs_a_task_says_so_in_a_sentence(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    stub = "def f():\n    raise NotImplementedError('{}')\nf()"
    said = run(shell, stub.format("evaluate: replace this line with your solution"), capsys)
    assert said == (
        "NotImplementedError: this cell needs the task `evaluate`. Solve it first, then run this "
        "again."
    )
    said = run(shell, "unheard_of + 1", capsys)
    assert said.startswith("NameError: there is no `unheard_of` yet.")
    assert len(said.splitlines()) == 1


def test_other_errors_keep_their_traceback(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    for source in (
        "raise NotImplementedError('later')",
        "def f():\n    return unheard_of\nf()",
        "1 / 0",
    ):
        assert "Traceback" in run(shell, source, capsys)


def test_a_check_shows_its_own_line(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    source = (
        "error = NotImplementedError('evaluate: replace this line with your solution')\n"
        "error._render_traceback_ = lambda: ['as the check says']\nraise error"
    )
    assert run(shell, source, capsys) == "as the check says"


def test_without_ipython_nothing_happens() -> None:
    script = "from utils.unsolved import explain_unsolved; explain_unsolved(); print('fine')"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=REPOSITORY, timeout=120
    )
    assert done.stdout == "fine\n"
