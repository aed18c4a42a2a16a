"""Imported before the server: whoever does not read, or does not say what they want, is given a second."""

import ops.web.open_screens
from ops.server import request_protocol, socket_protocol

socket_protocol.FROZEN_AFTER = 1.0
request_protocol.HEAD_WITHIN = 1.0
ops.web.open_screens.HELLO_WITHIN = 1.0
