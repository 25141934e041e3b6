"""Where a match stands in its list: by its score, moved by the published rule of exposure.

The score stays what it is. An offer whose talks are as many as it can carry waits at the end of
the list; the others stand by order value plus the points of their studio.
"""

from datetime import date
from typing import Final

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext as _

from kehui.market.models import State
from kehui.matching.models import Interest, Suggestion

# Not every talk becomes a job: so many open talks for each job an offer can do at once
TALKS_PER_JOB: Final = 3
ORDER: Final = ("is_full", "-shown", "pk")


def is_open(today: date) -> Q:
    """Return the talks that still wait for an answer: both items there, the promise not past."""
    return Q(
        answered_at=None,
        reply_due_on__gte=today,
        need__state=State.PUBLISHED,
        offer__state=State.PUBLISHED,
    )


def placed(found: QuerySet[Suggestion], *, today: date) -> QuerySet[Suggestion]:
    """Return a need's suggestions in the order they are shown, with `is_full`, `shown` and why.

    Expects `is_asked`: who talks with this need already keeps the place.
    """
    talks = (
        Interest.objects.filter(is_open(today), offer=OuterRef("offer"))
        .order_by()
        .values("offer")
        .annotate(needs=Count("need", distinct=True))
        .values("needs")
    )
    room = F("offer__capacity") * TALKS_PER_JOB
    return found.annotate(
        open_talks=Coalesce(Subquery(talks, output_field=IntegerField()), 0),
        taken=Coalesce("offer__studio__exposure__taken", 0.0),
        given=Coalesce("offer__studio__exposure__given", 0.0),
        is_full=Case(
            When(Q(is_asked=False, open_talks__gte=room), then=True),
            default=False,
            output_field=BooleanField(),
        ),
        shown=ExpressionWrapper(F("order") + F("given") - F("taken"), output_field=FloatField()),
    ).order_by(*ORDER)


def with_room(found: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    """Leave out, of what is `placed`, the offers whose hands are full."""
    return found.filter(Q(is_full=False))


def unmoved(found: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    """Return an offer's suggestions: needs stand by their score alone."""
    return found.annotate(is_full=Value(value=False), shown=F("order")).order_by(*ORDER)


def with_places(found: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    """Tell of each row its place as shown, and its place by score alone."""
    return found.annotate(
        place=Window(RowNumber(), order_by=["is_full", F("shown").desc(), "pk"]),
        plain_place=Window(RowNumber(), order_by=[F("order").desc(), "pk"]),
    )


def why_moved(suggestion: Suggestion) -> list[str]:
    """Return in plain words what moves this match, apart from the score: nothing, mostly."""
    taken, given = getattr(suggestion, "taken", 0.0), getattr(suggestion, "given", 0.0)
    reasons = []
    if suggestion.is_full:  # type: ignore[attr-defined]
        talks = suggestion.open_talks  # type: ignore[attr-defined]
        reasons.append(_("正在谈的已有 %d 家，暂时接满，先排到最后；有空位就回到原位。") % talks)
    if taken > 0:
        reasons.append(
            _("这间工作室常排在各家需求的前列，位次让出 %.1f 分，让别人也被看见。") % taken
        )
    if given > 0:
        reasons.append(_("县级或新开张的工作室有保底曝光，位次上移 %.1f 分。") % given)
    return reasons


def why_there(suggestion: Suggestion) -> str:
    """Say why the match does not stand where its score alone would put it; "" when it does."""
    place, plain = suggestion.place, suggestion.plain_place  # type: ignore[attr-defined]
    if place == plain:
        return ""
    why = why_moved(suggestion) or [_("前后有匹配按曝光规则换了位置。")]
    told = _("按契合分是第 %(plain)d 位，现在第 %(place)d 位；契合分没有变。") % {
        "plain": plain,
        "place": place,
    }
    return "".join([*why, told])
