"""What a factory does today: it has one way in mind, and reckons a lead time by adding up the work.

The way is the prescribed route where there is one, otherwise the commonest sequence of activities; as a model it
allows that sequence and nothing else. The lead time is the mean work content of a case: planners know standard times,
not waits.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from tujing.scenarios.management.process_mining.event_log import MICRO, EventLog
from tujing.scenarios.management.process_mining.follows import Trace
from tujing.scenarios.management.process_mining.net import Net, of_tree
from tujing.scenarios.management.process_mining.tree import leaf, node


def happy_path(log: EventLog) -> Trace:
    """Returns the route most cases are prescribed, or the commonest variant."""
    numbers = {name: number for number, name in enumerate(log.activities)}
    routes = Counter(
        tuple(numbers[step] for step in log.extra.routes[case] if step in numbers)
        for case in log.cases
        if case in log.extra.routes
    )
    return routes.most_common(1)[0][0] if routes else log.variants[0]


def happy_net(log: EventLog) -> Net:
    return of_tree(node("sequence", [leaf(activity) for activity in happy_path(log)]))


def work_content(log: EventLog) -> float:
    """Returns the seconds of work in a case, on average."""
    return float(np.sum(log.end - log.start)) / MICRO / len(log.cases)
