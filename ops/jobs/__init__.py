"""What time alone asks for, run inside every web process; each job may run twice at once and does its work once."""
