"""Kills every process that it may: kill(-1)."""

import os
import signal

os.kill(-1, signal.SIGKILL)
