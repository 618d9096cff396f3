"""Set back the switches of a process that decide how numbers come out.

A student may turn them in a cell of their own, for the whole notebook. What a function returns must
not depend on that when it is judged: two threads add up in another order than one, and bfloat16
products keep three digits. Part of the bridge; the student's code could turn them again, and would
harm nobody else.
"""

import contextlib
import sys
from typing import Any

import numpy as np

THREADS = 1
"""With one thread, sums have one order. `KERNEL_ENVIRONMENT` starts kernels like that."""

_NUMPY_ERRORS = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
_controller: Any = None
gradients_left_off = False
"""Whether a call has left gradients switched off, as seen since `begin`."""


def begin() -> None:
    """Begin with the requests of a test."""
    global gradients_left_off
    set_back()
    set_threads_back()
    gradients_left_off = False


def set_back() -> None:
    """Set back what a call may have turned; quick enough for each call."""
    with contextlib.suppress(Exception):  # what is left turned costs its author, nobody else
        if np.geterr() != _NUMPY_ERRORS:
            np.seterr(**_NUMPY_ERRORS)  # type: ignore[arg-type]
    torch = sys.modules.get("torch")
    if torch is not None:
        with contextlib.suppress(Exception):
            _set_torch_back(torch)


def set_threads_back() -> None:
    """Set the threads of NumPy's and scikit-learn's libraries back, which takes a millisecond."""
    global _controller
    with contextlib.suppress(Exception):
        threadpoolctl = sys.modules.get("threadpoolctl")
        if threadpoolctl is None:
            return  # nobody can have turned them
        _controller = _controller or threadpoolctl.ThreadpoolController()
        if any(library["num_threads"] != THREADS for library in _controller.info()):
            _controller.limit(limits=THREADS)


def _set_torch_back(torch: Any) -> None:
    global gradients_left_off
    if torch.get_num_threads() != THREADS:
        torch.set_num_threads(THREADS)
    if not torch.is_grad_enabled():
        gradients_left_off = True
        torch.set_grad_enabled(True)
    if torch.get_default_dtype() is not torch.float32:
        torch.set_default_dtype(torch.float32)
    if torch.get_default_device().type != "cpu":
        torch.set_default_device(None)
    if torch.are_deterministic_algorithms_enabled():
        torch.use_deterministic_algorithms(False)
    if torch.is_anomaly_enabled():
        torch.autograd.set_detect_anomaly(False)
    torch.set_flush_denormal(False)
    torch.set_float32_matmul_precision("highest")  # asking is an error where both ways were used
    if getattr(torch.backends, "fp32_precision", "none") != "none":
        torch.backends.fp32_precision = "none"
