"""Whatever is asked for, the API must read the same: checked with values made at random, from seeds that are shown."""

import math
import random
from collections import OrderedDict
from datetime import datetime
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from protocol_api import NOT_GIVEN, ApiClientError
from protocol_api.core.operation import Operation
from protocol_api.core.url import query_of, split_params

ALPHABET = "abc019 +&=%#?/[]\"'\\;:,.~!*()-_\n\0ä東🎄\u200d"


def made(seed):
    chance = random.Random(seed)

    def text():
        return "".join(chance.choice(ALPHABET) for _ in range(chance.randrange(8)))

    def scalar():
        return chance.choice([text, lambda: chance.randrange(10**9), lambda: chance.random() < 0.5, lambda: None])()

    def value():
        return scalar() if chance.random() < 0.7 else [scalar() for _ in range(chance.randrange(4))]

    return {chance.choice("abcdefgh") + "_id"[: chance.randrange(4)]: value() for _ in range(chance.randrange(5))}


def shown(value):
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def expected(params):
    for name, value in params.items():
        if isinstance(value, list):
            yield from ((f"{name}[]", shown(item)) for item in value)
        else:
            yield name, shown(value)


def test_a_server_reads_what_was_written_whichever_way_it_reads_a_plus():
    for seed in range(2000):
        params = made(seed)
        query, wanted = query_of(params), list(expected(params))
        assert parse_qsl(query[1:], keep_blank_values=True) == wanted, seed
        # As a reader of addresses does, to whom a plus is a plus.
        pieces = [tuple(unquote(part) for part in piece.split("=")) for piece in query[1:].split("&") if piece]
        assert pieces == wanted, seed
        assert all("!" <= letter <= "~" for letter in query), seed
        # An address is what it was after somebody has taken it apart.
        assert urlsplit(f"http://x/y{query}").geturl() == f"http://x/y{query}", seed


def test_what_is_split_comes_together_again():
    for seed in range(500):
        params = made(seed)
        chance = random.Random(seed)
        in_query = tuple(name for name in params if chance.random() < 0.5)
        for method in ("GET", "POST", "PUT", "DELETE"):
            operation = Operation("x", method, "/", query=in_query, is_list=False, shape=None)
            query, body = split_params(operation, params)
            assert {**query, **(body or {})} == params, seed
            assert set(query) == set(in_query if method in ("POST", "PUT") else params), seed
            assert body != {}, "an empty body is none"


def test_lists_and_maps_and_what_is_neither_these_nor_a_scalar():
    assert query_of({}) == ""
    assert query_of({"a": []}) == ""
    expanded = query_of({"expand": ("contact", "group"), "limit": 5, "after": 0.5})
    assert expanded == "?expand%5B%5D=contact&expand%5B%5D=group&limit=5&after=0.5"
    query = query_of({"metadata": MappingProxyType({"kind": "a b", "x.y": None}), "b": OrderedDict(c=2)})
    assert parse_qsl(query[1:], keep_blank_values=True) == [
        ("metadata[kind]", "a b"),
        ("metadata[x.y]", ""),
        ("b[c]", "2"),
    ]
    for value in (
        "a\ud800",
        math.nan,
        math.inf,
        datetime.now(),
        object(),
        {1},
        b"a",
        [math.nan],
        NOT_GIVEN,
        [NOT_GIVEN],
    ):
        with pytest.raises(ApiClientError, match=r"^name"):
            query_of({"name": value})
