"""`make proof`: prove the tests, print the table, write `docs/proof.md` if everything was run."""

import argparse
import sys

from coursekit.course import REPOSITORY, Course, CourseError
from coursekit.proving.prove import Filter, run_proof
from coursekit.proving.report import PAGE, complaints, page, stale_reasons, table
from coursekit.proving.zoo import missing


def main() -> int:
    """Return 0 if the proof holds; else 1, with every reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m coursekit.proving", description=__doc__)
    parser.add_argument("--notebook", action="append", default=[], help="for example 1-2")
    parser.add_argument("--task", action="append", default=[], help="for example softmax")
    parser.add_argument("--sample", type=int, help="so many mutants of a few tasks, and no zoo")
    arguments = parser.parse_args()
    course = Course(REPOSITORY)
    chosen = Filter(tuple(arguments.notebook), tuple(arguments.task), arguments.sample)
    try:
        proofs = run_proof(course, chosen)
        found = complaints(course, proofs)
        if arguments.sample is None:
            found += stale_reasons(course, proofs)
        print(table(proofs))
        if chosen == Filter():
            (course.root / PAGE).write_text(page(course, proofs), encoding="utf-8")
            print(f"wrote {PAGE}")
            found += missing(course)
    except CourseError as error:
        print(f"proof: {error}", file=sys.stderr)
        return 1
    for said in found:
        print(f"proof: {said}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
