"""Pictures as base64 text, as notebooks hold them."""

import base64
import io
import random

from PIL import Image


def red(size: tuple[int, int] = (120, 60), kind: str = "png") -> str:
    """Return a picture of one colour."""
    return _text(Image.new("RGB", size, "red"), kind)


def noise(size: tuple[int, int]) -> str:
    """Return a picture that does not compress."""
    content = random.Random(1).randbytes(size[0] * size[1] * 3)
    return _text(Image.frombytes("RGB", size, content), "png")


def _text(image: Image.Image, kind: str) -> str:
    file = io.BytesIO()
    image.save(file, kind)
    return base64.b64encode(file.getvalue()).decode()
