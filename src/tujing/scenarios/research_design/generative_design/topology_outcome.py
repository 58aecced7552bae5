"""Runs a topology optimisation and says what came of it."""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa

from tujing.problems import refuse
from tujing.runtime.contract import Artifact, Budget, Chart, KpiValue, Outcome, Progress
from tujing.scenarios.research_design.generative_design import picture
from tujing.scenarios.research_design.generative_design.baseline import even_material
from tujing.scenarios.research_design.generative_design.filtering import thin_share
from tujing.scenarios.research_design.generative_design.part import Part
from tujing.scenarios.research_design.generative_design.stiffness import Array
from tujing.scenarios.research_design.generative_design.stress import CaseStress, stresses
from tujing.scenarios.research_design.generative_design.surface import level_for, stl, surface
from tujing.scenarios.research_design.generative_design.topology import Design, Iteration, Model, OutOfTime, optimise
from tujing.words import Text

UNIT = "N·mm"
SEARCH_SHARE = 0.85
"""Of the time limit; the rest is for stress, surface and picture."""
GRACE = 1.0
"""Seconds after that, when a step that is under way is given up."""
HOT_SPOTS = 10
THIN = 0.02
"""Share of the material below the minimum size that is not worth a warning: corners."""
LARGE_MOVEMENT = 0.1
"""Of the part's size: beyond it small-displacement theory is not valid."""
SMALL_PART = 2.0
"""mm; smaller parts are more likely metres taken for millimetres."""


class _Clock:
    """Says how far the search is, and when to end it: a little before the time limit."""

    def __init__(self, iterations: int, seconds: float, progress: Progress) -> None:
        self.started, self.iterations, self.progress = time.perf_counter(), iterations, progress
        self.seconds = max(1e-9, SEARCH_SHARE * seconds)
        self.share = 0.0
        self.words: Text | None = None
        self.incumbent: float | None = None

    def watch(self, step: Iteration) -> bool:
        """Takes note of a step; returns whether there is time for another."""
        spent = self._spent()
        self.share = max(self.share, min(0.9, 0.9 * max(spent, step.number / self.iterations)))
        self.incumbent = step.compliance
        self.words = Text(
            zh=f"第 {step.number} 步：柔度 {step.compliance:.4g}，最大变化 {step.change:.3f}",
            en=f"Step {step.number}: compliance {step.compliance:.4g}, largest change {step.change:.3f}",
        )
        self.progress.report(self.share, self.words, incumbent=self.incumbent)
        return spent < 1

    def pulse(self) -> None:
        """Called while a system of equations is solved, which on a fine mesh takes long: cancels, or gives up."""
        self.progress.report(self.share, self.words, incumbent=self.incumbent)
        if self._spent() > 1 + GRACE / self.seconds:
            raise OutOfTime

    def _spent(self) -> float:
        return (time.perf_counter() - self.started) / self.seconds


def design_part(part: Part, file: str, iterations: int, budget: Budget, progress: Progress) -> Outcome:
    """Returns the outcome of one part.

    Raises
    ------
    BadInput
        When the equations have no solution, or one step takes longer than the time limit.
    """
    clock = _Clock(iterations, budget.seconds, progress)
    try:
        model = Model(part, clock.pulse)
        plain = even_material(model)
        design = optimise(model, iterations, clock.watch)
    except np.linalg.LinAlgError as error:
        raise refuse(
            "singular",
            "结构方程无解：零件没有被固定住，或有一块与支座断开；请检查支座与空区。",
            "The structure has no solution: it is not held, or a piece is cut off; check supports and voids.",
            file=file,
            detail=str(error),
        ) from error
    except OutOfTime as error:
        words = " × ".join(str(count) for count in part.shape)
        raise refuse(
            "time_too_short",
            f"网格 {words} 太细，{budget.seconds:g} 秒内算不完一步；请减小网格或加长 --time。",
            f"A mesh of {words} is too fine: {budget.seconds:g} s are not enough for one step. Make it coarser, or "
            "give more --time.",
            file=file,
            key="mesh",
        ) from error
    progress.report(0.92, Text(zh="应力校核与出图", en="Stress report and files"))
    return _outcome(design, plain, stresses(design))


