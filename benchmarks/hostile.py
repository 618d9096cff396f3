"""The hostile zoo against stock nbgrader and against this kit, side by side.

    python benchmarks/hostile.py                  the whole zoo, half an hour on two cores
    python benchmarks/hostile.py liars patched    some families
    python benchmarks/hostile.py --write          and put the table into docs/security.md

Both run in the box of tests/hostile, as the same user, with the same time limit for a cell. Stock
nbgrader grades small classes (an honest student, some attacks, an honest student), and smaller ones
where honest students were harmed or something got out, down to one attack; the kit grades the zoo
as one class. What stock nbgrader does is kept in build/, by the attack's code.
"""

import argparse
import ast
import hashlib
import itertools
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

import nbformat
import nbgrader
from tqdm import tqdm

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

from hostile.box import box_works, remove_world  # noqa: E402
from hostile.course import our_config, sources, stock_config  # noqa: E402
from hostile.results import Graded, grade_in_box, hand_in, prepare  # noqa: E402
from hostile.zoo import LAST, Attack, hand_in_honest, load_zoo  # noqa: E402

from coursekit.course import Course  # noqa: E402

PAGE = REPOSITORY / "docs" / "security.md"
BEGIN, END = "<!-- zoo: begin -->", "<!-- zoo: end -->"

KEPT = REPOSITORY / "build" / "hostile-stock"

ALONE = {"bombs", "network", "processes", "time", "writing"}
"""Families that are graded one at a time at once, as nearly all of them do harm to others."""

TOGETHER = 10

EARNED = 3
STOCK_SECONDS = 90.0
KIT_SECONDS = 20.0


@dataclass(frozen=True)
class Result:
    """What one attack did to one grader."""

    gained: float
    lost: float
    others: bool
    """Whether honest students lost marks."""
    leaked: bool
    """Whether the attack printed a secret of the course."""
    got_out: list[str] = field(default_factory=list)
    """What it reached that it should not: the network, files, processes left running."""

    @property
    def words(self) -> str:
        """The cell of the table."""
        words = [f"+{self.gained:g} points"] if self.gained else []
        words += [f"-{self.lost:g} points"] if self.lost > 0 else []
        words += ["others lose marks"] if self.others else []
        words += ["secrets read"] if self.leaked else []
        return ", ".join([*words, *self.got_out]) or "nothing"

    @property
    def effects(self) -> Iterable[str]:
        """The kinds of harm, for the counts."""
        if self.gained:
            yield "gains points"
        if self.others:
            yield "others lose marks"
        if self.leaked:
            yield "reads secrets"
        yield from self.got_out


def main() -> None:
    options = parse_options()
    if problem := box_works():
        raise SystemExit(f"The zoo cannot be run: {problem}")
    attacks = load_zoo(*options.families)
    with tempfile.TemporaryDirectory(prefix="zoo-", ignore_cleanup_errors=True) as name:
        stock = against_stock(attacks, Path(name), options.jobs)
        if options.only:
            raise SystemExit(0)
        kit = against_kit(attacks, Path(name))
    lines = [*summary(stock, kit, attacks), "", *table(stock, kit, attacks)]
    print("\n".join(lines))
    if options.write:
        write_page(lines)


def against_kit(attacks: list[Attack], folder: Path) -> list[Result]:
    """Grade all attacks as one class with our settings."""
    world = folder / "kit"
    world.mkdir()
    course = prepare(world, our_config())
    hand_in(course, attacks)
    print(f"this kit: one class of {len(attacks)} attacks", file=sys.stderr)
    graded = grade_in_box(world, course, 120 + KIT_SECONDS * len(attacks))
    print(f"this kit: {graded.visit.seconds:.0f} s", file=sys.stderr)
    return [result_of(graded, attack) for attack in attacks]


