"""A county written in YAML, made into rows and a journal as if its day had really happened."""
