"""Switches of the student's process that decide how numbers come out are set back for the judge."""

from collections.abc import Iterator

import pytest
import threadpoolctl
from judge_pair import judge_of

from coursekit.judge import switches


@pytest.fixture(autouse=True)
def turned_here_only() -> Iterator[None]:
    """Set back what a test's student turned: that one is a thread of this process."""
    yield
    switches.set_back()


TURNED = {
    "threads": ("torch.set_num_threads(3)", "torch.get_num_threads()", 1),
    "precision": (
        'torch.set_float32_matmul_precision("medium")',
        "torch.get_float32_matmul_precision()",
        "highest",
    ),
    "precision, the newer way": (
        'torch.backends.mkldnn.matmul.fp32_precision = "bf16"',
        "torch.backends.mkldnn.matmul.fp32_precision",
        "ieee",
    ),
    "precision of everything": (
        'torch.backends.fp32_precision = "tf32"',
        "torch.backends.fp32_precision",
        "none",
    ),
    "dtype": (
        "torch.set_default_dtype(torch.float64)",
        "str(torch.get_default_dtype())",
        "torch.float32",
    ),
    "device": ('torch.set_default_device("meta")', "torch.zeros(1).device.type", "cpu"),
    "deterministic": (
        "torch.use_deterministic_algorithms(True)",
        "torch.are_deterministic_algorithms_enabled()",
        False,
    ),
    "anomalies": (
        "torch.autograd.set_detect_anomaly(True)",
        "torch.is_anomaly_enabled()",
        False,
    ),
    "tiny numbers": (
        "torch.set_flush_denormal(True)",
        "torch.tensor([1e-40]).mul(1).item() > 0",
        True,
    ),
    "errors of NumPy": ('np.seterr(all="raise")', 'np.geterr()["divide"]', "warn"),
}


@pytest.mark.parametrize(("turn", "look", "expected"), TURNED.values(), ids=TURNED)
def test_a_switch_is_set_back_before_each_request(turn: str, look: str, expected: object) -> None:
    code = f"import numpy as np\nimport torch\n{turn}\ndef look():\n    return {look}\n"
    code += f"def turn():\n    {turn}\n    return look()\n"
    with judge_of(code) as session:
        assert session.names(["look"])["look"]() == expected
        session.names(["turn"])["turn"]()  # a function may turn it again, for the next one
        assert session.names(["look"])["look"]() == expected


def test_threads_of_numpy_are_set_back() -> None:
    """In the main thread, as a kernel serves the judge; OpenBLAS hears nobody else."""
    with threadpoolctl.threadpool_limits(3):
        assert {library["num_threads"] for library in threadpoolctl.threadpool_info()} == {3}
        switches.set_threads_back()
        assert {library["num_threads"] for library in threadpoolctl.threadpool_info()} == {1}


def test_within_a_call_a_switch_stays_as_the_student_turned_it() -> None:
    code = (
        "import torch\n"
        "def work(call):\n"
        "    torch.set_default_dtype(torch.float64)\n"
        "    call()\n"
        "    return str(torch.get_default_dtype())\n"
    )
    with judge_of(code) as session:
        assert session.names(["work"])["work"](lambda: None) == "torch.float64"
