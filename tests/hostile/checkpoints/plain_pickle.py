"""A checkpoint that is a bare pickle with a command in it, without torch's archive around it."""

import pickle


class Trap:
    def __reduce__(self):
        return exec, ("open('/box/public/canary.txt', 'w').write('unpickled')",)


def checkpoint(path):
    path.write_bytes(pickle.dumps(Trap()))
