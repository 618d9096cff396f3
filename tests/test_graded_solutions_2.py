"""Notebook 1-2: every right and wrong solution of its tasks, graded by nbgrader."""

import pytest
from graded_solutions import GradedSolutions


@pytest.mark.timeout(1800)
class TestTogether(GradedSolutions):
    NOTEBOOK = "1-2"


@pytest.mark.slow
@pytest.mark.timeout(3600)
class TestAlone(GradedSolutions):
    NOTEBOOK = "1-2"
    ALONE = True
