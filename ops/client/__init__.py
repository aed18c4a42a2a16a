"""A program's side of the live feed: small enough to be read, and copied, by whoever writes their own."""
