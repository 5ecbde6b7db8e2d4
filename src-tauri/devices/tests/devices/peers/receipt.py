# A receipt as python-escpos prints one, to the printer at HOST PORT. What its users use: text and styles, both kinds of
# picture, codes, feeding, cutting, the drawer.
import sys

from escpos.printer import Network
from PIL import Image, ImageDraw

printer = Network(sys.argv[1], port=int(sys.argv[2]), timeout=10)
printer.hw("INIT")

logo = Image.new("1", (240, 64), 1)
ImageDraw.Draw(logo).ellipse((88, 0, 151, 63), fill=0)
for implementation in ("bitImageRaster", "graphics", "bitImageColumn"):
    printer.image(logo, impl=implementation, center=False)

printer.set(align="center", bold=True, double_width=True, double_height=True)
printer.textln("Pink Blueberry")
printer.set(align="center", underline=1, font="b", normal_textsize=True, bold=False)
printer.textln("Ägidiusstraße 3")
printer.set_with_default(align="left")
printer.textln("Haarschnitt für Jürgen       42,00 €")
printer.textln("Señor Łuk: coloração          9,50")
printer.set(invert=True)
printer.textln(" TOTAL 51,50 ")
printer.set_with_default()
printer.set(custom_size=True, width=3, height=3)
printer.textln("BIG")
printer.set_with_default()
printer.line_spacing(40)
printer.ln(2)
printer.line_spacing()
printer.qr("https://salon.example/r/1", size=6, native=True, center=False)
printer.barcode("590123412345", "EAN13", 64, 3, "BELOW", "A", align_ct=True, function_type="A")
printer.barcode("{BR-000123", "CODE128", 64, 2, "BELOW", "A", align_ct=True, function_type="B")
printer.control("HT")
printer.textln("tabbed")
printer.buzzer(1, 1)
printer.print_and_feed(2)
printer.cashdraw(2)
printer.cut()
printer.close()
