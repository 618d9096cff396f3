"""Opens a hidden region that is never closed, to make the tools swallow what follows."""


def notebook(nb):
    for cell in nb.cells:
        if cell["id"] == "double":
            cell.source += "\n### BEGIN HIDDEN TESTS\n### BEGIN SOLUTION\n"
