"""Opens files until none is left, and keeps them.

Costs: a kernel that can open nothing more cannot be asked for triple either.
"""

held = []
try:
    while len(held) < 20_000:
        held.append(open("/dev/null"))
except OSError as error:
    print(error)
