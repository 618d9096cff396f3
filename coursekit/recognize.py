"""Find the instructor's cells in a notebook that lost their ids: by text, by names, by neighbours.

Editors and copying drop ids and metadata, and students merge, split and move cells. What the
instructor wrote is known by its text, a task's code by the functions and variables that it defines,
a written answer by the question above it. A cell that holds several of these is cut.

Recognizing runs nothing and gives no points: it says which text stands for which task, and that
text is then graded as if it had been there all along.
"""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode, from_dict

from coursekit.judge.names import foreign_names, hidden_lines, is_test
from coursekit.stubs import WRITTEN_STUB, without_solutions
from coursekit.top_level import defined_names, statements

FOREIGN = "This is not a notebook of this assignment: nothing in it is known here."
"""What is said of a notebook in which nothing was recognized."""


@dataclass
class Recognized:
    """A submitted notebook's cells, those of the instructor with their ids (`grade_id`)."""

    cells: list[NotebookNode]
    owned: int
    """How many cells of the source are the instructor's."""
    by_text: list[str] = field(default_factory=list)
    by_names: list[str] = field(default_factory=list)
    by_place: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    """Written answers that were not found, while there are texts that may be one."""
    is_ours: bool = True
    """Whether this is a notebook of the assignment at all."""

    def notes(self) -> list[str]:
        """Return what was recognized and how, a sentence each, and what was not."""
        ways = {
            "by their text": self.by_text,
            "by the names they define": self.by_names,
            "by the question above them": self.by_place,
        }
        return [
            *(
                f"cells without ids were recognized {way}: {listed(ids)}."
                for way, ids in ways.items()
                if ids
            ),
            *(
                f"{cell_id}: no answer was found below its question; is it among the other texts?"
                for cell_id in self.unplaced
            ),
        ]

    @property
    def is_copy(self) -> bool:
        """Whether most of the cells had no ids: then their order may be chance, too."""
        return self.found > self.owned / 2

    @property
    def found(self) -> int:
        """How many cells were recognized without an id."""
        return len(self.by_text) + len(self.by_names) + len(self.by_place)


def recognize(cells: Sequence[NotebookNode], source: NotebookNode) -> Recognized:
    """Return the cells of a submitted notebook with the ids of those that `source` owns.

    `source` is the instructor version, `cells` are as `read_submitted` returns them. A notebook
    that has all its ids is returned as it is.
    """
    frame = _Frame(source)
    work = _Recognizer(frame, cells)
    if work.missing:
        work.cut()
        work.find_texts()
        work.find_names()
        work.find_answers()
    return work.result()


def is_of_assignment(notebook: NotebookNode, source: NotebookNode) -> bool:
    """Return whether anything in a submitted notebook is of the notebook `source`.

    It looks at ids and text alone, for milliseconds; `read_submitted` makes `notebook` of a file.
    """
    return recognize(notebook.cells, source).is_ours


def listed(ids: Sequence[str], most: int = 8) -> str:
    """Return ids in a row, of many the first ones and the number of the others."""
    shown = ", ".join(ids[:most])
    return shown if len(ids) <= most else f"{shown} and {len(ids) - most} more"


_TELLING = 30
"""Characters of the instructor's text in one cell that no other course has by chance."""


def grade_id(cell: NotebookNode) -> str | None:
    """Return the id that nbgrader gave a cell; None for one of the student's own."""
    nbgrader = cell.get("metadata", {}).get("nbgrader", {})
    found = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return found if isinstance(found, str) else None


def id_of(cell: NotebookNode, owned: Container[str]) -> str | None:
    """Return which of the instructor's cells a submitted one is, as its ids say.

    The notebook format's own id is also the task's, should a tool have stripped nbgrader's.
    """
    found = grade_id(cell) or str(cell.get("id", ""))
    return found if found in owned else None


def is_locked(owner: NotebookNode) -> bool:
    """Return whether a cell of the source is the instructor's alone."""
    nbgrader = owner.metadata.nbgrader
    return bool(nbgrader.get("locked") or (nbgrader.get("grade") and not nbgrader.get("solution")))


def visible(text: str) -> str:
    """Return a cell's text without its hidden tests: what students get."""
    hidden = hidden_lines(text)
    lines = enumerate(text.splitlines(), start=1)
    return "\n".join(line.rstrip() for number, line in lines if number not in hidden).strip()


def in_order(cells: list[NotebookNode], ids: Sequence[str]) -> list[NotebookNode]:
    """Return the cells with those of `ids` in that order, each with the other cells behind it.

    For cells that were recognized: the order of a copy may be chance.
    """
    places = {cell_id: place for place, cell_id in enumerate(ids)}
    place = -1
    keys = []
    for index, cell in enumerate(cells):
        place = places.get(cell["id"], place)
        keys.append((place, index))
    return [cells[index] for _, index in sorted(keys)]


