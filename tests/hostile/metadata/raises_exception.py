"""Tags the tests raises-exception, as if a failure were what the author expects."""


def notebook(nb):
    for cell in nb.cells:
        if cell["id"].startswith("test_"):
            cell.metadata["tags"] = ["raises-exception"]
