"""Writes `partners.csv`: every ISO 3166-1 country and area with its names, kind and region.

Run it after Babel brings new names, and look at what changed before committing:

    uv run python agreements/data/make_partners.py

Names come from CLDR through Babel (`zh_Hant_TW` and `en`); `partner_overrides.csv` wins over them. Taiwan is
left out: it is the side that keeps this register. README.md says where everything comes from.
"""

import csv
from pathlib import Path

from babel import Locale

HERE = Path(__file__).resolve().parent
COLUMNS = ("code", "name_zh", "name_en", "kind", "region")
OUR_SIDE = "TW"
# In CLDR's list of two letters without being assigned by ISO 3166-1 to a country or area.
NOT_ASSIGNED = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
# Neither a member of the United Nations nor the Holy See; each row may be changed by staff afterwards.
AREAS = frozenset(
    [
        "AI",
        "AQ",
        "AS",
        "AW",
        "AX",
        "BL",
        "BM",
        "BQ",
        "BV",
        "CC",
        "CK",
        "CN",
        "CW",
        "CX",
        "EH",
        "FK",
        "FO",
        "GF",
        "GG",
        "GI",
        "GL",
        "GP",
        "GS",
        "GU",
        "HK",
        "HM",
        "IM",
        "IO",
        "JE",
        "KY",
        "MF",
        "MO",
        "MP",
        "MQ",
        "MS",
        "NC",
        "NF",
        "NU",
        "PF",
        "PM",
        "PN",
        "PR",
        "PS",
        "RE",
        "SH",
        "SJ",
        "SX",
        "TC",
        "TF",
        "TK",
        "UM",
        "VG",
        "VI",
        "WF",
        "XK",
        "YT",
    ]
)
# The regions of the United Nations' standard M49, Western and Central Asia taken together.
REGIONS = {
    "southeast_asia": "BN ID KH LA MM MY PH SG TH TL VN",
    "east_asia": "CN HK JP KP KR MN MO",
    "south_asia": "AF BD BT IN IR LK MV NP PK",
    "west_central_asia": "AE AM AZ BH CY GE IL IQ JO KG KW KZ LB OM PS QA SA SY TJ TM TR UZ YE",
    "oceania": "AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS",
    "europe": "AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD "
    "ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK",
    "north_america": "BM CA GL PM US",
    "latin_america": "AG AI AR AW BB BL BO BQ BR BS BV BZ CL CO CR CU CW DM DO EC FK GD GF GP GS GT GY HN HT JM KN KY "
    "LC MF MQ MS MX NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI",
    "africa": "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA MG ML MR MU "
    "MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW",
    "other": "AQ",
}


def _names(locale: str) -> dict[str, str]:
    return {str(code): str(name) for code, name in Locale.parse(locale).territories.items()}


def rows() -> list[dict[str, str]]:
    """One row for each partner, by code."""
    chinese, english = _names("zh_Hant_TW"), _names("en")
    region_of = {code: region for region, codes in REGIONS.items() for code in codes.split()}
    with (HERE / "partner_overrides.csv").open(encoding="utf-8", newline="") as file:
        overrides = {row["code"]: row for row in csv.DictReader(file)}
    codes = sorted(
        code
        for code in english
        if len(code) == 2 and code.isalpha() and code not in NOT_ASSIGNED | {OUR_SIDE}
    )
    found = []
    for code in codes:
        override = overrides.get(code, {})
        found.append(
            {
                "code": code,
                "name_zh": override.get("name_zh") or chinese[code],
                "name_en": override.get("name_en") or english[code],
                "kind": "area" if code in AREAS else "state",
                "region": region_of[code],
            }
        )
    return found


def main() -> None:
    with (HERE / "partners.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())


if __name__ == "__main__":
    main()
