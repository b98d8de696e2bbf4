"""The priority report on one A4 page: conclusion, ranking with bars, recommended action, the figures behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, pgettext

from reports.blocks import grid_of, labelled, notes_of, paper_language, remark_blocks, widths_of
from reports.catalogue import Report
from reports.wording import GROUPS, factor_name
from reports.written import WrittenReport, write
from tracker.paper import Bar, Bars, Grid, Pair, ReportBlock, Title, Words
from tracker.paper.numbering import number_of

MOST_BARS = 6
"""So many partners, the first ones, have a bar: the page holds no more."""
FULL = 100.0


def priority_blocks(
    written: WrittenReport, remarks: Mapping[str, str], tables: Sequence[Report]
) -> tuple[ReportBlock, ...]:
    """The blocks of the page. ``tables`` are the audit report's two, printed side by side."""
    extra, names = written.report.extra, _names(written)
    ranked = [row for row in extra["ranking"] if row["rank"] is not None]
    factors = [one["factor"] for one in extra.get("factors", []) if one["weight"]]
    parts: list[tuple[str, list[ReportBlock]]] = [
        # Translators: 結論
        (gettext("Conclusion"), _conclusion(extra, ranked, names)),
        # Translators: 排名與得分組成
        (gettext("Ranking and how the scores are made"), _ranking(written, ranked, factors, names)),
    ]
    if remarks:
        # Translators: 建議作法
        parts.append((gettext("Recommended action"), remark_blocks(written, remarks)))
    if tables:
        # Translators: 資料
        parts.append((gettext("Figures"), _figures(tables)))
    blocks: list[ReportBlock] = []
    for place, (title, inside) in enumerate(parts, start=1):
        number = number_of(place, 1, paper_language())
        blocks += [Title(f"{number}{title}" if number.endswith("、") else f"{number} {title}"), *inside]
    return tuple(blocks)


def _names(written: WrittenReport) -> dict[str, str]:
    """Partners by code as the table calls them, wherever in it they stand."""
    codes = {one["partner"] for one in written.report.extra["ranking"]}
    rows = zip(written.report.rows, written.lines, strict=True)
    return {
        str(cell): shown.text
        for row, line in rows
        for cell, shown in zip(row, line, strict=False)
        if str(cell) in codes
    }


def _conclusion(
    extra: Mapping[str, Any], ranked: Sequence[Mapping[str, Any]], names: Mapping[str, str]
) -> list[ReportBlock]:
    if not ranked:
        return [Words(gettext("Nobody to rank on this day"))]
    listed = pgettext("between names", ", ").join(names.get(row["partner"], row["partner"]) for row in ranked)
    lead = gettext("Order by score: %(order)s.") % {"order": listed}
    draws = extra.get("stability", {}).get("draws")
    if not draws:
        return [Words("", lead)]
    first = ranked[0]
    told = {
        "name": names.get(first["partner"], first["partner"]),
        "share": f"{first['first_in_share'] * 100:.1f}",
        "draws": f"{draws:,}",
    }
    words = gettext("With %(draws)s random weightings %(name)s comes first in %(share)s %%.") % told
    return [Words(f" {words}", lead)]


def _ranking(
    written: WrittenReport,
    ranked: Sequence[Mapping[str, Any]],
    factors: Sequence[str],
    names: Mapping[str, str],
) -> list[ReportBlock]:
    """Those with a rank in a table, a bar for each of the first, and those without a rank by their groups."""
    blocks: list[ReportBlock] = [_table(written, factors)]
    bars = tuple(_bar(row, factors, names) for row in ranked[:MOST_BARS])
    if bars and factors:
        key = [f"{place} {factor_name(code)}" for place, code in enumerate(factors, start=1)]
        # Translators: 圖中
        words = labelled(gettext("In the bars"), pgettext("between factors", "; ").join(key))
        blocks += [Bars(bars), Words(words, small=True)]
    unranked = _unranked(written, names)
    if unranked:
        # Translators: 未列入排名
        blocks.append(Words(labelled(gettext("Without a rank"), unranked), small=True))
    told = " ".join(notes_of(written))
    return [*blocks, Words(told, small=True)] if told else blocks


def _table(written: WrittenReport, factors: Sequence[str]) -> Grid:
    """Rank, partner, the factors that weigh something, score and group, of those with a rank; below them the weights."""
    codes = [column.code for column in written.report.columns]
    shown = [code for code in ("rank", "partner", *factors, "score", "group") if code in codes]
    places = [codes.index(code) for code in shown]
    head = tuple(written.heads[place].text for place in places)
    rows = tuple(
        tuple(line[place].text for place in places)
        for line, row in zip(written.lines, written.report.rows, strict=True)
        if row[codes.index("rank")] is not None
    )
    by_factor = {one["factor"]: f"{one['weight']:g}" for one in written.report.extra["factors"]}
    # Translators: 權重
    weights = tuple(
        pgettext("row", "Weight") if code == "partner" else by_factor.get(code, "") for code in shown
    )
    return Grid(
        head=head,
        rows=rows,
        numbers=tuple(written.heads[place].is_number for place in places),
        totals=weights,
        widths=widths_of(head, rows),
        strong=shown.index("partner"),
    )


def _unranked(written: WrittenReport, names: Mapping[str, str]) -> str:
    """The partners without a rank, named under their groups."""
    groups: dict[str, list[str]] = {}
    for one in written.report.extra["ranking"]:
        if one["rank"] is None:
            groups.setdefault(str(GROUPS.get(one["group"], one["group"])), []).append(
                names.get(one["partner"], one["partner"])
            )
    comma = pgettext("between names", ", ")
    listed = [labelled(group, comma.join(partners)) for group, partners in groups.items()]
    return pgettext("between groups", "; ").join(listed)


def _bar(row: Mapping[str, Any], factors: Sequence[str], names: Mapping[str, str]) -> Bar:
    points = {part["factor"]: part["points"] or 0 for part in row["parts"]}
    label = f"{names.get(row['partner'], row['partner'])} {row['score']:.1f}"
    return Bar(label, tuple(points.get(code, 0) / FULL for code in factors))


def _figures(tables: Sequence[Report]) -> list[ReportBlock]:
    """The tables side by side, and under them their notes and sources."""
    written = [write(table) for table in tables]
    grids: list[Grid] = []
    for one in written:
        caption = f"{one.report.title} ({one.report.unit})" if one.report.unit else str(one.report.title)
        grids.append(grid_of(one, caption))
    notes: list[ReportBlock] = [
        Words(text, small=True) for text in dict.fromkeys(note for one in written for note in notes_of(one))
    ]
    paired: list[ReportBlock] = [Pair(tuple(grids[:1]), tuple(grids[1:]))] if len(grids) > 1 else [*grids]
    return paired + notes
