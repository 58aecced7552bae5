"""How: scenarios and capabilities, the data they read and write, what computes and runs them, their standards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tujing.atlas.catalogues import software_classes
from tujing.atlas.labels import labels
from tujing.atlas.manifest import Manifest, Tool
from tujing.blueprint.content import Host, content
from tujing.blueprint.given import Given, step_id
from tujing.blueprint.model import Builder, Element
from tujing.blueprint.standards import cited
from tujing.elements.definition import element
from tujing.words import Text


def add_architecture(builder: Builder, given: Given) -> None:
    """Adds the four layers for every scenario that the plan takes up."""
    chosen = dict.fromkeys(project["scenario"] for project in given.steps)
    for scenario in chosen:
        manifest = given.manifests[scenario]
        _business(builder, given, manifest)
        _data(builder, given, manifest)
        _models(builder, manifest)
        _applications(builder, given, manifest)
        _standards(builder, manifest)
    for project in given.steps:
        for before in needs(given, project["scenario"], project["level"]):
            builder.relate("depends_on", f"capability.{step_id(project)}", f"capability.{before}")
    _infrastructure(builder, given, [given.manifests[scenario] for scenario in chosen])


def needs(given: Given, scenario: str, level: int) -> list[str]:
    """Returns the chosen steps (`scenario@level`) that must be finished before this one."""
    chosen: dict[str, list[int]] = {}
    for project in given.steps:
        chosen.setdefault(project["scenario"], []).append(project["level"])
    lower = [one for one in chosen[scenario] if one < level]
    before = [f"{scenario}@{max(lower)}"] if lower else []
    today = given.plan["parameters"].get("levels", {})
    for prerequisite in given.manifests[scenario].prerequisites:
        if prerequisite.from_level > level or today.get(prerequisite.scenario, 0) >= prerequisite.level:
            continue
        enough = [one for one in chosen.get(prerequisite.scenario, ()) if one >= prerequisite.level]
        before += [f"{prerequisite.scenario}@{min(enough)}"] if enough else []
    return before


def _business(builder: Builder, given: Given, manifest: Manifest) -> None:
    levels = sorted(one["level"] for one in given.steps if one["scenario"] == manifest.id)
    today = given.plan["parameters"].get("levels", {}).get(manifest.id, 0)
    wing = builder.add(
        Element(
            f"capability.{manifest.wing}",
            "capability",
            Text(
                zh=labels().wings[manifest.wing].zh + "能力",
                en=labels().wings[manifest.wing].en + ": capability",
            ),
            facts={"wing": manifest.wing},
            source="guide:附件1",
        )
    )
    scenario = builder.add(
        Element(
            f"scenario.{manifest.id}",
            "scenario",
            manifest.name,
            manifest.summary,
            facts={"wing": manifest.wing, "level_today": today, "level": levels[-1], "clause": manifest.guide.clause},
            source=f"atlas:{manifest.id}/{manifest.version}",
        )
    )
    for level in levels:
        capability = builder.add(
            Element(
                f"capability.{manifest.id}@{level}",
                "capability",
                Text(zh=f"{manifest.name.zh} {level} 级", en=f"{manifest.name.en} level {level}"),
                manifest.ladder[level],
                facts={"wing": manifest.wing, "scenario": manifest.id, "level": level},
                source="atlas",
            )
        )
        builder.relate("builds", scenario, capability)
        builder.relate("part_of", capability, wing)


def _data(builder: Builder, given: Given, manifest: Manifest) -> None:
    for need in manifest.data_elements.reads:
        builder.relate("reads", f"scenario.{manifest.id}", _table(builder, given, need.element))
    for need in manifest.data_elements.writes:
        builder.relate("writes", f"scenario.{manifest.id}", _table(builder, given, need.element))


def _table(builder: Builder, given: Given, name: str) -> str:
    table = element(name)
    return builder.add(
        Element(
            f"data.{name}",
            "data",
            table.label,
            table.description,
            facts={"element": name, "grade": table.grade, "standard": table.standard, "rows": given.rows.get(name, 0)},
            source="elements",
        )
    )


def _models(builder: Builder, manifest: Manifest) -> None:
    for place, model in enumerate(manifest.knowledge_models, start=1):
        name = builder.add(
            Element(
                f"model.{manifest.id}.{place}",
                "model",
                model.name,
                model.validity,
                facts={"model": model.kind, "scenario": manifest.id},
                source="atlas",
            )
        )
        builder.relate("computes_for", name, f"scenario.{manifest.id}")


def _applications(builder: Builder, given: Given, manifest: Manifest) -> None:
    for tool in manifest.tools:
        known = software_classes().get(tool.software_class)
        builder.relate(
            "supports",
            builder.add(
                Element(
                    application_id(tool),
                    "application",
                    known.name if known else tool.name,
                    facts={"software_class": tool.software_class},
                    source="atlas",
                )
            ),
            f"scenario.{manifest.id}",
        )


def application_id(tool: Tool) -> str:
    return f"application.{tool.software_class}"


def _standards(builder: Builder, manifest: Manifest) -> None:
    for one in cited(manifest):
        name = builder.add(
            Element(
                f"standard.{one.number.zh}",
                "standard",
                one.number,
                one.title,
                facts={"status": one.status},
                source="atlas",
            )
        )
        builder.relate("governs", name, f"requirement.{manifest.id}.standard.{one.number.zh}")


def _infrastructure(builder: Builder, given: Given, manifests: Iterable[Manifest]) -> None:
    hosts = content().infrastructure
    for manifest in manifests:
        for tool in manifest.tools:
            for name, host in hosts.items():
                if _rests_on(host, tool, given.enterprise.step):
                    builder.add(
                        Element(
                            f"infrastructure.{name}",
                            "infrastructure",
                            host.name,
                            host.text,
                            source="content",
                        )
                    )
                    builder.relate("hosts", f"infrastructure.{name}", application_id(tool))


def _rests_on(host: Host, tool: Tool, step: str) -> bool:
    """A tool that may run in either place goes to the cloud where the guide's track puts the cloud first."""
    if host.always:
        return True
    where: Mapping[str, str] = {"either": "cloud" if step == "cloud_first" else "local"}
    if where.get(tool.deployment, tool.deployment) in host.deployment:
        return True
    names = [name.strip().lower() for part in tool.interface.split(";") for name in part.split(" / ")]
    return any(name.startswith(begin.lower()) for name in names for begin in host.interfaces)
