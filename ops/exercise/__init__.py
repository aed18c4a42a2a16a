"""Exercise mode: the demo day played by simulated officers, over the same HTTP and sockets as everybody."""
