"""Instructor tools for Assignment 1: release, collect, grade, give feedback, export."""

import sys

# jsonschema, which reads every notebook, would compile a grammar of web addresses on import: for
# 0.8 seconds, in each process. Without this module it leaves out a check that no notebook needs.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
