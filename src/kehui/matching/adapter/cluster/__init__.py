"""The same index on several machines: shards in Ray actors, each on more than one machine.

Nothing of Ray is loaded unless KEHUI_RAY_ADDRESS is set.
"""
