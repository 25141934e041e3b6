"""Argon2 that costs next to nothing: tests open thousands of accounts."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Cheap(Argon2PasswordHasher):
    """The same algorithm, with the least that it allows."""

    time_cost, memory_cost, parallelism = 1, 8, 1
