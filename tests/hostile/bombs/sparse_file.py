"""Makes a file that claims 50 GB and stores nothing."""

with open("sparse", "wb") as file:
    file.truncate(50_000_000_000)
