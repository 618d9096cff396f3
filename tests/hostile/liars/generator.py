"""Is a generator, and returns a coroutine, an iterator that never ends and a lambda."""


def forever():
    while True:
        yield 0


async def later():
    return 2


kinds = [forever, later, lambda: (lambda: 2), lambda: iter(int, 1)]


def double(x):
    kinds.append(kinds.pop(0))
    return kinds[0]()
