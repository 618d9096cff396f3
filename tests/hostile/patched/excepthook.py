"""Hides every error: excepthook, showtraceback and the traceback printers do nothing."""

import sys

shell = get_ipython()
sys.excepthook = lambda *args: None
shell.showtraceback = lambda *args, **kwargs: None
shell._showtraceback = lambda *args, **kwargs: None
shell.set_custom_exc((Exception,), lambda *args, **kwargs: None)
