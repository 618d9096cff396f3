"""Kills its parent, which is the grader in stock nbgrader."""

import os
import signal

os.kill(os.getppid(), signal.SIGKILL)
