"""Keepers that can be held inside a question, so that what dies surely dies while it is asked.

Read on the machines of a cluster: nothing of Django may be imported here.
"""

import time

from kehui.engines.matching import Index, Scored, ShardKeeper, View, Wanted


class GatedKeeper(ShardKeeper):
    """Waits inside a question while a gate of its shard is closed, and says that it is there.

    The gate is a file beside the snapshots, `gate-<shard>`; the first replica that comes waits.
    """

    def answer(self, key: str, view: View | None, wanted: Wanted) -> list[Scored] | None:
        index = self._known(key) or (self._learn(view) if view else None)
        if isinstance(index, Index):
            folder = index.snapshot.folder.parent
            gate, inside = (folder / f"{each}-{self.number}" for each in ("gate", "inside"))
            if gate.exists() and not inside.exists():
                inside.touch()
                while gate.exists():
                    time.sleep(0.02)
        return super().answer(key, view, wanted)
