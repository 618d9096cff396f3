"""Never ends when the kernel is asked to: handlers at exit that wait for ever."""

import atexit
import threading
import time


def wait():
    while True:
        try:
            time.sleep(3600)
        except BaseException:
            pass


atexit.register(wait)
threading._register_atexit(wait)
