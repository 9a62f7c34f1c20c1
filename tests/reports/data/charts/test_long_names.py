"""Groups with long names that begin alike stay distinct, in figures and charts."""

from reports.data.charts.chart_kind import choose_kind
from reports.data.charts.specs import spec
from reports.data.computation.aggregation import compute
from tests.reports.data.given import csv, view

SITE = "https://shop.example/en/catalogue/spring-and-summer/gardens/tools/long-handled/all/"
TABLE = f"page,n\n{SITE}rake,1\n{SITE}spade,2\n{SITE}hoe,4\n{SITE}rake,8\nhome,16\n"
BY_PAGE = view(groups=[{"column": "page"}], measures=[{"function": "sum", "column": "n"}])


def test_long_names_that_begin_alike_keep_their_ends() -> None:
    assert compute(csv(TABLE), BY_PAGE).rows == [
        ["home", 16],
        ["https://shop.exam…ong-handled/all/rake", 9],
        ["https://shop.exam…long-handled/all/hoe", 4],
        ["https://shop.exam…ng-handled/all/spade", 2],
    ]


def test_names_that_begin_and_end_alike_are_numbered() -> None:
    names = [f"{SITE}{colour}/a-rake-of-that-colour" for colour in ("red", "green", "blue")]
    table = csv("page,n\n" + "".join(f"{name},1\n" for name in names))
    found = [str(row[0]) for row in compute(table, BY_PAGE).rows]
    assert [name.partition(" ")[2] for name in found] == ["", "(2)", "(3)"]


def test_each_name_has_its_own_bar() -> None:
    result = compute(csv(TABLE), BY_PAGE)
    body, _ = spec(result, choose_kind(result)[0])
    places = [entry["x"] for entry in body["data"]["values"]]
    assert len(set(places)) == len(places) == 4
