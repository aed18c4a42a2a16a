"""Who hears what, now: the realtime engine, which knows neither HTTP nor SQL."""