def _outcome(design: Design, plain: Design, report: list[CaseStress]) -> Outcome:
    part = design.part
    worst = np.max([one.von_mises for one in report], axis=0)
    shape = surface(design.density, level_for(design.density, design.volume), part.cell, part.thickness)
    drawing = picture.plane(design.density, worst) if part.dimension == 2 else picture.space(shape, worst, part.cell)
    warnings = _warnings(design, report)
    cases = [case.name.as_dict() for case in part.cases]
    return Outcome(
        status="done" if design.converged else "feasible",
        kpis={
            "compliance": KpiValue(design.compliance, UNIT, plain.compliance),
            "volume_fraction": KpiValue(design.volume, "1", plain.volume),
        },
        tables=_tables(design, plain, report, worst),
        explanation=_explanation(design, plain, report),
        charts={
            "shape": Chart(
                "image",
                Text(zh="材料分布与应力（红：最高）", en="Where the material went, coloured by stress (red: highest)"),
                {"file": "part.png", "alt": part.name.as_dict()},
            ),
            "convergence": Chart(
                "line",
                Text(zh="柔度随步数下降", en="Compliance step by step"),
                {
                    "x": {"name": {"zh": "步", "en": "Step"}, "values": [step.number for step in design.trail]},
                    "series": [
                        {
                            "name": {"zh": "柔度", "en": "Compliance"},
                            "values": [step.compliance for step in design.trail],
                        }
                    ],
                    "unit": UNIT,
                },
            ),
            "stress": Chart(
                "bar",
                Text(zh="各工况最大等效应力", en="Peak stress of each load case"),
                {
                    "categories": cases,
                    "series": [
                        {"name": {"zh": "峰值", "en": "Peak"}, "values": [one.peak for one in report]},
                        {
                            "name": {"zh": "99% 分位", "en": "99th percentile"},
                            "values": [x.percentile99 for x in report],
                        },
                    ],
                    "unit": "MPa",
                },
            ),
        },
        files={
            "part.stl": Artifact(
                stl(shape, "Tujing part, mm"), "model/stl", Text(zh="三维形状（STL，毫米）", en="Shape (STL, mm)")
            ),
            "part.png": Artifact(drawing, "image/png", Text(zh="零件图片", en="Picture of the part")),
        },
        warnings=warnings,
    )


def _tables(design: Design, plain: Design, report: list[CaseStress], worst: Array) -> dict[str, pa.Table]:
    part = design.part
    centres = np.meshgrid(*[(np.arange(count) + 0.5) * part.cell for count in part.shape], indexing="ij")
    places = {axis: centre.ravel() for axis, centre in zip("xyz", centres, strict=False)}
    hot = np.argsort(-worst.ravel())[:HOT_SPOTS]
    return {
        "density": pa.table({**places, "density": design.density.ravel(), "von_mises": worst.ravel()}),
        "load_cases": pa.table(
            {
                "load_case": [case.name.zh for case in part.cases],
                "compliance": design.case_compliance,
                "compliance_even": plain.case_compliance,
                "displacement": [one.displacement for one in report],
                "von_mises_peak": [one.peak for one in report],
                "von_mises_p99": [one.percentile99 for one in report],
                "p_norm": [one.p_norm for one in report],
                "safety_factor": pa.array([one.safety for one in report], pa.float64()),
            }
        ),
        "hot_spots": pa.table({**{axis: one[hot] for axis, one in places.items()}, "von_mises": worst.ravel()[hot]}),
        "convergence": pa.table(
            {
                "iteration": [step.number for step in design.trail],
                "compliance": [step.compliance for step in design.trail],
                "volume": [step.volume for step in design.trail],
                "change": [step.change for step in design.trail],
            }
        ),
    }


def _warnings(design: Design, report: list[CaseStress]) -> list[Text]:
    part = design.part
    warnings = []
    if design.stopped == "time":
        warnings.append(
            Text(
                zh=f"时间到，停在第 {len(design.trail)} 步：体积满足要求，但还未收敛，加长 --time 可能更好。",
                en=f"Time was up at step {len(design.trail)}: the volume is kept, but the design has not settled; "
                "more --time may improve it.",
            )
        )
    if design.stopped == "iterations":
        warnings.append(
            Text(
                zh=f"到步数上限 {len(design.trail)} 停止，尚有密度在变化；可加大 iterations。",
                en=f"Stopped at the limit of {len(design.trail)} steps while densities still moved; raise iterations.",
            )
        )
    if part.projection and part.filter == "sensitivity":
        warnings.append(
            Text(
                zh="投影与最小构件尺寸须用密度过滤，已改用密度过滤。",
                en="Projection and a minimum size need the density filter, so it was used.",
            )
        )
    thin = 0.0 if part.minimum_size is None else thin_share(design.density, part.minimum_size / part.cell)
    if thin > THIN:
        warnings.append(
            Text(
                zh=f"{thin:.0%} 的材料薄于最小构件尺寸 {part.minimum_size:g}（以单元计的形态学开运算测得）；"
                "可略增 minimum_size 或加密网格。",
                en=f"{thin:.0%} of the material is thinner than the minimum size {part.minimum_size:g} (measured by "
                "opening with a disk on the mesh); raise minimum_size a little, or refine the mesh.",
            )
        )
    size, moved = part.cell * max(part.shape), max(one.displacement for one in report)
    if part.real and moved > LARGE_MOVEMENT * size:
        warnings.append(
            Text(
                zh=f"位移 {moved:.3g} mm 超过零件尺寸 {size:.3g} mm 的十分之一，线弹性不再成立；"
                "请检查单位（mm、N、MPa）与载荷。",
                en=f"It moves by {moved:.3g} mm, over a tenth of its size of {size:.3g} mm, where linear elasticity no "
                "longer holds; check units (mm, N, MPa) and loads.",
            )
        )
    if part.real and size < SMALL_PART:
        warnings.append(
            Text(
                zh=f"零件最长边只有 {size:.3g} mm，size 的单位是毫米，请检查是否写成了米。",
                en=f"The longest side is only {size:.3g} mm; size is in mm, so check that it is not in metres.",
            )
        )
    low = [one.safety for one in report if one.safety is not None and one.safety < 1]
    if low:
        warnings.append(
            Text(
                zh=f"最小安全系数 {min(low):.2g} 低于 1，会屈服：请加大体积分数、降低载荷或换材料。",
                en=f"The smallest safety factor is {min(low):.2g}, below 1: it yields. Allow more volume, less load or "
                "a stronger material.",
            )
        )
    return warnings


