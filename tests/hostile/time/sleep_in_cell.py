"""Sleeps for an hour in a cell of its own."""

import time

time.sleep(3600)
