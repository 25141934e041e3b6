"""Questions about silence: who promised and did not answer, who saw and did not speak."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from kehui.market.models import Side, State
from kehui.matching.models import Feedback, Interest, Outcome, Showing

Pair = tuple[int, int, str]


def overdue_questions(today: date) -> QuerySet[Interest]:
    """Return the questions whose day of reply is before today and that nobody has answered.

    A side that was found silent before, by whichever clock, is left out.
    """
    return (
        Interest.objects.filter(reply_due_on__lt=today, answered_at=None)
        .exclude(
            Q(side=Side.NEED) & Exists(_silences().filter(side=Side.OFFER))
            | Q(side=Side.OFFER) & Exists(_silences().filter(side=Side.NEED))
        )
        .order_by("reply_due_on", "pk")
    )


def unanswered_showings(*, last_day: date) -> QuerySet[Showing, Pair]:
    """Return need, offer and side of what was shown by that day and that the side never spoke of.

    Neither said that it fits or not, nor asked to talk, nor was found silent before. Both items
    have to be published now: of what is over, silence says nothing.
    """
    pair = {"need": OuterRef("need"), "offer": OuterRef("offer"), "side": OuterRef("side")}
    spoken = Feedback.objects.filter(
        suggestion__need=pair["need"], suggestion__offer=pair["offer"], side=pair["side"]
    )
    return (
        Showing.objects.filter(
            ~Exists(spoken),
            ~Exists(Interest.objects.filter(**pair)),
            ~Exists(_silences().filter(side=OuterRef("side"))),
            on__lte=last_day,
            need__state=State.PUBLISHED,
            offer__state=State.PUBLISHED,
        )
        .order_by("need", "offer", "side")
        .values_list("need", "offer", "side")
        .distinct()
    )


def _silences() -> QuerySet[Outcome]:
    return Outcome.objects.filter(
        need=OuterRef("need"), offer=OuterRef("offer"), rung=Outcome.Rung.SILENT
    )
