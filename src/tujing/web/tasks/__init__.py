"""Long work that pages start, a module an area: registered when Django starts, so that a worker knows it too.

What a handler needs it imports itself: these modules are loaded by every command.
"""

from tujing.web.tasks import delivery, evaluation, imports, iteration, members, notices, operations, plan  # noqa: F401
