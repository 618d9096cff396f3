"""Writes halves of characters, null bytes and terminal escapes into answers, output and errors."""

text = "\ud800 \x00 \x1b[31m \u202e <script>alert(1)</script> | ` \r"
print(text.encode("utf-8", "replace").decode())
print("\x00\x1b]0;owned\x07")


def double(x):
    raise ValueError(text)
