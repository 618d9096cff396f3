"""Read what people read: the visible text of a page, the marked regions of a cell."""

import html
import re
from pathlib import Path


def visible_text(page: Path) -> str:
    """Return the text of an HTML page as a reader sees it, without the highlighter's tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", page.read_text(encoding="utf-8")))


def region(source: str, name: str) -> list[str]:
    """Return the stripped lines between `### BEGIN <name>` and `### END <name>`."""
    found = re.findall(rf"### BEGIN {name}\n(.*?)### END {name}", source, flags=re.DOTALL)
    return [line.strip() for part in found for line in part.splitlines() if line.strip()]


def asserted_lines(source: str) -> list[str]:
    """Return the lines of a test cell's hidden region that compare something."""
    hidden = region(source, "HIDDEN TESTS")
    return [line for line in hidden if re.match(r"(assert|expect)\b.{12}", line)]
