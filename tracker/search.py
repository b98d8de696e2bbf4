"""Search in Chinese and English, from one character on, with the same results on both databases.

Text becomes tokens: a run of Chinese becomes its overlapping pairs and its last character, other words stay as
they are. The tokens are kept in a `tsvector` on PostgreSQL and in an FTS5 table on SQLite. Upper apps add what
can be found to ``SOURCES`` in ``AppConfig.ready()``, and their actions call :func:`index`.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise

from tracker.bulk import insert
from tracker.models import SearchEntry, User

_CHINESE = r"\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"[{_CHINESE}]+|[^\W{_CHINESE}]+")
"""A run of Chinese, or a word of other characters: the two may stand together without a space."""
CHINESE = re.compile(rf"[{_CHINESE}]")
FTS_TABLE = "tracker_search"
LONGEST_TEXT = 5000
MOST_WORDS = 8
LONGEST_QUERY = 200
LONGEST_TOKEN = 2046
"""PostgreSQL takes no token of more bytes."""
WALKED = 4000
"""Rows that are walked in their order before the index is asked: a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found, as the page shows it."""

    title: str
    url: str
    detail: str = ""
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that can be found: what the reader may see of it, and how a row is shown."""

    label: Promise
    model: str
    visible: Callable[[User], models.QuerySet]
    show: Callable[[Any], Found]


SOURCES: list[Source] = []


def runs(text: str) -> list[str]:
    """Words and runs of Chinese, in one case and one width."""
    return RUN.findall(unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=8192)
def pairs(run: str) -> tuple[str, ...]:
    """The tokens of one run: overlapping pairs of Chinese characters and the last one, or the word itself.

    The same names and words stand in many texts.
    """
    if not CHINESE.match(run):
        word = run.replace("_", "")
        return (word,) if word else ()
    return (*(a + b for a, b in pairwise(run)), run[-1])


def tokens(text: str) -> str:
    """What the index keeps of a text, at most LONGEST_TEXT characters of it."""
    return " ".join(token for run in runs(text[:LONGEST_TEXT]) for token in pairs(run))


def words_of(query: str) -> list[str]:
    """The words of a query that an index can know, at most MOST_WORDS of its first LONGEST_QUERY characters."""
    return [word for word in runs(query[:LONGEST_QUERY]) if pairs(word)][:MOST_WORDS]


def _table() -> str:
    return SearchEntry._meta.db_table


def _wanted(word: str) -> tuple[tuple[str, ...], bool]:
    """The tokens that stand for a word in a row, and whether the only one may be the beginning of a longer one."""
    wanted = pairs(word)[:-1] if CHINESE.match(word) and len(word) > 1 else pairs(word)
    return wanted, len(wanted) == 1 and (len(word) == 1 or not CHINESE.match(word))


def _tsquery(word: str) -> str:
    """A word in PostgreSQL's own notation: its tokens consist of letters and digits only."""
    wanted, is_prefix = _wanted(word)
    return "<->".join(f"'{token}'" for token in wanted) + (":*" if is_prefix else "")


def _sqlite(words: list[str]) -> Q:
    parts = []
    for word in words:
        wanted, is_prefix = _wanted(word)
        parts.append(f'"{" ".join(wanted)}"' + ("*" if is_prefix else ""))
    # The query consists of tokens made here: letters and digits between quotation marks.
    sql = f"SELECT rowid FROM {FTS_TABLE} WHERE {FTS_TABLE} MATCH %s"  # noqa: S608
    return Q(pk__in=RawSQL(sql, [" AND ".join(parts)]))  # noqa: S611


def holding(rows: models.QuerySet, query: str) -> models.QuerySet:
    """Those of ``rows`` whose texts hold every word of ``query``; none of them for a query without words."""
    words = words_of(query)
    if not words:
        return rows.none()
    entries = SearchEntry.objects.filter(about_model=rows.model._meta.label_lower)
    if connection.vendor != "postgresql":
        return rows.filter(pk__in=entries.filter(_sqlite(words)).values("about_id"))
    for word in words:
        # Made of tokens, which consist of letters and digits.
        met = RawSQL("vector @@ %s::tsquery", [_tsquery(word)], models.BooleanField())
        entries = entries.filter(met)
    return rows.filter(pk__in=entries.values("about_id"))


