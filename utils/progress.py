"""A progress bar that looks the same in every notebook program and stays in the saved notebook.

tqdm's own bar for notebooks is a widget. Where widgets are not at hand (VS Code without a network,
a page made from the notebook, a saved notebook opened again) it reads "0%" for ever. A line of text
works everywhere.
"""

import sys
from typing import Any

from IPython.core.getipython import get_ipython
from tqdm import tqdm as text_bar


class tqdm(text_bar):  # noqa: N801 - it is used in place of tqdm
    """As tqdm.tqdm; in a notebook on standard output, which is not shaded like an error."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        if get_ipython() is not None:
            # twice a second: each state of the bar is a message to the browser
            options = {"file": sys.stdout, "mininterval": 0.5} | options
        super().__init__(*arguments, **options)
