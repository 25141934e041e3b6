"""Questions about all that is kept of one person."""
