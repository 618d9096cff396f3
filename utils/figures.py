"""Figures that also say in words what they show, for all plots of the notebooks.

A reader who cannot see a picture hears its alternative text. Jupyter stores that text with the
output, and pages made from the notebook carry it: feedback pages, and those of
`jupyter nbconvert --to html --template classic`.
"""

from textwrap import shorten
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure

MOST = 600  # characters: longer texts are tiring to listen to
MOST_CAPTIONS = 40


def subplots(rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """As `plt.subplots`: a figure and its axes; white in every theme, and with an alternative text.

    `options` are those of `plt.subplots`.
    """
    return plt.subplots(rows, columns, FigureClass=DescribedFigure, facecolor="white", **options)


class DescribedFigure(Figure):
    """A figure that hands Jupyter its alternative text."""

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return no picture, which comes from matplotlib as always, and the text."""
        return {}, {"image/png": {"alt": describe(self)}}


def describe(figure: Figure) -> str:
    """Return what a figure shows: titles, axes, from where to where each line runs, captions."""
    panels = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    pictures = [axes for axes in panels if axes.images and not (axes.lines or axes.texts)]
    parts = [figure.get_suptitle()]
    parts += [_panel(axes) for axes in panels if axes not in pictures]
    captions = [" ".join(axes.get_title().split()) for axes in pictures if axes.get_title()]
    if len(pictures) == 1:
        parts += captions
    elif captions:
        parts.append(f"{len(captions)} images: {', '.join(captions)}")
    text = ". ".join(part for part in parts if part)
    return shorten(text or "a figure without a title", MOST, placeholder=" ...")


def _panel(axes: Axes) -> str:
    """One pair of axes in words."""
    x, y = axes.get_xlabel(), axes.get_ylabel()
    about = f"{y} against {x}" if x and y else x or y
    heading = ", ".join(part for part in (axes.get_title(), about) if part)
    content = [*_lines(axes), *_bars(axes), *_points(axes)]
    captions = [" ".join(text.get_text().split()) for text in axes.texts]
    if not content and len(captions) <= MOST_CAPTIONS:
        content = [", ".join(caption for caption in captions if caption)]
    return ": ".join(part for part in (heading, "; ".join(content)) if part).replace("$", "")


def _lines(axes: Axes) -> list[str]:
    found = []
    for line in axes.lines:
        name, values = str(line.get_label()), np.asarray(line.get_ydata(), dtype=float)
        values = values[~np.isnan(values)]  # a gap in the line
        if not name.startswith("_") and len(values) > 1:
            found.append(f"{name} from {values[0]:.3g} to {values[-1]:.3g}")
    return found


def _bars(axes: Axes) -> list[str]:
    """Groups of bars, each with the name on its tick; the bars of a histogram have none."""
    found = []
    for group in axes.containers:
        if not isinstance(group, BarContainer):
            continue
        upright = group.orientation == "vertical"
        ticks = axes.get_xticklabels() if upright else axes.get_yticklabels()
        values = np.asarray(group.datavalues, dtype=float).tolist()
        if len(ticks) == len(values):
            pairs = zip(ticks, values, strict=True)
            bars = ", ".join(f"{tick.get_text()} {value:.4g}" for tick, value in pairs)
            label = str(group.get_label())
            found.append(bars if label.startswith("_") else f"{label} {bars}")
    return found


def _points(axes: Axes) -> list[str]:
    """Named clouds of points."""
    found = []
    for cloud in axes.collections:
        name, count = str(cloud.get_label()), len(np.asarray(cloud.get_offsets()))
        if name and not name.startswith("_"):
            found.append(f"{name}, {count} points")
    return found
