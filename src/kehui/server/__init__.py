"""The supervisor of the embedded parts. Stands outside Django and imports nothing above it."""
