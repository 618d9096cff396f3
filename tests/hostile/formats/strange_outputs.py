"""Displays what breaks the page on it: a widget without an id, a picture whose size is a script."""

from IPython.display import display

display({"application/vnd.jupyter.widget-view+json": {"a": "</script>"}}, raw=True)
display(
    {"image/png": "x"}, raw=True, metadata={"image/png": {"width": "1 onerror=document.title=1"}}
)
display({"text/vnd.mermaid": "</pre><script>document.title = 'owned'</script>"}, raw=True)


def double(x):
    return x + 1
