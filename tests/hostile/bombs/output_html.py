"""Displays 20 MB of HTML with a script and a form in it."""

from IPython.display import HTML, display

display(HTML("<script>document.title='owned'</script><form action='http://192.0.2.1'>" + "<b>x</b>" * 2_000_000))
