"""The `coursekit` command: one subcommand per stage of the course."""

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from coursekit.course import LOOK, Course, CourseError

if TYPE_CHECKING:
    from coursekit.autograde.run import Choice


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; return its exit status. Known problems are told in one sentence."""
    if hasattr(sys.stdout, "reconfigure"):  # a terminal that lacks a letter shows \\u... instead
        sys.stdout.reconfigure(errors="backslashreplace")
    arguments = _parser().parse_args(argv)
    chosen = getattr(arguments, "named", None) or arguments.assignment
    course = Course(arguments.course.resolve(), chosen)
    try:
        course.settings.assignment(chosen)  # a mistake is told before anything is done
        with _ended_in_order():
            return int(arguments.run(course, arguments) or 0)
    except CourseError as error:
        print(f"coursekit: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"coursekit: {error.strerror or error}: {error.filename or 'a file of the course'}. "
            "Mend this and run the same command again to go on.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("coursekit: stopped by you; run the same command again to go on.", file=sys.stderr)
        return 130


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM, as `kill` and a system that goes down send it, end this like Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="coursekit", description=__doc__)
    parser.add_argument(
        "--course",
        type=Path,
        default=Path.cwd(),
        help="the course folder, which holds source/ and nbgrader_config.py (default: this folder)",
    )
    parser.add_argument("--assignment", help="one of course.toml's (default: its first)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    source = commands.add_parser("source", help="edit the instructor notebooks as scripts")
    source.add_argument("action", choices=("unpack", "pack"))
    source.add_argument("notebook", nargs="*", help="for example 1-2 (default: all)")
    source.set_defaults(run=_source)

    release = commands.add_parser(
        "release", help="make the student notebooks and their archive from source/"
    )
    release.add_argument(
        "--quick",
        action="store_true",
        help="prove the tests with the reference only, not with each right solution",
    )
    release.set_defaults(run=_release)

    prove = commands.add_parser(
        "prove", help="show that the tests tell right from wrong: all solutions, and mutants"
    )
    prove.add_argument("--notebook", action="append", default=[], help="only this one, like 1-2")
    prove.add_argument("--task", action="append", default=[], help="only this one (repeatable)")
    prove.add_argument("--sample", type=_positive, help="only so many, the same each time")
    prove.add_argument("--page", type=Path, help="write what was found there, for people")
    prove.set_defaults(run=_prove)

    collect = commands.add_parser(
        "collect", help="bring submitted archives into submitted/, where nbgrader looks"
    )
    collect.add_argument("inbox", type=Path, nargs="?", help="default: inbox/ in the course folder")
    collect.add_argument(
        "--timezone",
        help="where times in file names are from (default: the time zone of course.toml, or here)",
    )
    collect.set_defaults(run=_collect)

    autograde = commands.add_parser(
        "autograde", help="execute and mark what is new in submitted/, several at a time"
    )
    _add_choice(autograde)
    autograde.set_defaults(run=_autograde)

    grade = commands.add_parser(
        "grade", help="autograde what is new in submitted/, then write feedback, marks and report"
    )
    _add_choice(grade)
    grade.set_defaults(run=_grade)

    report = commands.add_parser(
        "report", help="write marks and report again, for example after grading by hand"
    )
    report.set_defaults(run=_report)

    doctor = commands.add_parser("doctor", help="say whether submissions can be graded safely here")
    doctor.set_defaults(run=_doctor)

    demo = commands.add_parser("demo", help="run the whole course once for three made-up students")
    demo.add_argument("folder", type=Path, nargs="?", help="default: build/demo")
    demo.set_defaults(run=_demo)
    return parser


def _add_choice(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what to grade, and how."""
    parser.add_argument("named", nargs="?", metavar="ASSIGNMENT", help="as for --assignment")
    parser.add_argument("-j", "--jobs", type=_positive, help="notebooks at a time (default: cores)")
    parser.add_argument("--force", action="store_true", help="grade what has not changed as well")
    parser.add_argument("--student", action="append", default=[], help="only this one (repeatable)")
    parser.add_argument(
        "--notebook", action="append", default=[], help="only this one, for example 1-2"
    )
    parser.add_argument(
        "--scheduler", help="execute on a Dask cluster, for example tcp://host:8786"
    )
    parser.add_argument(
        "--allow-unsandboxed",
        action="store_true",
        help="grade even where this machine has no sandbox: students' code then runs as you",
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _source(course: Course, arguments: argparse.Namespace) -> None:
    from coursekit import source

    names = tuple(course.find_notebook(name) for name in arguments.notebook)
    action = source.unpack if arguments.action == "unpack" else source.pack
    for path in action(course, names):
        print(f"wrote {path}")


def _release(course: Course, arguments: argparse.Namespace) -> None:
    from coursekit.proof import prove
    from coursekit.release import release

    prove(course, quick=arguments.quick)
    print(f"wrote {release(course)}")


def _prove(course: Course, arguments: argparse.Namespace) -> int:
    from coursekit.proving.page import summary, write_page
    from coursekit.proving.prove import complaints, prove

    notebooks = [course.find_notebook(name) for name in arguments.notebook]
    rows = prove(course, notebooks, arguments.task, arguments.sample)
    if arguments.page:
        write_page(arguments.page, rows)
        print(f"wrote {arguments.page}")
    for complaint in complaints(rows):
        print(complaint)
    print(summary(rows))
    return int(any(complaints(rows)))


def _collect(course: Course, arguments: argparse.Namespace) -> int:
    from coursekit.collect import collect

    inbox = arguments.inbox or course.root / "inbox"
    report = collect(course, inbox, timezone=arguments.timezone)
    print(report.text())
    return report.exit_code


def _autograde(course: Course, arguments: argparse.Namespace) -> int:
    from coursekit.attention import say_result
    from coursekit.autograde.run import autograde
    from coursekit.marks import read_marks

    summary = autograde(course, _choice(course, arguments))
    text, status = say_result(course, summary, read_marks(course), [])
    print(text)
    return status


def _grade(course: Course, arguments: argparse.Namespace) -> int:
    from coursekit.grade import grade

    graded = grade(course, _choice(course, arguments))
    text, status = graded.result()
    print(f"marks   {graded.table}\nreport  {graded.report}\n{text}")
    return status


def _choice(course: Course, arguments: argparse.Namespace) -> "Choice":
    from coursekit.autograde.run import Choice

    return Choice(
        students=arguments.student,
        notebooks=[course.find_notebook(name) for name in arguments.notebook],
        force=arguments.force,
        workers=arguments.jobs,
        scheduler=arguments.scheduler,
        allow_unsandboxed=arguments.allow_unsandboxed,
    )


def _report(course: Course, arguments: argparse.Namespace) -> int:
    from coursekit.export import export_csv
    from coursekit.marks import read_marks
    from coursekit.report import write_report
    from coursekit.settle import settle

    troubles = settle(course)
    marks = read_marks(course)
    print(f"marks   {export_csv(course, marks)}\nreport  {write_report(course, marks)}")
    for trouble in troubles:
        print(f"coursekit: {trouble}", file=sys.stderr)
    return LOOK if troubles else 0


def _doctor(course: Course, arguments: argparse.Namespace) -> int:
    from coursekit.doctor import examine, refuses, table

    findings = examine(course)
    print(table(findings))
    return int(refuses(findings))


def _demo(course: Course, arguments: argparse.Namespace) -> int:
    from coursekit.demo import run_demo

    return run_demo((arguments.folder or course.root / "build" / "demo").resolve())


if __name__ == "__main__":
    sys.exit(main())
