"""Pictures for the demonstration: plain, small, and labelled as no real photographs."""

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from services.uploads import AcceptedUpload

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
WIDTH, HEIGHT = 560, 360
PAPER, INK, STRIPE, FRAME = 238, 40, 212, 150


def picture(caption: str, label: str) -> AcceptedUpload:
    """A picture that shows its own caption; without the font only shapes."""
    image = _ground().copy()
    if FONT.exists():
        draw = ImageDraw.Draw(image)
        draw.text((WIDTH / 2, 156), caption, INK, _font(26), anchor="mm")
        draw.text((WIDTH / 2, 206), label, INK, _font(18), anchor="mm")
    target = io.BytesIO()
    image.save(target, "PNG")
    return AcceptedUpload(f"{caption}.png", target.getvalue(), "image/png")


@cache
def _ground() -> Image.Image:
    image = Image.new("L", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    for left in range(-HEIGHT, WIDTH, 56):
        draw.line([(left, HEIGHT), (left + HEIGHT, 0)], fill=STRIPE, width=14)
    draw.rectangle((40, 110, WIDTH - 40, 250), fill=PAPER, outline=FRAME, width=3)
    return image


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)
