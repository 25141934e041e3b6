"""Which fields hold or name a person, why, on what ground and for how long."""
