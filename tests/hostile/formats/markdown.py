"""Writes a script, a form and a frame into its written answer, for the grader's browser."""


def notebook(nb):
    for cell in nb.cells:
        if cell["id"] == "why":
            cell.source = (
                "<script>document.title = 'owned'</script>"
                "<img src=x onerror=\"document.title = 'owned'\">"
                "<iframe src='http://192.0.2.1/'></iframe>"
            )
