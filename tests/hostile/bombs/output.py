"""Prints 60 MB on one line."""

for _ in range(60):
    print("x" * 1_000_000, end="")
