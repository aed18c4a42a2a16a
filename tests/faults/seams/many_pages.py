"""Imported before the server: one officer, and one address, may keep as many pages open as a whole county."""

import os

os.environ["SOCKETS_PER_OFFICER"] = os.environ["SOCKETS_PER_ADDRESS"] = "100000"
