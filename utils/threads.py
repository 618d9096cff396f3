"""How many threads the numerical libraries use: as many as there are idle cores.

NumPy, scikit-learn and PyTorch divide a product among one thread for each core and then wait for
the slowest one. Where another program keeps a core busy, they all wait for that one, again and
again: training becomes ten times slower, or worse, while every core looks busy.
"""

import os
import sys

import joblib
import psutil
import threadpoolctl

LOOK_SECONDS = 0.3
"""How long to look at the processor to see how busy it is."""


def choose_threads() -> None:
    """Let NumPy, scikit-learn and PyTorch use the idle cores, and say so in a line.

    A number in the environment variable OMP_NUM_THREADS is respected. Call it after the imports:
    a library that is loaded later chooses by itself.
    """
    wish = os.environ.get("OMP_NUM_THREADS", "")
    if wish.isdigit() and int(wish) > 0:
        print(f"Threads for numerics: {wish}, as OMP_NUM_THREADS says.")
        return
    cores = joblib.cpu_count(only_physical_cores=True)
    threads = idle_cores(cores, psutil.cpu_percent(LOOK_SECONDS))
    threadpoolctl.threadpool_limits(threads)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)
    print(
        f"Threads for numerics: {threads} (busy cores: {cores - threads} of {cores}; "
        "OMP_NUM_THREADS sets another number)."
    )


def idle_cores(cores: int, busy_percent: float) -> int:
    """Return how many of `cores` are idle when the processor is busy so far; at least one."""
    return max(1, round(cores * (1 - busy_percent / 100)))
