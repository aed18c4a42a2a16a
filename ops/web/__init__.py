"""Pages and sockets: parse what came, call one action or read one screen, answer."""
