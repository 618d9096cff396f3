"""What the judge knows of the tests above the one that runs: which of them have lost points."""

lost: frozenset[str] | None = None
"""Ids of test cells without full marks; None where nobody keeps count, as in a test of the kit."""
