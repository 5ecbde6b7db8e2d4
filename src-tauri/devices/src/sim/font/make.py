# Makes the two bitmap files beside it: python make.py FONT.ttf (needs pillow and fonttools). Run by hand, once; its
# output is kept, so that no build needs a font. LICENSE-OFL.txt says what the files hold.
import pathlib
import struct
import sys
import unicodedata

from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

RANGES = [
    (0x20, 0x7E), (0xA1, 0x17F), (0x18F, 0x18F), (0x192, 0x192), (0x218, 0x21B), (0x2C6, 0x2C7), (0x2D8, 0x2DD),
    (0x37A, 0x37A), (0x384, 0x3CE), (0x400, 0x45F), (0x490, 0x491), (0x1E9E, 0x1E9E), (0x2010, 0x2044),
    (0x207F, 0x207F), (0x20A4, 0x20BF), (0x2116, 0x2122), (0x2190, 0x2195), (0x2202, 0x2265), (0x2310, 0x2321),
    (0x2500, 0x25E6), (0x263A, 0x266F),
]


def arms(code):
    """Where a light line goes from the middle of its cell; empty for all other characters."""
    prefix = "BOX DRAWINGS LIGHT "
    name = unicodedata.name(chr(code), "")
    words = name[len(prefix):].split()
    if not name.startswith(prefix) or {"HEAVY", "DASH", "ARC", "DIAGONAL"} & set(words):
        return ""
    directions = {"UP": "u", "DOWN": "d", "LEFT": "l", "RIGHT": "r", "VERTICAL": "ud", "HORIZONTAL": "lr"}
    return "".join(directions.get(word, "") for word in words)


def line_dot(to, x, y, width, height):
    middle_x, middle_y = width // 2, height // 2
    upright = middle_x - 1 <= x <= middle_x and ("u" in to and y <= middle_y or "d" in to and y >= middle_y - 1)
    level = middle_y - 1 <= y <= middle_y and ("l" in to and x <= middle_x or "r" in to and x >= middle_x - 1)
    return upright or level


def rows(font, code, width, height, baseline):
    image = Image.new("1", (width, height), 0)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    draw.text((0, baseline), chr(code), font=font, fill=1, anchor="ls")
    to = arms(code)
    for y in range(height):
        bits = 0
        for x in range(width):
            dot = line_dot(to, x, y, width, height) if to else image.getpixel((x, y))
            bits = bits << 1 | bool(dot)
        yield bits


def write(path, source, codes, width, height, size, baseline):
    font = ImageFont.truetype(source, size)
    words = [len(codes), *codes]
    for code in codes:
        words.extend(rows(font, code, width, height, baseline))
    path.write_bytes(struct.pack(f">{len(words)}H", *words))


source = sys.argv[1]
known = TTFont(source).getBestCmap()
codes = [code for first, last in RANGES for code in range(first, last + 1) if code in known and code != 0xAD]
here = pathlib.Path(__file__).parent
write(here / "paper-12x24.bin", source, codes, 12, 24, 20, 18)
write(here / "paper-9x17.bin", source, codes, 9, 17, 15, 13)
