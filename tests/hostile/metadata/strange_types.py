"""Puts numbers, lists and null where nbgrader expects names: parsers may fall over."""


def notebook(nb):
    tests = [cell for cell in nb.cells if cell["id"].startswith("test_double")]
    for cell, value in zip(tests, ([1], 7, None), strict=True):
        cell.metadata["nbgrader"]["grade_id"] = value
        cell.metadata["tags"] = "skip-execution"
