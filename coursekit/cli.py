"""The `coursekit` command: one subcommand per stage of the course."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from coursekit.course import NOTEBOOKS, Course, CourseError, find_notebook


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; return its exit status. Known problems are told in one sentence."""
    arguments = _parser().parse_args(argv)
    course = Course(arguments.course.resolve())
    try:
        return int(arguments.run(course, arguments) or 0)
    except CourseError as error:
        print(f"coursekit: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("coursekit: stopped by you; run the same command again to go on.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="coursekit", description=__doc__)
    parser.add_argument(
        "--course",
        type=Path,
        default=Path.cwd(),
        help="the course folder, which holds source/ and nbgrader_config.py (default: this folder)",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    source = commands.add_parser("source", help="edit the instructor notebooks as scripts")
    source.add_argument("action", choices=("unpack", "pack"))
    source.add_argument("notebook", nargs="*", help="for example 1-2 (default: all three)")
    source.set_defaults(run=_source)
    return parser


def _source(course: Course, arguments: argparse.Namespace) -> None:
    from coursekit import source

    names = tuple(find_notebook(name) for name in arguments.notebook) or NOTEBOOKS
    action = source.unpack if arguments.action == "unpack" else source.pack
    for path in action(course, names):
        print(f"wrote {path}")


if __name__ == "__main__":
    sys.exit(main())