def first_keys(rows: models.QuerySet, query: str, limit: int) -> list[int]:
    """The keys of the first ``limit`` of ``rows``, in their order, whose texts hold every word of ``query``."""
    return [found[0] for found in first_found(rows, query, limit)]


def first_found(rows: models.QuerySet, query: str, limit: int, *also: str) -> list[tuple[Any, ...]]:
    """Of the same rows the keys, each with the values of ``also``: columns of their own, or annotated ones.

    A common word is soon met by walking the rows in their order, and a rare one is soon gathered from the index
    and sorted; so the first rows are walked if they are likely to hold enough, and the index is asked when they are
    not, or did not. ``rows`` are ordered by columns of their own that no row lacks, the key last. At most two queries
    beside the one for the database's estimate.
    """
    words = words_of(query)
    if not words:
        return []
    if connection.vendor != "postgresql":
        return list(holding(rows, query).values_list("pk", *also)[:limit])
    order = [str(name) for name in rows.query.order_by]
    columns = [*(name.removeprefix("-") for name in order), *also]
    found: list[tuple[Any, ...]] = []
    if _share(rows.model._meta.label_lower, words) * WALKED >= limit:
        found = _ask(_WALK, rows.values_list(*columns)[:WALKED], order, words, limit, also)
    if len(found) < limit:
        found = _ask(_GATHER, rows.order_by().values_list(*columns), order, words, limit, also)
    return found


def _share(model: str, words: list[str]) -> float:
    """Which part of the entries of a model holds every word, as PostgreSQL estimates it from its statistics. One query."""
    met, wanted = _met(words, is_estimate=True)
    every = f"SELECT 1 FROM {_table()} e WHERE e.about_model = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {every} UNION ALL {every} AND {met}", [model, model, *wanted])
        told = cursor.fetchone()[0]
    plans = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]["Plans"]
    of_all, of_those = (plan["Plan Rows"] for plan in plans)
    return of_those / max(of_all, 1)


_WALK = (
    "SELECT {chosen} FROM ({rows}) w JOIN {table} e ON e.about_model = %s AND e.about_id = w.id "
    "WHERE {met} ORDER BY {order} LIMIT %s"
)
_GATHER = (
    "WITH e AS MATERIALIZED (SELECT about_id FROM {table} e WHERE about_model = %s AND {met}) "
    "SELECT {chosen} FROM ({rows}) w JOIN e ON e.about_id = w.id ORDER BY {order} LIMIT %s"
)


def _ask(
    sql: str, rows: models.QuerySet, order: list[str], words: list[str], limit: int, also: tuple[str, ...]
) -> list[tuple[Any, ...]]:
    try:
        inner, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    met, wanted = _met(words)
    wanted = [rows.model._meta.label_lower, *wanted]
    parts = {
        "chosen": ", ".join(f"w.{name}" for name in ("id", *also)),
        "rows": inner,
        "table": _table(),
        "met": met,
        "order": ", ".join(f"w.{name[1:]} DESC" if name[0] == "-" else f"w.{name}" for name in order),
    }
    given = [*values, *wanted, limit] if sql is _WALK else [*wanted, *values, limit]
    with connection.cursor() as cursor:
        cursor.execute(sql.format(**parts), given)
        return cursor.fetchall()


def _met(words: list[str], *, is_estimate: bool = False) -> tuple[str, list[str]]:
    """The condition that an entry ``e`` holds every word, so written that its cost is foreseen rightly.

    PostgreSQL takes the tokens of a phrase for independent and so a common phrase for a rare one. It is shown the
    middle token alone, the rarest as a rule because it joins two words, and checks the phrase where it cannot see in;
    an estimate does without the check.
    """
    parts, values = [], []
    for word in words:
        wanted, _is_prefix = _wanted(word)
        if len(wanted) > 1 and is_estimate:
            parts.append("e.vector @@ %s::tsquery")
            values.append(f"'{wanted[len(wanted) // 2]}'")
        elif len(wanted) > 1:
            parts.append(
                "e.vector @@ %s::tsquery AND CASE WHEN e.vector @@ %s::tsquery THEN true ELSE false END"
            )
            values += [f"'{wanted[len(wanted) // 2]}'", _tsquery(word)]
        else:
            parts.append("e.vector @@ %s::tsquery")
            values.append(_tsquery(word))
    return " AND ".join(parts), values


