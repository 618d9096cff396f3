"""Holds the import lock from a thread while the test wants to import."""

import _imp
import threading
import time


def hold():
    _imp.acquire_lock()
    time.sleep(3600)


threading.Thread(target=hold, daemon=True).start()
