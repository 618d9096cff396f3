"""Names a kernel that does not exist, in a language that nobody speaks."""


def notebook(nb):
    nb.metadata["kernelspec"] = {"name": "no-such-kernel", "display_name": "", "language": "cobol"}
    nb.metadata["language_info"] = {"name": "cobol"}