def find(query: str, source: Source, reader: User, limit: int) -> list[Found]:
    """What the reader may see of ``source`` that holds every word of ``query``, newest first, at most ``limit``."""
    visible = source.visible(reader)
    keys = first_keys(visible.order_by("-id"), query, limit)
    if not keys:
        return []
    rows = {row.pk: row for row in visible.filter(pk__in=keys)}
    return [source.show(rows[key]) for key in keys if key in rows]


def index(things: Iterable[tuple[models.Model, str]]) -> None:
    """Keep the text of each thing so that it can be found; replaces what was kept before. Call it in the write."""
    rows = [
        SearchEntry(about_model=thing._meta.label_lower, about_id=thing.pk, text=text[:LONGEST_TEXT])
        for thing, text in things
    ]
    SearchEntry.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["about_model", "about_id"],
        update_fields=["text"],
        batch_size=500,
    )
    for label in {row.about_model for row in rows}:
        ids = [row.about_id for row in rows if row.about_model == label]
        for start in range(0, len(ids), 500):
            _keep_tokens(SearchEntry.objects.filter(about_model=label, about_id__in=ids[start : start + 500]))


def _keep_tokens(entries: Iterable[SearchEntry]) -> None:
    rows = [(entry.pk, tokens(entry.text)) for entry in entries]
    if connection.vendor == "postgresql":
        # One statement for all: an update with a case for each row takes five times as long.
        table = SearchEntry._meta.db_table
        update = (
            f"UPDATE {table} SET vector = to_tsvector('simple', kept.tokens) "  # noqa: S608
            f"FROM unnest(%s::bigint[], %s::text[]) AS kept(id, tokens) WHERE {table}.id = kept.id"
        )
        with connection.cursor() as cursor:
            cursor.execute(update, [[pk for pk, _text in rows], [text for _pk, text in rows]])
        return
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {FTS_TABLE} WHERE rowid = %s", [(pk,) for pk, _text in rows])  # noqa: S608
        cursor.executemany(f"INSERT INTO {FTS_TABLE}(rowid, tokens) VALUES (%s, %s)", rows)  # noqa: S608


def index_new(model: str, texts: Iterable[tuple[int, str]]) -> None:
    """Keep the texts of many things that are not indexed yet, by key: what :func:`index` does, in bulk."""
    if connection.vendor != "postgresql":
        made = SearchEntry.objects.bulk_create(
            [SearchEntry(about_model=model, about_id=pk, text=text[:LONGEST_TEXT]) for pk, text in texts],
            batch_size=500,
        )
        _keep_tokens(made)
        return
    rows = ((pk, text[:LONGEST_TEXT]) for pk, text in texts)
    insert(
        SearchEntry,
        ("about_model", "about_id", "text", "vector"),
        ((model, pk, text, _vector(text)) for pk, text in rows),
    )


def _vector(text: str) -> str:
    """The tokens and their places in PostgreSQL's own notation: as `to_tsvector` makes them, without its parser."""
    found = tokens(text).split(" ")
    return " ".join(
        f"'{token}':{place}"
        for place, token in enumerate(found, 1)
        if 0 < len(token.encode()) <= LONGEST_TOKEN
    )


def forget(model: str, ids: Iterable[int]) -> None:
    """Drop things from the index."""
    gone = list(
        SearchEntry.objects.filter(about_model=model, about_id__in=list(ids)).values_list("pk", flat=True)
    )
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {FTS_TABLE} WHERE rowid = %s", [(pk,) for pk in gone])  # noqa: S608
    SearchEntry.objects.filter(pk__in=gone).delete()


def install(using: Any) -> None:
    """Create SQLite's table of tokens; PostgreSQL keeps them in the column."""
    if using.vendor == "sqlite":
        with using.cursor() as cursor:
            cursor.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {FTS_TABLE} "
                "USING fts5(tokens, tokenize='unicode61 remove_diacritics 2')"
            )


def remove(using: Any) -> None:
    """Drop that table."""
    if using.vendor == "sqlite":
        with using.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {FTS_TABLE}")
