"""The shards of a cluster in this process, without Ray."""

from dataclasses import dataclass, field

from kehui.engines import matching as engine
from kehui.matching.adapter.cluster.shards import Asked


@dataclass
class Here:
    """So many shards, of which some do not answer; `asked` says what for."""

    count: int
    silent: set[int] = field(default_factory=set)
    asked: list[engine.Wanted] = field(default_factory=list)

    def ask(self, asked: Asked) -> dict[int, list[engine.Scored]]:
        self.asked.append(asked.wanted)
        found = {}
        for number in set(range(self.count)) - self.silent:
            keeper = engine.ShardKeeper(number, self.count)
            answer = keeper.answer(asked.view.key, asked.view, asked.wanted)
            assert answer is not None
            found[number] = answer
        return found
