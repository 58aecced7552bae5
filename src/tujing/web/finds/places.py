"""Where one can go and what one can do: pages, actions, terms of the help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse

from tujing.enterprise.models import Organisation
from tujing.enterprise.services import may
from tujing.search.matching import Entry
from tujing.search.services import provider
from tujing.web.finds.rows import both
from tujing.web.glossary import glossary
from tujing.web.menu import entries
from tujing.words import Text


@dataclass(frozen=True)
class Action:
    """Something to do, where it is done, and the action of the permissions that it takes."""

    words: Text
    url_name: str
    action: str
    keywords: tuple[str, ...] = ()


ACTIONS = (
    Action(Text(zh="开始一次评测", en="Start an assessment"), "diagnosis", "answer", ("诊断", "问卷")),
    Action(Text(zh="生成规划", en="Make a plan"), "plan", "plan", ("预算", "路线图", "roadmap")),
    Action(Text(zh="把规划变成项目", en="Turn the plan into projects"), "delivery", "deliver", ("立项",)),
    Action(Text(zh="运行验收检查", en="Check the milestones"), "delivery", "deliver", ("验收", "acceptance")),
    Action(Text(zh="评估成效", en="Evaluate the effects"), "evaluation", "evaluate", ("评价",)),
    Action(Text(zh="开启下一轮", en="Open the next cycle"), "iteration", "plan", ("迭代",)),
    Action(Text(zh="导入数据", en="Import data"), "data", "import", ("上传", "upload", "excel", "csv")),
    Action(Text(zh="运行一个场景", en="Run a scenario"), "scenarios", "run", ("排产", "求解")),
    Action(Text(zh="下载图谱为 Excel", en="Download the atlas as Excel"), "atlas_table", "view", ("导出", "export")),
    Action(Text(zh="查看通知", en="See the notices"), "notices", "view", ("消息", "提醒")),
    Action(Text(zh="设置通知方式", en="Choose how you are told"), "notices_preferences", "view", ("邮件", "mail")),
)


@provider("pages")
def _pages(organisation: Organisation, user: Any) -> Iterator[Entry]:
    return (page for action, page in _named_pages() if may(user, organisation, action))


@cache
def _named_pages() -> tuple[tuple[str, Entry], ...]:
    """The menu's pages in both languages, each with the action that it takes."""
    known = ((one, one.url) for one in entries())
    return tuple((one.action, Entry("page", both(one.name), url, code=one.url_name)) for one, url in known if url)


@provider("terms")
def _terms(organisation: Organisation, user: Any) -> tuple[Entry, ...]:
    return _known_terms()


@cache
def _known_terms() -> tuple[Entry, ...]:
    page = reverse("help")
    return tuple(
        Entry("term", one.name, f"{page}#term-{one.id}", one.means, code=one.id, behind=4)
        for one in glossary().values()
    )


@provider("actions")
def _actions(organisation: Organisation, user: Any) -> Iterator[Entry]:
    allowed = {one.action: may(user, organisation, one.action) for one in ACTIONS}
    return (
        Entry("action", one.words, reverse(one.url_name), keywords=one.keywords)
        for one in ACTIONS
        if allowed[one.action]
    )