def behind_what_they_use(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Return the cells with each test behind the first definitions of the names that it uses.

    For cells that were recognized: of work that was split, some may lie behind the task's place.
    """
    first: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if cell.cell_type == "code" and not is_test(cell):
            for name in defined_names(cell.source):
                first.setdefault(name, index)
    places = []
    for index, cell in enumerate(cells):
        used = foreign_names(visible(cell.source)) if is_test(cell) else set()
        behind = max((first[name] for name in used & first.keys()), default=-1)
        places.append((max(index, behind), behind > index, index))
    return [cells[index] for _, _, index in sorted(places)]


# --- the instructor's notebook -------------------------------------------------------------------


@dataclass(frozen=True)
class _Piece:
    """One cell of the student version."""

    index: int
    cell_id: str
    owner: NotebookNode
    owned: bool
    lines: tuple[str, ...]
    """Its lines that are not blank, without spaces at their ends."""

    @property
    def is_answer(self) -> bool:
        """Whether a student writes here in words."""
        return self.owned and self.owner.cell_type != "code" and not is_locked(self.owner)

    @property
    def is_solution(self) -> bool:
        """Whether a student writes code here."""
        return self.owned and self.owner.cell_type == "code" and not is_locked(self.owner)


class _Frame:
    """The student version of a notebook, ready to be searched for."""

    def __init__(self, source: NotebookNode) -> None:
        self.pieces = [
            _Piece(
                index, cell["id"], cell, grade_id(cell) is not None, _lines(visible(cell.source))
            )
            for index, cell in enumerate(without_solutions(source).cells)
        ]
        self.owned = {piece.cell_id: piece for piece in self.pieces if piece.owned}
        self.by_text = {
            _squeezed(visible(piece.owner.source)): piece
            for piece in reversed(self.pieces)
            if not piece.is_answer
        }
        self.by_first_line: dict[str, list[_Piece]] = {}
        for piece in self.pieces:
            if piece.lines and not piece.is_answer:
                self.by_first_line.setdefault(piece.lines[0], []).append(piece)
        self.tasks_of = self._tasks_of()

    def _tasks_of(self) -> dict[str, str]:
        """Return which task defines a name; names that several cells define tell nothing."""
        definers: dict[str, set[str]] = {}
        for piece in self.pieces:
            if piece.owner.cell_type == "code":
                for name in defined_names(piece.owner.source):
                    definers.setdefault(name, set()).add(piece.cell_id)
        return {
            name: cell_id
            for name, ids in definers.items()
            for cell_id in ids
            if len(ids) == 1 and cell_id in self.owned and self.owned[cell_id].is_solution
        }


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.rstrip() for line in text.splitlines() if line.strip())


def _squeezed(text: str) -> str:
    """Return a text without what formatters change in it: spaces, line breaks, quotes, commas."""
    return re.sub(r"[\s\"',()\\]+", "", text)


# --- the student's -------------------------------------------------------------------------------


class _Recognizer:
    def __init__(self, frame: _Frame, cells: Sequence[NotebookNode]) -> None:
        self.frame = frame
        self.cells = list(cells)
        self.found = Recognized(self.cells, len(frame.owned))
        present = {self._own_id(cell) for cell in cells} - {None}
        self.missing: set[str] = self.frame.owned.keys() - present
        self.knows_tasks = any(
            self.frame.owned[str(cell_id)].owner.metadata.nbgrader.get("grade")
            or self.frame.owned[str(cell_id)].is_solution
            for cell_id in present
        )
        self.anchors: list[_Piece | None] = []
        """For each cell, the instructor's cell that it is."""

    def result(self) -> Recognized:
        self.found.cells = self.cells
        self.found.is_ours = bool(
            not self.missing
            or self.knows_tasks
            or self.found.by_names
            or any(map(self._tells, self.cells))
        )
        return self.found

    def _tells(self, cell: NotebookNode) -> bool:
        """Return whether a cell's text says that this is a notebook of the assignment."""
        text = _squeezed(cell.source)
        return len(text) >= _TELLING and text in self.frame.by_text

    def _own_id(self, cell: NotebookNode) -> str | None:
        return id_of(cell, self.frame.owned)

    # --- cutting -------------------------------------------------------------------------------

    def cut(self) -> None:
        """Cut cells that hold more than one cell of the instructor's frame."""
        cells: list[NotebookNode] = []
        for cell in map(_as_text, self.cells):
            blocks = self._blocks(cell)
            parts = self._parts(cell, blocks)
            held = {piece.cell_id for piece, _ in blocks if piece}
            held |= {str(self.frame.tasks_of.get(name)) for name in defined_names(cell.source)}
            own = self._own_id(cell)
            if len(parts) < 2 or (own and not held & self.missing):
                cells.append(cell)
                continue
            for part in parts:
                if cell.get("attachments") and "attachment:" in part.source:
                    part.attachments = cell.attachments
            if own:
                self._hand_on(own, blocks, parts)
            cells += parts
        self.cells = cells

    def _hand_on(
        self, cell_id: str, blocks: list[tuple[_Piece | None, str]], parts: list[NotebookNode]
    ) -> None:
        """Give the id of a cell that is cut to the part that is its work."""
        self.missing.add(cell_id)
        instructor = {text.strip("\n") for piece, text in blocks if piece}
        theirs = [part for part in parts if part.source not in instructor]
        names = {name for name, task in self.frame.tasks_of.items() if task == cell_id}
        if is_locked(self.frame.owned[cell_id].owner) or not theirs:
            return
        if not any(names & defined_names(part.source) for part in theirs):
            theirs[0].metadata["nbgrader"] = {"grade_id": cell_id}
            self.missing.discard(cell_id)

    def _parts(
        self, cell: NotebookNode, blocks: list[tuple[_Piece | None, str]]
    ) -> list[NotebookNode]:
        """Return what a cell is to be cut into."""
        parts: list[NotebookNode] = []
        after: _Piece | None = None
        for piece, text in blocks:
            if piece is not None:
                parts.append(_cell(piece.owner.cell_type, text))
            elif after is not None and self._is_question(after):
                parts.append(_cell("markdown", text))
            elif cell.cell_type == "code" or defined_names(text) & self.frame.tasks_of.keys():
                parts += [_cell("code", part) for part in self._tasks_in(text)]
            else:
                parts.append(_cell(cell.cell_type, text))
            after = piece
        return parts

    def _is_question(self, piece: _Piece) -> bool:
        """Return whether a missing written answer comes next."""
        following = self.frame.pieces[piece.index + 1 : piece.index + 2]
        return any(after.is_answer and after.cell_id in self.missing for after in following)

    def _blocks(self, cell: NotebookNode) -> list[tuple[_Piece | None, str]]:
        """Cut a text at the cells of the frame that it holds word for word."""
        lines = cell.source.splitlines(keepends=True)
        blocks: list[tuple[_Piece | None, str]] = []
        between, place = 0, 0
        while place < len(lines):
            piece, end = self._block_at(lines, place)
            if piece is None:
                place += 1
                continue
            blocks += [(None, "".join(lines[between:place])), (piece, "".join(lines[place:end]))]
            between = place = end
        blocks.append((None, "".join(lines[between:])))
        return [(piece, text) for piece, text in blocks if text.strip()]

    def _block_at(self, lines: list[str], start: int) -> tuple[_Piece | None, int]:
        """Return the frame's longest cell that begins at a line, and where it ends."""
        best: tuple[_Piece | None, int] = (None, start)
        longest = 0
        for piece in self.frame.by_first_line.get(lines[start].rstrip(), ()):
            end = _end_of_block(lines, start, piece.lines)
            if end is not None and len(piece.lines) > longest:
                best, longest = (piece, end), len(piece.lines)
        return best

    def _tasks_in(self, text: str) -> list[str]:
        """Cut code that holds several tasks at its top level, where one's definitions end."""
        tasks = {self.frame.tasks_of.get(name) for name in defined_names(text)} - {None}
        if len(tasks) < 2:
            return [text]
        parts: list[str] = []
        last: str | None = ""
        for statement in statements(text):
            names = sorted(statement.names & self.frame.tasks_of.keys())
            task = self.frame.tasks_of[names[0]] if names else None
            if task == last and parts:
                parts[-1] += statement.text
            else:
                parts.append(statement.text)
            last = task
        return [part for part in parts if part.strip()]

    # --- finding -------------------------------------------------------------------------------

    def find_texts(self) -> None:
        """Recognize the cells whose text is the instructor's."""
        taken: set[str] = set()
        by_id = {piece.cell_id: piece for piece in self.frame.pieces}
        for index, cell in enumerate(self.cells):
            own = self._own_id(cell)
            anchor = by_id[own] if own else self.frame.by_text.get(_squeezed(cell.source))
            if anchor and anchor.cell_id in taken and not own:
                anchor = None
            self.anchors.append(anchor)
            if anchor:
                taken.add(anchor.cell_id)
                if not own and anchor.cell_id in self.missing and not anchor.is_solution:
                    self._recognize(index, anchor.cell_id, self.found.by_text)

    def find_names(self) -> None:
        """Recognize the code of tasks by what it defines; the most names count, then the last."""
        best: dict[str, tuple[int, bool, int]] = {}
        for index, cell in enumerate(self.cells):
            if cell.cell_type != "code" or self._own_id(cell):
                continue
            tasks = [self.frame.tasks_of.get(name) for name in defined_names(cell.source)]
            for task in set(tasks) & self.missing:
                stub = _squeezed(self.frame.owned[str(task)].owner.source)
                merit = (tasks.count(task), _squeezed(cell.source) != stub, index)
                best[str(task)] = max(best.get(str(task), merit), merit)
        for task, (_, _, index) in sorted(best.items(), key=lambda item: item[1][2]):
            if self._own_id(self.cells[index]) is None:
                self.anchors[index] = self.frame.owned[task]
                self._recognize(index, task, self.found.by_names)

    def find_answers(self) -> None:
        """Recognize written answers by what stands above or below them, or by the task's name."""
        for piece in self.frame.pieces:
            if piece.is_answer and piece.cell_id in self.missing:
                index = self._answer(piece)
                if index is not None:
                    self.anchors[index] = piece
                    self._recognize(index, piece.cell_id, self.found.by_place)
        if any(map(self._is_free_text, range(len(self.cells)))):
            self.found.unplaced = [
                piece.cell_id
                for piece in self.frame.pieces
                if piece.is_answer and piece.cell_id in self.missing
            ]

    def _answer(self, piece: _Piece) -> int | None:
        before = self.frame.pieces[piece.index - 1] if piece.index else None
        after = self.frame.pieces[piece.index + 1 : piece.index + 2]
        found: list[int] = []
        if before and (question := self._place(before)) is not None:
            places = self._free(range(question + 1, len(self.cells)))
            found = [i for i in places if not _is_part(self.cells[i].source, before)]
        if not found and after and (end := self._place(after[0])) is not None:
            found = list(self._free(range(end - 1, -1, -1)))
        if not found:
            places = filter(self._is_free_text, range(len(self.cells)))
            found = [i for i in places if piece.cell_id in self.cells[i].source]
        written = [i for i in found if self.cells[i].source.strip() not in ("", WRITTEN_STUB)]
        return next(iter(written or found), None)

    def _free(self, places: Iterable[int]) -> Iterable[int]:
        """Yield texts of nobody's at these places, until a cell of the frame comes."""
        for index in places:
            if self.anchors[index] is not None:
                return
            if self._is_free_text(index):
                yield index

    def _is_free_text(self, index: int) -> bool:
        return self.anchors[index] is None and self.cells[index].cell_type != "code"

    def _place(self, piece: _Piece) -> int | None:
        """Return where a cell of the frame is, by what was found or by its heading."""
        for index, anchor in enumerate(self.anchors):
            if anchor is piece:
                return index
        heading = piece.lines[0] if piece.lines else ""
        if piece.owner.cell_type != "markdown" or not heading.startswith("#"):
            return None
        for index, cell in enumerate(self.cells):
            if self.anchors[index] is None and heading in _lines(cell.source[:10_000]):
                self.anchors[index] = piece
                return index
        return None

    def _recognize(self, index: int, cell_id: str, way: list[str]) -> None:
        metadata = {**self.cells[index].metadata, "nbgrader": {"grade_id": cell_id}}
        self.cells[index] = NotebookNode({**self.cells[index], "metadata": metadata})
        self.missing.discard(cell_id)
        way.append(cell_id)


def _as_text(cell: NotebookNode) -> NotebookNode:
    """Return a text that an editor (Databricks) wrote as code, `%md` above it, as a text."""
    first, _, rest = cell.source.partition("\n")
    if cell.cell_type != "code" or first.strip() not in ("%md", "%%md", "%%markdown"):
        return cell
    return NotebookNode({**cell, "cell_type": "markdown", "source": rest})


def _end_of_block(lines: list[str], start: int, wanted: tuple[str, ...]) -> int | None:
    """Return where a block of the wanted lines ends that begins at `start`; blank ones aside."""
    place = start
    for line in wanted:
        while place < len(lines) and not lines[place].strip():
            place += 1
        if place == len(lines) or lines[place].rstrip() != line:
            return None
        place += 1
    return place


def _is_part(text: str, piece: _Piece) -> bool:
    """Return whether a text is a part of the instructor's, and not by chance."""
    squeezed = _squeezed(text)
    return len(squeezed) >= _TELLING and squeezed in _squeezed(piece.owner.source)


def _cell(cell_type: str, text: str) -> NotebookNode:
    return from_dict({"cell_type": cell_type, "source": text.strip("\n"), "metadata": {}})
