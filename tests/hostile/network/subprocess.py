"""Lets another program connect: bash opens /dev/tcp."""

import subprocess

subprocess.run(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/4711 && echo connected"], timeout=3)
