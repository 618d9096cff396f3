"""Find the statements at the top level of a cell and the names they define, in text of any kind.

Python's own parser gives up at the first mistake and may overflow in text that was made for it.
This reads what a person sees at a glance: lines that begin at the left edge, outside of strings and
brackets. It takes time in proportion to the text's length, whatever the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r'"""(?:[^\\"]|\\.|"(?!""))*(?:""")?'
    r"|'''(?:[^\\']|\\.|'(?!''))*(?:''')?"
    r'|"(?:[^"\\\n]|\\.)*"?'
    r"|'(?:[^'\\\n]|\\.)*'?"
    r"|\#[^\n]*"
    r"|[\[({]|[\])}]"
    r"|\\\n"
    r"|\n",
    re.DOTALL,
)
_CONTINUES = re.compile(r"(?:else|elif|except|finally|case)\b|[\])}]")
_DEFINES = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)")
_ASSIGNS = re.compile(r"(\w+(?:[ \t]*,[ \t]*\w+){0,20})[ \t]*(?::[^=\n]{1,200})?=(?!=)")


@dataclass(frozen=True)
class Statement:
    """A statement at the top level: its text with the comments before it, and what it defines."""

    text: str
    names: frozenset[str]


def defined_names(text: str) -> set[str]:
    """Return the names of the functions, classes and variables that a cell's text defines."""
    return {name for start in _starts(text) for name in _names(text, start)}


def statements(text: str) -> list[Statement]:
    """Cut a cell's text into its statements. Joined, their texts are the text again."""
    found: list[Statement] = []
    begin = 0
    names: frozenset[str] = frozenset()
    in_decorators = True
    for start in _starts(text):
        if not in_decorators:
            cut = _before_comments(text, begin, start)
            found.append(Statement(text[begin:cut], names))
            begin = cut
        names = _names(text, start)
        in_decorators = text[start] == "@"
    return [*found, Statement(text[begin:], names)]


def _starts(text: str) -> Iterator[int]:
    """Yield where each line begins that begins a statement at the left edge."""
    depth, place = 0, 0
    if _begins(text, 0):
        yield 0
    for token in _TOKEN.finditer(text):
        place = token.end()
        match token.group()[0]:
            case "(" | "[" | "{":
                depth += 1
            case ")" | "]" | "}":
                depth = max(0, depth - 1)
            case "\n" if _begins(text, place) and (depth == 0 or _DEFINES.match(text, place)):
                depth = 0  # a bracket that was forgotten ends with the next definition
                yield place


def _begins(text: str, place: int) -> bool:
    letter = text[place : place + 1]
    return bool(letter.strip()) and letter != "#" and not _CONTINUES.match(text, place)


def _names(text: str, start: int) -> frozenset[str]:
    if definition := _DEFINES.match(text, start):
        return frozenset({definition[1]})
    if assignment := _ASSIGNS.match(text, start):
        return frozenset(name.strip() for name in assignment[1].split(","))
    return frozenset()


def _before_comments(text: str, begin: int, start: int) -> int:
    """Return where the comments begin that stand directly above the line at `start`."""
    while start > begin:
        line = text.rfind("\n", begin, start - 1) + 1 or begin
        if text[line] != "#":
            break
        start = line
    return start
