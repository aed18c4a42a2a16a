"""One verb of the trade per function: transaction, door, change, event in the past tense."""
