"""Talks on the judge's connection from a thread while the main thread answers.

Costs: it goes on while triple is tested.
"""

import gc
import os
import socket
import threading
import time


def noise():
    for _ in range(2000):
        time.sleep(0.002)
        for thing in gc.get_objects():
            try:
                if isinstance(thing, socket.socket) and thing.family == socket.AF_UNIX:
                    thing.send(os.urandom(9))
            except (OSError, ReferenceError):
                pass


threading.Thread(target=noise, daemon=True).start()
