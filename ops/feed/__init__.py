"""Adapts tables and access to the engine: journal reader, audience lookup, presence table, record of disclosures."""