def _explanation(design: Design, plain: Design, report: list[CaseStress]) -> Text:
    part = design.part
    times = plain.compliance / design.compliance
    zh = f"{part.name.zh}：用 {design.volume:.0%} 的体积，刚度是同样材料均匀摊开的 {times:.1f} 倍"
    en = f"{part.name.en}: with {design.volume:.0%} of the box it is {times:.1f} times as stiff as the same material "
    en += "spread evenly"
    zh += f"（柔度 {design.compliance:.5g}，均布为 {plain.compliance:.5g}）。"
    en += f" (compliance {design.compliance:.5g} against {plain.compliance:.5g})."
    where = _where(design)
    zh, en = zh + where.zh, f"{en} {where.en}"
    mass = part.mass(design.volume)
    if mass is not None:
        zh += f"质量约 {mass:.3g} kg，实心时为 {part.mass(1.0):.3g} kg。"
        en += f" It weighs about {mass:.3g} kg; solid it would be {part.mass(1.0):.3g} kg."
    number = int(np.argmax([one.peak for one in report]))
    one, case = report[number], part.cases[number]
    at = np.unravel_index(int(one.von_mises.argmax()), part.shape)
    place = ", ".join(f"{(index + 0.5) * part.cell:.3g}" for index in at)
    zh += f"最吃力的是工况“{case.name.zh}”：应力峰值 {one.peak:.4g} MPa，在 ({place}) 处"
    en += f" What limits it is “{case.name.en}”: peak stress {one.peak:.4g} MPa at ({place})"
    if one.safety is not None:
        zh += f"，对 {part.material.name.zh} 的安全系数 {one.safety:.2f}"
        en += f", a safety factor of {one.safety:.2f} for {part.material.name.en}"
    zh += f"；99% 的材料低于 {one.percentile99:.4g} MPa。"
    en += f"; 99 % of the material stays below {one.percentile99:.4g} MPa."
    zh += f"灰度 {design.greyness:.2f}（0 为黑白分明）。"
    zh += "下一步：在三维软件里按 part.stl 圆整、给内角加圆角，再做一次校核仿真。"
    en += (
        f" Greyness {design.greyness:.2f} (0: solid and void only). Next: redraw it over part.stl, round inner corners "
    )
    en += "and check by one more simulation."
    return Text(zh=zh, en=en)


def _where(design: Design) -> Text:
    """Says in which part of the box most of the material lies."""
    axis = int(np.argmax(design.part.shape))
    thirds = [float(part.mean()) for part in np.array_split(np.moveaxis(design.density, axis, 0), 3)]
    share = np.array(thirds) / sum(thirds)
    letter = "xyz"[axis]
    shell = _shell_share(design)
    return Text(
        zh=f"沿 {letter} 三等分，材料各占 {share[0]:.0%}、{share[1]:.0%}、{share[2]:.0%}；"
        f"{shell:.0%} 在外侧十分之一的壳层里。",
        en=f"Along {letter} the three thirds hold {share[0]:.0%}, {share[1]:.0%} and {share[2]:.0%} of the material; "
        f"{shell:.0%} lies in the outer tenth of the box.",
    )


def _shell_share(design: Design) -> float:
    inner = tuple(slice(max(1, count // 10), count - max(1, count // 10)) for count in design.part.shape)
    return 1 - float(design.density[inner].sum() / design.density.sum())
