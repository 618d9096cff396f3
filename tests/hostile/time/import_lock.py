"""Holds the import lock from a thread while the test wants to import.

Costs: every fresh kernel that runs this cell is blocked as well.
"""

import _imp
import threading
import time


def hold():
    _imp.acquire_lock()
    time.sleep(3600)


threading.Thread(target=hold, daemon=True).start()
