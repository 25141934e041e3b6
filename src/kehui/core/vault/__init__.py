"""Personal data at rest: who holds the keys, and the columns that keep sealed values.

Three kinds of keys. A *master key* wraps; it lies in a file of the operator's or in a key
service. A *person's key* seals that person's values; it lies wrapped in the database, and to
destroy it is to forget them. An *index key* turns a number into a code by which equal numbers find
each other.
"""
