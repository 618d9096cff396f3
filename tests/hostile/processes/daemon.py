"""Leaves a program running in a session of its own."""

import subprocess

subprocess.Popen(["sleep", "600"], start_new_session=True)
