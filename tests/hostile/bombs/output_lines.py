"""Prints a million short lines."""

print("x\n" * 1_000_000)
