"""Run a program that nobody vouches for: no network, no files but its own, and bounded means.

`launch.start` is the door; `manager.sandboxed_kernel_manager` is the one for notebooks.
"""
