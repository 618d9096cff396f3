"""Opens files until none is left, and keeps all but ten of them."""

held = []
try:
    while len(held) < 20_000:
        held.append(open("/dev/null"))
except OSError as error:
    print(error)
del held[-10:]
