"""Judgements of an invented market: what people want is known, where they look is known."""

import numpy as np

from kehui.engines.matching import COLUMNS, Judgement
from kehui.engines.matching.counterfactual import looked_at


def market(
    needs: int,
    *,
    seed: int,
    per_need: int = 10,
    rule: float = 0.3,
    hidden: float = 2.0,
    level: float = -0.5,
    biased: bool = True,
    says_no: float = 0.2,
) -> list[Judgement]:
    """Return what people said of lists that were shown in the order of the rule.

    Once looked at, a pair gets a reply with log odds level + rule · r + hidden · h, where r and h
    are normal: r is the column `rule`, h the column `lexical`. Of those who look and do not want
    it, a share says no; everybody else is silent.
    """
    draw = np.random.default_rng(seed)
    rows = []
    for need in range(needs):
        table = draw.normal(size=(per_need, len(COLUMNS)))
        scores, words = table[:, COLUMNS.index("rule")], table[:, COLUMNS.index("lexical")]
        for place, at in enumerate(np.argsort(-scores), start=1):
            odds = level + rule * scores[at] + hidden * words[at]
            looks = draw.random() < (looked_at([place])[0] if biased else 1.0)
            replies = looks and draw.random() < 1 / (1 + np.exp(-odds))
            refuses = looks and not replies and draw.random() < says_no
            rows.append(
                Judgement(
                    need=need,
                    offer=need * per_need + int(at),
                    features=dict(zip(COLUMNS, table[at].tolist(), strict=True)),
                    grade=2 if replies else 0,
                    is_silent=not (replies or refuses),
                    position=place if biased else 1,
                )
            )
    return rows
