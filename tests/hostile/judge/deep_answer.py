"""Returns lists nested 100,000 deep, and one that contains itself."""

ring = []
ring.append(ring)
deep = []
for _ in range(100_000):
    deep = [deep]
kinds = [ring, deep]


def double(x):
    kinds.append(kinds.pop(0))
    return kinds[0]
