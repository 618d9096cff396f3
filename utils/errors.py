"""The one exception that the data helpers raise for anything a person can meet."""


class DataError(Exception):
    """A problem with files, downloads or archives, told in one sentence: what, where, what to do."""
