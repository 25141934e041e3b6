"""Learn names from the market's own texts; put them in force only when matching is not worse."""

from dataclasses import dataclass
from datetime import datetime

from kehui.market.selectors import namings, terms
from kehui.market.services import namings as editions
from kehui.matching import adapter
from kehui.matching.selectors import listings
from kehui.matching.services import static_models


@dataclass(frozen=True, kw_only=True)
class NamesTrained:
    """What a learning showed: MRR@10 of finding held-back bodies by their titles.

    `found` counts all pairs, `in_force` those that serve when the edition is installed, `touched`
    the held-back texts that hold one of their names.
    """

    texts: int
    held_back: int
    touched: int
    found: int
    in_force: int
    before: float
    after: float
    edition: str
    is_known: bool  # the very same edition is in force already
    is_installed: bool


def train_names(*, install: bool, at: datetime) -> NamesTrained:
    """Learn from everything published, and install the edition if matching is not worse with it.

    What operators said of single pairs holds for the new edition.

    Raises:
        TooFewTexts: there is too little to learn from and to measure with.
    """
    count = listings.published_count()
    if count < static_models.LEAST:
        raise static_models.TooFewTexts(number=count, least=static_models.LEAST)
    said = namings.verdicts()
    learned = adapter.learn_names(
        listings.published(), kept=terms.kept(), serving=terms.lexicon(), verdicts=said
    )
    edition, held = editions.version_of(learned.content), namings.in_force()
    is_known = held is not None and held.version == edition
    is_better = install and not is_known and learned.after >= learned.before
    if is_better:
        editions.install_names(
            content=learned.content,
            held_back=learned.held_back,
            before=learned.before,
            after=learned.after,
            at=at,
        )
    return NamesTrained(
        texts=learned.texts,
        held_back=learned.held_back,
        touched=learned.touched,
        found=len(learned.content),
        in_force=len(namings.pairs_of(namings.read(learned.content, said))),
        before=learned.before,
        after=learned.after,
        edition=edition,
        is_known=is_known,
        is_installed=is_better,
    )
