"""Kehui 科汇: the operating system of a regional science-and-technology market."""

__version__ = "0.1.0"
