"""The proof that the tests tell right from wrong: a zoo of solutions, and mutants of ours.

`prove` runs both through the graded cells, `operators` makes the mistakes that mutants are, `stage`
lets many solutions of a task share a kernel, `report` writes `docs/proof.md`.
"""
