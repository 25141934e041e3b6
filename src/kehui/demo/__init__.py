"""The generated province: a deterministic, believable market for demonstrations and tests.

Everything below is composed by our own generator from trade knowledge written by hand in
`themes/*.toml`; organizations and persons are invented, places are real.
"""
