"""Leaves threads behind that never end, and answers wrongly but promptly."""

import threading
import time


def busy():
    while True:
        time.sleep(0.01)


for _ in range(8):
    threading.Thread(target=busy).start()
