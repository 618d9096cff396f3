"""The evaluation report of Problem 3: one row per setting, as Markdown to paste and as CSV to keep.

A row is what `run_experiment` returns: {"curve": validation accuracies, "best_epoch": int,
"accuracy": float, "seconds": float}.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from utils.experiments import Setting

_COLUMNS = (
    "setting",
    "optimizer",
    "learning rate",
    "weight decay",
    "time (s)",
    "epochs run",
    "early-stopping epoch",
    "validation accuracy",
)


def markdown_table(settings: Mapping[str, Setting], rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the report as a Markdown table, the best validation accuracy in bold."""
    best = max((row["accuracy"] for row in rows.values()), default=None)
    lines = [_line(_COLUMNS), _line(["---"] * 2 + ["---:"] * (len(_COLUMNS) - 2))]
    for cells, row in zip(_cells(settings, rows), rows.values(), strict=True):
        accuracy = f"{row['accuracy']:.2%}".replace("%", " %")
        cells[-1] = f"**{accuracy}**" if row["accuracy"] == best else accuracy
        lines.append(_line(cells))
    return "\n".join(lines)


def write_csv(
    path: str | Path, settings: Mapping[str, Setting], rows: Mapping[str, Mapping[str, Any]]
) -> None:
    """Write the report to the CSV file `path`, replacing an older one."""
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows(_cells(settings, rows))


def _cells(
    settings: Mapping[str, Setting], rows: Mapping[str, Mapping[str, Any]]
) -> list[list[str]]:
    """Return one list of texts per row, in the order of the columns."""
    return [
        [
            name,
            settings[name].optimizer,
            f"{settings[name].learning_rate:g}",
            f"{settings[name].weight_decay:g}",
            f"{row['seconds']:.1f}",
            str(len(row["curve"])),
            str(row["best_epoch"]),
            f"{row['accuracy']:.4f}",
        ]
        for name, row in rows.items()
    ]


def _line(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"
