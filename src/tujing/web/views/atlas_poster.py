"""The map as a poster to print."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_GET

from tujing.atlas.graph import CHIP_HEIGHT, CHIP_WIDTH, graph
from tujing.atlas.loader import atlas
from tujing.reports.poster import SIZES, Chip, Key, Poster, Strip, pdf, svg
from tujing.web.access import member
from tujing.web.atlas_map import COLOURINGS, states
from tujing.web.exports import attachment
from tujing.web.words import say

FILLS = {
    "readiness": {"ready": "#d9f7be", "part": "#fff1b8", "none": "#ffffff"},
    "adoption": {
        "in_use": "#bae0ff", "implementing": "#efdbff", "planned": "#b5f5ec", "candidate": "#fff7e6",
        "stopped": "#f0f0f0", "absent": "#ffffff",
    },
    "effect": {"better": "#d9f7be", "unclear": "#fff1b8", "worse": "#ffccc7", "prior": "#ffffff"},
}  # fmt: skip
"""On paper the light theme's colours, as in `atlas.css`."""
EDGES = {"in_use": "#1677ff", "evaluated": "#1677ff", "implementing": "#722ed1", "planned": "#13a8a8"}
NOTE = noop(
    "A solid line is a data element that one scenario writes and another reads; a dashed line is a prerequisite."
)
MEDIA = {"svg": "image/svg+xml", "pdf": "application/pdf"}


@require_GET
@member
def poster(request: HttpRequest, ending: str) -> HttpResponse:
    """SVG or PDF in A1 or A3, in the page's language, coloured as asked."""
    size = request.GET.get("size", "A3")
    colouring = request.GET.get("colour", "readiness")
    if ending not in MEDIA or size not in SIZES or colouring not in COLOURINGS:
        raise Http404
    drawing = svg(_poster(request, colouring), size)
    content = pdf(drawing, size) if ending == "pdf" else drawing.encode()
    return attachment(content, f"{_('Scenario atlas')}-{size}.{ending}", MEDIA[ending])


def _poster(request: HttpRequest, colouring: str) -> Poster:
    drawn, known = graph(atlas()), states(request.organisation)
    chips = []
    for node in drawn.nodes:
        state = known[node.id]
        stage = state.adoption.stage if state.adoption else ""
        fill = FILLS[colouring][state.by_colouring[colouring]]
        edge = EDGES.get(stage, "#bfbfbf")
        chips.append(
            Chip(node.id, say(node.name), node.x, node.y, fill, edge, 2.5 if stage in EDGES else 1.0, not node.runnable)
        )
    counts = {state: sum(one.by_colouring[colouring] == state for one in known.values()) for state in FILLS[colouring]}
    legend = [
        Key(f"{_(COLOURINGS[colouring][state])} {counts[state]}", fill) for state, fill in FILLS[colouring].items()
    ]
    legend += [
        Key(_("Blue frame: in use"), "#ffffff", "#1677ff", 2.5),
        Key(_("Purple: implementing"), "#ffffff", "#722ed1", 2.5),
        Key(_("Teal: planned"), "#ffffff", "#13a8a8", 2.5),
        Key(_("Dashed frame: not runnable yet"), "#ffffff", "#8c8c8c", 1.0, True),
    ]
    data = sum(edge.kind == "data" for edge in drawn.edges)
    told = {"scenarios": len(drawn.nodes), "links": data, "needs": len(drawn.edges) - data}
    return Poster(
        title=_("One map, four lists: scenario atlas"),
        subtitle=_("%(scenarios)s scenarios · %(links)s flows of data elements · %(needs)s prerequisites") % told,
        right=f"{say(request.organisation.name)}　{timezone.localdate().isoformat()}",
        chips=chips,
        chip=(CHIP_WIDTH, CHIP_HEIGHT),
        links=[(edge.source, edge.target, edge.kind == "prerequisite") for edge in drawn.edges],
        columns=[Strip(say(one.name), one.start, one.length) for one in drawn.columns],
        bands=[Strip(say(one.name), one.start, one.length) for one in drawn.bands],
        width=drawn.width,
        height=drawn.height,
        legend=legend,
        notes=[_(NOTE)],
    )
