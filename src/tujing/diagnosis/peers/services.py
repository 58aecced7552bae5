"""Use-cases: agree to be compared with (or no longer), take in a population, see where one stands.

A population is a file kept in the installation, taken in as a whole; enterprises of this installation that agreed are
added when the question is asked, so that taking consent back ends it at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from tujing.diagnosis.instrument import Instrument, instrument
from tujing.diagnosis.models import Assessment, PeerConsent
from tujing.diagnosis.peers.cells import Cell, Place, rules, shown, widened
from tujing.diagnosis.peers.columns import scored
from tujing.diagnosis.peers.file import points, read
from tujing.diagnosis.peers.standing import standing
from tujing.diagnosis.scoring import score
from tujing.diagnosis.services import SME, latest
from tujing.enterprise import codes
from tujing.enterprise.models import Organisation
from tujing.enterprise.services import classification
from tujing.problems import BadInput
from tujing.words import Text

SIZES = {
    "large": Text(zh="大型", en="large"),
    "medium": Text(zh="中型", en="medium"),
    "small": Text(zh="小型", en="small"),
    "micro": Text(zh="微型", en="micro"),
}
PLACED = ("size", "section", "division", "score", "level")
KINDS = pa.schema(
    [
        ("size", pa.string()),
        ("section", pa.string()),
        ("division", pa.string()),
        ("score", pa.float64()),
        ("level", pa.int8()),
    ]
)


def give_consent(organisation: Organisation, by: Any = None) -> None:
    """Lets the organisation's newest result count, nameless, among the peers of others."""
    PeerConsent.objects.get_or_create(organisation=organisation, defaults={"by": by})


def take_back_consent(organisation: Organisation) -> None:
    """Ends it at once."""
    PeerConsent.objects.filter(organisation=organisation).delete()


def has_consented(organisation: Organisation) -> bool:
    return PeerConsent.objects.filter(organisation=organisation).exists()


def take_in(path: Path, name: str = SME) -> int:
    """Takes in a population, in place of the one before; returns its enterprises.

    Raises
    ------
    BadInput
        When the file cannot be used; the population before stays.
    """
    one = instrument(name)
    table = read(path, one)
    if "score" not in table.column_names:
        table = _score(one, table)
    target = _path(one)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    pq.write_table(table.select(PLACED), part, compression="zstd")
    part.replace(target)
    return int(table.num_rows)


def peers(organisation: Organisation, name: str = SME) -> dict[str, Any]:
    """Returns where the organisation stands among enterprises of its industry and size, or why nobody can tell.

    The group is widened until it may be shown: division → section → all industries, and at last all sizes.
    """
    place, why_not = _place(organisation)
    base: dict[str, Any] = {
        "consented": has_consented(organisation),
        "least": rules().least,
        "source": rules().provenance.model_dump(),
    }
    if place is None:
        return {**base, "group": None, "why_not": why_not}
    population = _population(instrument(name))
    cell, passed = widened(place, shown(counts_by_place(population), rules().least))
    if cell is None:
        words = Text(
            zh=f"可比的企业不足 {rules().least} 家，不作比较；管理员可用 --population 读入同行数据。",
            en=f"There are fewer than {rules().least} enterprises to compare with; whoever runs the system may take in "
            "peers with --population.",
        )
        return {**base, "group": None, "why_not": words.as_dict()}
    population = within(population, cell)
    own = latest(organisation, name)
    found = standing(
        population["score"].to_numpy(),
        population["level"].to_numpy(),
        None if own is None else score(instrument(name), own.answers).score,
        rules(),
    )
    return {
        **base,
        "group": {"cell": list(cell), "words": cell_words(cell).as_dict()},
        "widened": [cell_words(one).as_dict() for one in place.cells[:passed]],
        "why_widened": None if not passed else _why(passed).as_dict(),
        "enterprises_at_least": found.enterprises,
        "score": found.quantiles,
        "levels": found.levels,
        "percentile": found.percentile,
    }


def _place(organisation: Organisation) -> tuple[Place | None, dict[str, str] | None]:
    try:
        size = classification(organisation).size
    except BadInput as refusal:
        return None, refusal.problems[0].words.as_dict()
    code = organisation.profile.industry
    return Place(size, code[:1], code[:3]), None


def _population(one: Instrument) -> pa.Table:
    """The population taken in, and the newest results of the enterprises here that agreed."""
    here = placed_results(one, Organisation.objects.filter(peer_consent__isnull=False).order_by("pk"))
    path = _path(one)
    return pa.concat_tables([here, pq.read_table(path).cast(KINDS)]) if path.is_file() else here


def placed_results(one: Instrument, organisations: Iterable[Organisation]) -> pa.Table:
    """Returns the newest result of each enterprise and its place: the columns `PLACED`, a row for each that has both.

    Who agreed to be among them is the caller's to know.
    """
    rows = []
    for organisation in organisations:
        place, _ = _place(organisation)
        newest: Assessment | None = latest(organisation, one.id)
        if place is not None and newest is not None and newest.instrument_version == one.version:
            result = score(one, newest.answers)
            rows.append(
                {
                    "size": place.size,
                    "section": place.section,
                    "division": place.division,
                    "score": result.score,
                    "level": result.level,
                }
            )
    return pa.Table.from_pylist(rows, schema=KINDS)


def within(population: pa.Table, cell: Cell) -> pa.Table:
    """Returns the rows of a group."""
    for column, value in zip(PLACED, cell, strict=False):
        population = population.filter(pc.equal(population[column], value))
    return population


def counts_by_place(population: pa.Table) -> dict[Place, int]:
    """Returns how many enterprises belong to each place."""
    rows = population.group_by(list(PLACED[:3])).aggregate([([], "count_all")]).to_pylist()
    return {Place(row["size"], row["section"], row["division"]): row["count_all"] for row in rows}


def _score(one: Instrument, table: pa.Table) -> pa.Table:
    """Scores rows of bits where they lie."""
    import tempfile

    from tujing.dataspace.engine import engine

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bits.parquet"
        pq.write_table(table, path)
        found = scored(one, engine().table([path])).to_pyarrow()
        engine().forget([path])
    return found.set_column(
        found.column_names.index("score"), "score", pa.array(points(found["score"].to_numpy().astype(float)))
    )


def _path(one: Instrument) -> Path:
    return Path(settings.HOME) / "population" / f"{one.id}-{one.version}.parquet"


def cell_words(cell: Cell) -> Text:
    """Says which group it is."""
    if not cell:
        return Text(zh="全部行业、全部规模", en="all industries, all sizes")
    size = SIZES.get(cell[0], Text(zh=cell[0], en=cell[0]))
    if len(cell) == 1:
        return Text(zh=f"全部行业、{size.zh}企业", en=f"all industries, {size.en} enterprises")
    code = cell[-1]
    return Text(
        zh=f"{codes.industry(code).name}（{code}）、{size.zh}企业", en=f"industry {code}, {size.en} enterprises"
    )


def _why(passed: int) -> Text:
    least = rules().least
    return Text(
        zh=f"更窄的 {passed} 级分组不足 {least} 家，或公布后能倒推出不足 {least} 家的组，所以放宽",
        en=f"{passed} narrower group(s) hold fewer than {least} enterprises, or would give such a group away, so "
        "the comparison is widened",
    )
