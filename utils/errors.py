"""The one exception that the data helpers raise for anything a person can meet."""


class DataError(Exception):
    """A problem with files, downloads or archives: one sentence says what, where, what to do."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows this sentence instead of a traceback through the helpers' own code."""
        return [f"DataError: {self}"]
