"""Workbooks that others made, opened in a process of their own with so much memory and time."""
