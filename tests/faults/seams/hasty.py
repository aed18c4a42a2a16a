"""Imported before the server: pages that a new epoch sends for are fetched within a moment, not spread over 90 s."""

import live.catch_up

live.catch_up.SPREAD_SECONDS = 2
