"""The proof: random worlds, an oracle that shares no code with the rule, and a judge of every byte that leaves."""
