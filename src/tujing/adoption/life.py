"""The life of an adoption: which stage may follow which."""

from __future__ import annotations

from tujing.problems import refuse

FOLLOWS: dict[str, tuple[str, ...]] = {
    "candidate": ("planned", "stopped"),
    "planned": ("implementing", "candidate", "stopped"),
    "implementing": ("in_use", "planned", "stopped"),
    "in_use": ("evaluated", "stopped"),
    "evaluated": ("planned", "in_use", "stopped"),
    "stopped": ("candidate",),
}
"""candidate → planned → implementing → in use → evaluated; every step but going live can be taken back."""


def check_step(scenario: str, now: str, then: str) -> None:
    """Refuses a step that skips the life cycle.

    Raises
    ------
    BadInput
        Names the stages that may follow.
    """
    if then in FOLLOWS[now]:
        return
    allowed = ", ".join(FOLLOWS[now])
    raise refuse(
        "stage_skipped",
        f"场景 {scenario} 处于“{now}”，不能直接变为“{then}”；可选：{allowed}。",
        f"Scenario {scenario} is {now} and cannot become {then}; it may become: {allowed}.",
        key=scenario,
    )
