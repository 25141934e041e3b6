"""What a person may ask for: a copy of everything, and to be forgotten."""
