"""The lines that `tujing diagnose` prints for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tujing.cli import output
from tujing.words import Text

Document = Mapping[str, Any]


def lines(document: Document) -> Iterator[str]:
    """Yields what the answers come to, the way on, the evidence, and what stands beside it."""
    language = output.language()
    score = "" if document["score"] is None else f"  {_say('得分', 'score')} {document['score']:.4g}"
    yield f"{document['instrument']['title'][language]}{'' if document['submitted'] else _say('（草稿）', ' (draft)')}"
    yield f"  {document['level_name'][language]}{score}"
    for part in document["parts"].values():
        if part["score"] is not None:
            of = f" / {part['points']:g}" if "points" in part else ""
            yield f"    {part['label'][language]} {part['score']:.4g}{of}"
    yield from _way(document, language)
    yield from _evidence(document, language)
    yield from _measured(document, language)
    yield from _people(document)
    yield from _disagreement(document, language)
    yield from _pain(document, language)
    yield from _peers(document, language)
    if document["snapshot"]:
        yield f"  {_say('存档', 'frozen copy')} SHA-256 {document['snapshot']['sha256']}"


def _way(document: Document, language: str) -> Iterator[str]:
    way = document["next_level"]
    if way is None:
        yield f"  {document['no_advice'][language]}"
        return
    head = _say("到下一等级最省的改动", "cheapest changes for the next level")
    yield f"  {head}: {way['name'][language]} ({_say('投入', 'effort')} {way['effort']:g})"
    for change in way["changes"]:
        label, before, after = (change[key][language] for key in ("label", "before", "after"))
        step = f"+ {after}" if change["kind"] == "multi" else f"{before} → {after}"
        gain = f"  (+{change['points']:g})" if change["points"] else ""
        yield f"    {change['question']} {label}: {step}{gain}"


def _evidence(document: Document, language: str) -> Iterator[str]:
    trust, sure = document["claimed_vs_evidenced"], document["confidence"]
    yield (
        f"  {_say('有证据支撑的等级', 'level backed by evidence')}: {trust['evidenced']['level'] or 0}  "
        f"{_say('审核通过的等级', 'level accepted by a reviewer')}: {trust['accepted']['level'] or 0}  "
        f"({_say('缺证据的题', 'answers without evidence')} {len(trust['unevidenced'])})"
    )
    flips = sure["flips"]
    if flips:
        names = _say("、", ", ").join(each["label"][language] for each in flips["questions"])
        few = flips["fewest"]
        head = _say(f"最少 {few} 项不实就会降级", f"{few} answer(s) that fail would lower the level")
        yield f"    {head}: {names}"
        yield f"    {_say('等级成立的概率', 'chance that the level holds')}: {sure['chance_level_holds']:.0%}"
    for each in document["by_scenario"]:
        if each["claimed"] != each["evidenced"]:
            told = f"{each['claimed']} → {each['evidenced']}"
            hint = f"  ({', '.join(each['runs_at_hand'])})" if each["runs_at_hand"] else ""
            head = _say("自报→有证据", "claimed → evidenced")
            yield f"    {each['scenario']} {each['label'][language]}: {head} {told}{hint}"


def _measured(document: Document, language: str) -> Iterator[str]:
    if document["measured"]:
        yield f"  {_say('数据测得（括号内为自报）', 'measured from data (claimed in brackets)')}"
        for id, fact in document["measured"].items():
            yield f"    {id} {fact['label'][language]} ({fact['claimed'] or '—'})  {fact['formula'][language]}"


def _people(document: Document) -> Iterator[str]:
    assigned = [one for one in document["people"] if one["person"]]
    if assigned and not document["submitted"]:
        yield f"  {_say('分工', 'assigned')}"
        for one in assigned:
            yield f"    {one['person']}: {one['answered']} / {len(one['questions'])}"


def _disagreement(document: Document, language: str) -> Iterator[str]:
    found = document["disagreement"]
    if not found:
        return
    agreement = found["agreement"]
    alpha = "—" if agreement["krippendorff_alpha"] is None else f"{agreement['krippendorff_alpha']:.2f}"
    levels = f"{found['one']['level']} / {found['other']['level']}"
    head = _say("自评与第三方", "own and third-party version")
    yield f"  {head}: {levels}  α = {alpha} ({agreement['reading'][language]})"
    for each in (*found["questions"], *found["scenarios"]):
        mark = " !" if each["question"] in found["decisive"] else ""
        yield f"    {each['question']} {each['label'][language]}: {_plain(each['one'])} / {_plain(each['other'])}{mark}"


def _pain(document: Document, language: str) -> Iterator[str]:
    if document["pain_points"]:
        yield f"  {_say('痛点', 'pain points')}"
    for one in document["pain_points"]:
        tied = ", ".join(one["scenarios"])
        proposed = ", ".join(each["scenario"] for each in one["proposals"])
        words = f"{one['department']}: {one['words'][language]}  [{one['severity']}]"
        more = f" ({_say('建议', 'proposed')} {proposed})" if proposed else ""
        yield f"    {words}  → {tied or '—'}{more}"


def _peers(document: Document, language: str) -> Iterator[str]:
    found = document["peers"]
    if found is None:
        return
    if found["group"] is None:
        yield f"  {_say('同行', 'peers')}: {found['why_not'][language]}"
        return
    score, many = found["score"], found["enterprises_at_least"]
    yield f"  {_say('同行', 'peers')}: {found['group']['words'][language]} ({_say('至少', 'at least')} {many})"
    rank = "" if found["percentile"] is None else f"  {_say('高于', 'above')} {found['percentile']:.0%}"
    yield f"    {_say('中位', 'median')} {score['p50']:g}  ({score['p25']:g} – {score['p75']:g}){rank}"
    if found["why_widened"]:
        yield f"    {found['why_widened'][language]}"


def _plain(answer: Any) -> str:
    if not isinstance(answer, Mapping):
        return "—" if answer is None else str(answer)
    value = next((answer[key] for key in ("option", "options", "level") if key in answer), answer)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _say(zh: str, en: str) -> str:
    return Text(zh=zh, en=en)[output.language()]
