#!/usr/bin/env python3
"""Draws the application's icon, a pink blueberry, in every size and container that the three systems want.

    python3 src-tauri/icons/draw.py

Plain Python, no packages: shapes are signed distances, so that each size is drawn sharp instead of scaled.
"""

import math
import struct
import zlib
from pathlib import Path

HERE = Path(__file__).parent
PINK_LIGHT, PINK, PINK_DEEP = (0xFF, 0x8F, 0xBE), (0xD9, 0x3B, 0x82), (0xA3, 0x1A, 0x58)
BLUEBERRY, BLUEBERRY_LIGHT = (0x2B, 0x28, 0x78), (0x5A, 0x56, 0xC4)


def mix(a, b, t):
    t = min(1.0, max(0.0, t))
    return tuple(x + (y - x) * t for x, y in zip(a, b))


def crown(x, y, radius):
    """Signed distance, roughly, to the berry's five-pointed crown."""
    angle = math.atan2(x, -y)
    step = 2 * math.pi / 5
    away = abs(((angle + step / 2) % step) - step / 2) / (step / 2)
    edge = radius * (1.0 - 0.44 * away**0.85)
    return math.hypot(x, y) - edge


def pixel(x, y, size):
    """Colour and opacity at (x, y) in -1..1; `size` pixels along an edge."""
    soft = 2.0 / size

    def cover(distance):
        return min(1.0, max(0.0, 0.5 - distance / soft))

    body = cover(math.hypot(x, y) - 0.94)
    if body == 0.0:
        return (0, 0, 0, 0)
    light = math.hypot(x + 0.34, y + 0.42)
    colour = mix(PINK_LIGHT, PINK, light / 0.85) if light < 0.85 else mix(PINK, PINK_DEEP, (light - 0.85) / 0.75)
    cx, cy = x - 0.05, y + 0.08
    colour = mix(colour, BLUEBERRY, cover(crown(cx, cy, 0.60)))
    colour = mix(colour, BLUEBERRY_LIGHT, cover(math.hypot(cx, cy) - 0.17))
    return tuple(round(c) for c in colour) + (round(255 * body),)


def png(size):
    rows = bytearray()
    for row in range(size):
        rows.append(0)
        for column in range(size):
            rows.extend(pixel((column + 0.5) * 2 / size - 1, (row + 0.5) * 2 / size - 1, size))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b"")


def bitmap(size):
    """A 32-bit DIB as an .ico holds it: bottom-up BGRA, doubled height, then an empty mask."""
    out = bytearray(struct.pack("<IiiHHIIiiII", 40, size, size * 2, 1, 32, 0, 0, 0, 0, 0, 0))
    for row in reversed(range(size)):
        for column in range(size):
            r, g, b, a = pixel((column + 0.5) * 2 / size - 1, (row + 0.5) * 2 / size - 1, size)
            out.extend((b, g, r, a))
    out.extend(bytes(((size + 31) // 32) * 4 * size))
    return bytes(out)


def ico(images):
    """Small sizes as bitmaps, which every Windows reads; 256 as PNG, as Windows expects it."""
    offset, directory, body = 6 + 16 * len(images), b"", b""
    for size, data in images:
        directory += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), offset + len(body))
        body += data
    return struct.pack("<HHH", 0, 1, len(images)) + directory + body


def icns(images):
    body = b"".join(kind + struct.pack(">I", len(data) + 8) + data for kind, data in images)
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def main():
    drawn = {size: png(size) for size in (32, 64, 128, 256, 512)}
    names = {32: "32x32.png", 64: "64x64.png", 128: "128x128.png", 256: "128x128@2x.png", 512: "icon.png"}
    for size, name in names.items():
        (HERE / name).write_bytes(drawn[size])
    small = [(size, bitmap(size)) for size in (16, 24, 32, 48, 64)]
    (HERE / "icon.ico").write_bytes(ico([*small, (256, drawn[256])]))
    kinds = [(b"ic07", 128), (b"ic08", 256), (b"ic09", 512)]
    (HERE / "icon.icns").write_bytes(icns([(kind, drawn[size]) for kind, size in kinds]))


if __name__ == "__main__":
    main()
