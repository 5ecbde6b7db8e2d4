# What python-escpos says of the printer at HOST PORT.
import sys

from escpos.printer import Network

printer = Network(sys.argv[1], port=int(sys.argv[2]), timeout=10)
print("online" if printer.is_online() else "offline", ["no paper", "little paper", "paper"][printer.paper_status()])
printer.close()
