"""Proof that the tests tell right from wrong: `coursekit prove`, which writes `docs/proof.md`.

`mutants` makes wrong solutions out of the reference, one change at a time; `candidates` runs them,
and the solutions that the course has collected, through the real tests, many in a kernel;
`equivalent` knows the changes that change nothing; `page` writes what came out.

What is not covered: solutions that only go wrong together with another task's, which
`tests/test_graded_solutions_*.py` grade as whole submissions.
"""
