"""Encoders that an operator can plug in beside the one that is built in."""
