"""For operators: the table of rights, as officers read it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kehui.rights.table import Address, Grid, Rights, rights
from kehui.web.members import MemberRequest
from kehui.web.office.people import operator_required


@require_safe
@operator_required
def table(request: MemberRequest) -> HttpResponse:
    """Show who gets what: every address by area, then what each group of people means."""
    known = rights()
    of_addresses = {row.grid.code for each in known.addresses for row in each.rows}
    context = {
        "count": len(known.addresses),
        "areas": [_area(code, known) for code in known.areas],
        "address_head": [
            _("做什么"),
            _("方法"),
            _("对象"),
            _("谁可以"),
            _("谁能看到其中的"),
            _("凭据"),
        ],
        "grid_head": [_("角色"), *map(str, known.distances.values())],
        "grids": [_grid(each, known) for each in known.grids.values() if each.code in of_addresses],
        "field_grids": [
            _grid(each, known) for each in known.grids.values() if each.code not in of_addresses
        ],
    }
    return render(request, "office/rights.html", context)


def _area(code: str, known: Rights) -> dict[str, Any]:
    return {
        "title": known.areas[code],
        "rows": [
            line for each in known.addresses if each.area == code for line in _lines(each, known)
        ],
    }


def _lines(address: Address, known: Rights) -> list[list[str]]:
    """Return an address as lines: one for each thing at each method."""
    return [
        [
            str(address.word),
            row.method,
            str(known.things[row.thing]) if row.thing else "–",
            str(row.grid.word),
            _("；").join(
                _("%(field)s：%(who)s") % {"field": known.fields[name], "who": grid.word}
                for name, grid in row.fields.items()
            )
            or "–",
            _proof(address, row.method),
        ]
        for row in address.rows
    ]


def _proof(address: Address, method: str) -> str:
    """Say what an act needs beside the right to it."""
    signed = [_("设备签名")] if method in address.signed else []
    stepped = [_("再确认是本人")] if method in address.step_up else []
    return _("，").join([*signed, *stepped]) or "–"


def _grid(grid: Grid, known: Rights) -> dict[str, Any]:
    rows = [
        [str(word), *(str(known.answers[grid.gets[role, far]]) for far in known.distances)]
        for role, word in known.roles.items()
    ]
    return {"title": grid.word, "rows": rows}
