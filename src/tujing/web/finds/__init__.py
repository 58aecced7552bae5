"""What can be found from the one box, a module an idea; each registers its providers."""

from tujing.web.finds import content, places, rows  # noqa: F401  (each registers its providers)
