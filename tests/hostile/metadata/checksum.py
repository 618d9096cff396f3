"""Carries false checksums and an old schema, as if the cells had never been touched."""


def notebook(nb):
    for cell in nb.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"].update(checksum="0" * 32, schema_version=1)
