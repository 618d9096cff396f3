"""Makes 20,000 files and 2,000 folders inside each other."""

import os

for number in range(20_000):
    open(f"file-{number}", "w").close()
for _ in range(2_000):
    os.mkdir("d")
    os.chdir("d")
