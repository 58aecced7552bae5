"""Lists that are fetched a page at a time, as far as one reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")


class Stream(Generic[Item]):
    """Iterates over all items; the next page is asked for when the one before is used up."""

    def __init__(self, fetch: Callable[[str | None], Any]) -> None:
        self._fetch = fetch
        self._first: Any = None

    @property
    def first(self) -> Any:
        """The first page as the server gave it, with whatever it tells beside its items."""
        if self._first is None:
            self._first = self._fetch(None)
        return self._first

    def __iter__(self) -> Iterator[Item]:
        page = self.first
        while True:
            yield from page.items
            if page.next is None:
                return
            page = self._fetch(page.next)


class Pages(Stream[Item]):
    """A list whose first page tells how long it is."""

    def __len__(self) -> int:
        return int(self.first.count)
