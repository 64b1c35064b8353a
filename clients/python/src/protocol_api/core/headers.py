"""Headers of requests and answers."""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, MutableMapping, Tuple, Union


class Headers(MutableMapping[str, str]):
    """Headers by their names, in any case. Those that come several times are one, with commas."""

    def __init__(self, items: Union[MutableMapping[str, str], Iterable[Tuple[str, str]]] = ()) -> None:
        self._items: Dict[str, str] = {}
        for name, value in items.items() if isinstance(items, MutableMapping) else items:
            before = self._items.get(name.lower())
            self._items[name.lower()] = value if before is None else f"{before}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._items[name.lower()]

    def __setitem__(self, name: str, value: str) -> None:
        self._items[name.lower()] = value

    def __delitem__(self, name: str) -> None:
        del self._items[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"Headers({self._items!r})"
