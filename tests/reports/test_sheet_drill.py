"""What the drill of sheets compares, without LibreOffice: equal cells pass, and every planted difference is found."""

import pytest

from drills.calc import compare, same

WRITTEN = [["code", "name", "n"], ["TH", "=1+1", 413], ["total", None, 0.5]]
READ = [["code", "name", "n"], ["TH", "=1+1", "413"], ["total", "", "0.5"]]


def test_sheets_that_are_read_as_they_were_written_do_not_differ():
    found = compare("示例", WRITTEN, READ)

    assert (found.rows, found.cells, found.differs) == (3, 9, [])


@pytest.mark.parametrize(
    ("line", "column", "read"),
    [(1, 1, "2"), (1, 2, "414"), (1, 2, "n.a."), (2, 1, "—"), (0, 0, "Code"), (2, 2, "")],
)
def test_a_cell_that_is_read_otherwise_is_found(line, column, read):
    changed = [list(row) for row in READ]
    changed[line][column] = read

    [found] = compare("示例", WRITTEN, changed).differs

    assert (found.line, found.column, found.read) == (line + 1, column + 1, read)


@pytest.mark.parametrize("read", [READ[:2], [*READ, ["one more"]], [[*READ[0], "more"], *READ[1:]]])
def test_lines_and_cells_that_only_one_side_has_are_found(read):
    assert compare("示例", WRITTEN, read).differs


def test_nothing_is_not_nought_and_a_text_of_digits_is_no_number():
    assert [same(None, "0"), same(0, ""), same("007", "7"), same(None, ""), same(7, "7.0")] == [
        False,
        False,
        False,
        True,
        True,
    ]
