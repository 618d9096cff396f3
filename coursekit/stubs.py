"""Replace solutions by stubs that name their task, when nbgrader makes the student version."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions

WRITTEN_STUB = "YOUR ANSWER HERE"


class NamedStubs(ClearSolutions):
    """nbgrader's ClearSolutions with `raise NotImplementedError("<task>: …")` as the code stub."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        task = cell.metadata.get("nbgrader", {}).get("grade_id", "this task")
        self.code_stub = {"python": f'raise NotImplementedError("{stub_message(task)}")'}
        self.text_stub = WRITTEN_STUB
        return super().preprocess_cell(cell, resources, index)


def stub_message(task: str) -> str:
    """Return what an unsolved task says when it is run."""
    return f"{task}: replace this line with your solution"


def without_solutions(source: NotebookNode) -> NotebookNode:
    """Return a copy of an instructor notebook with stubs in place of solutions, tests untouched."""
    copy = NotebookNode(source)
    copy.cells = [NotebookNode({**cell, "metadata": cell.metadata}) for cell in source.cells]
    stubbed, _ = NamedStubs().preprocess(copy, {})
    return stubbed
