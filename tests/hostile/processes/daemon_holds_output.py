"""Leaves a program running that keeps the kernel's output open."""

import subprocess

subprocess.Popen(["bash", "-c", "trap '' TERM INT HUP; sleep 600"])
