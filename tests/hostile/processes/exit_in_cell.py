"""Ends the process from a cell of its own."""

import os

os._exit(0)
