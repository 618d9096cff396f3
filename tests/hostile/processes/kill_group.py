"""Interrupts the process group and the session that it was started in."""

import os
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
for target in (os.getpgid(os.getppid()), os.getsid(0)):
    try:
        os.killpg(target, signal.SIGINT)
    except OSError as error:
        print(error)