def against_stock(attacks: list[Attack], folder: Path, jobs: int) -> list[Result]:
    """Grade each attack between two honest students with nbgrader's default settings."""
    ready = folder / "stock"
    ready.mkdir()
    prepare(ready, stock_config())
    waiting = [attack for attack in attacks if not _kept(attack).exists()]
    groups = []
    for _, family in itertools.groupby(waiting, key=lambda attack: attack.family):
        members = list(family)
        size = 1 if members[0].family in ALONE else TOGETHER
        groups += [members[start : start + size] for start in range(0, len(members), size)]

    def run(group: list[Attack]) -> None:
        world = folder / group[0].student
        shutil.copytree(ready, world)
        course = Course(world / "course")
        for attack in group:
            attack.hand_in(course)
        hand_in_honest(course, LAST)
        graded = grade_in_box(world, course, STOCK_SECONDS + 10 * len(group), feedback=False)
        results = [result_of(graded, attack) for attack in group]
        failed = any(graded.visit.exit_codes) or not graded.visit.finished
        remove_world(world)
        if len(group) > 1 and (failed or results[0].others or results[0].got_out):
            run(group[: len(group) // 2])
            run(group[len(group) // 2 :])
            return
        KEPT.mkdir(parents=True, exist_ok=True)
        for attack, result in zip(group, results, strict=True):
            _kept(attack).write_text(json.dumps(asdict(result)))
        bar.update(len(group))

    with (
        tqdm(total=len(waiting), desc="stock nbgrader", unit="attack") as bar,
        ThreadPoolExecutor(jobs) as pool,
    ):
        list(pool.map(run, groups))
    return [Result(**json.loads(_kept(attack).read_text())) for attack in attacks]


def _kept(attack: Attack) -> Path:
    """Return where the result of stock nbgrader is kept."""
    return KEPT / f"{_digest(attack)}.json"


def _digest(attack: Attack) -> str:
    """Return a digest of all that stock nbgrader's answer depends on; docstrings do not count."""
    code = ast.parse(attack.path.read_text(encoding="utf-8")).body[1:]
    parts = [ast.dump(ast.Module(code, [])), stock_config(), nbgrader.__version__]
    parts += [nbformat.writes(notebook) for notebook in sources().values()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


def result_of(graded: Graded, attack: Attack) -> Result:
    """Read off what an attack did. In a class of many, what got out is everybody's."""
    got_out = []
    if graded.visit.connections:
        got_out.append("network reached")
    if graded.touched:
        got_out.append("files changed")
    if graded.visit.left_running:
        got_out.append("processes left")
    return Result(
        gained=graded.gained(attack.student),
        lost=EARNED - graded.earned(attack.student),
        others=bool(graded.harmed()),
        leaked=bool(graded.shown(attack.student)),
        got_out=got_out,
    )


def summary(stock: list[Result], kit: list[Result], attacks: list[Attack]) -> list[str]:
    """Return a table of how many attacks did what."""
    kinds = [
        "gains points",
        "others lose marks",
        "reads secrets",
        "network reached",
        "files changed",
        "processes left",
    ]
    ours, theirs = (Counter(e for r in results for e in r.effects) for results in (kit, stock))
    rows = [f"| {kind} | {theirs[kind]} | {ours[kind]} |" for kind in kinds]
    lost = [sum(1 for result in results if result.lost > 0) for results in (stock, kit)]
    harmless = [sum(1 for r in results if not list(r.effects)) for results in (stock, kit)]
    return [
        f"{len(attacks)} attacks:",
        "",
        "| | stock nbgrader | this kit |",
        "|---|---|---|",
        *rows,
        f"| costs its author points that were earned | {lost[0]} | {lost[1]} |",
        f"| none of the first six | {harmless[0]} | {harmless[1]} |",
    ]


def table(stock: list[Result], kit: list[Result], attacks: list[Attack]) -> list[str]:
    """Return the table with a row for each attack."""
    lines = ["| attack | what it tries | stock nbgrader | this kit |", "|---|---|---|---|"]
    for attack, theirs, ours in zip(attacks, stock, kit, strict=True):
        name = f"{attack.family}/{attack.name}"
        title = attack.title.replace("|", "\\|")
        lines.append(f"| {name} | {title} | {theirs.words} | {ours.words} |")
    return lines


def write_page(lines: list[str]) -> None:
    """Put the tables between the markers of docs/security.md."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    new = "\n".join([f"{before}{BEGIN}", "", *lines, "", f"{END}{after}"])
    PAGE.write_text(new, encoding="utf-8")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("families", nargs="*", help="families of attacks (default: all)")
    parser.add_argument("--jobs", type=int, default=2, help="stock gradings at a time")
    parser.add_argument("--only", choices=["stock"], help="grade with stock nbgrader alone")
    parser.add_argument("--write", action="store_true", help="write docs/security.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
