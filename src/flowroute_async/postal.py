"""How people write US and Canadian addresses: names of states and provinces, of countries, and of units in a building.

Source: the US Postal Service's Publication 28, appendixes B and C2, and Canada Post's addressing guidelines.
"""

import unicodedata
from collections.abc import Mapping


def _table(text: str) -> dict[str, str]:
    """Return the words of a table by their codes."""
    return {code: word for code, _, word in (entry.strip().partition(" ") for entry in text.split(","))}


US_STATES: Mapping[str, str] = _table(
    "AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut, DE Delaware, "
    "DC District of Columbia, FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa, "
    "KS Kansas, KY Kentucky, LA Louisiana, ME Maine, MD Maryland, MA Massachusetts, MI Michigan, MN Minnesota, "
    "MS Mississippi, MO Missouri, MT Montana, NE Nebraska, NV Nevada, NH New Hampshire, NJ New Jersey, NM New Mexico, "
    "NY New York, NC North Carolina, ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon, PA Pennsylvania, "
    "RI Rhode Island, SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah, VT Vermont, VA Virginia, "
    "WA Washington, WV West Virginia, WI Wisconsin, WY Wyoming, AS American Samoa, GU Guam, "
    "MP Northern Mariana Islands, PR Puerto Rico, VI Virgin Islands"
)
"""The states, the district and the territories of the US by their codes."""

CANADIAN_PROVINCES: Mapping[str, str] = _table(
    "AB Alberta, BC British Columbia, MB Manitoba, NB New Brunswick, NL Newfoundland and Labrador, NS Nova Scotia, "
    "NT Northwest Territories, NU Nunavut, ON Ontario, PE Prince Edward Island, QC Quebec, SK Saskatchewan, YT Yukon"
)
"""The provinces and territories of Canada by their codes."""

UNITS: Mapping[str, str] = _table(
    "APT Apartment, BSMT Basement, BLDG Building, DEPT Department, FL Floor, FRNT Front, KEY Key, LBBY Lobby, LOT Lot, "
    "LOWR Lower, OFC Office, PH Penthouse, PIER Pier, REAR Rear, RM Room, SIDE Side, SLIP Slip, SPC Space, STOP Stop, "
    "STE Suite, TRLR Trailer, UNIT Unit, UPPR Upper"
)
"""The kinds of unit that the vendor takes, as it writes them, by the abbreviations of the Postal Service."""

_STATES = {**US_STATES, **CANADIAN_PROVINCES}
_OTHER_STATES = {
    "Washington DC": "DC",
    "US Virgin Islands": "VI",
    "Newfoundland & Labrador": "NL",
    "Newfoundland": "NL",
    "Labrador": "NL",
    "Yukon Territory": "YT",
    "PEI": "PE",
}
_COUNTRIES = {
    "US": ("US", "USA", "United States", "United States of America"),
    "CA": ("CA", "CAN", "Canada"),
}
_OTHER_UNITS = {"#": "Unit", "No": "Unit", "Number": "Unit", "Flr": "Floor"}
# A number sign stands for a unit whose kind is not known.


def _key(text: str) -> str:
    """Return a text without what people write differently: letter case, accents, periods, commas and doubled spaces."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(plain.replace(".", "").replace(",", " ").casefold().split())


_STATE_CODES = {
    **{_key(code): code for code in _STATES},
    **{_key(name): code for code, name in _STATES.items()},
    **{_key(name): code for name, code in _OTHER_STATES.items()},
}
_COUNTRY_CODES = {_key(name): code for code, names in _COUNTRIES.items() for name in names}
_UNIT_WORDS = {**{name: name for name in UNITS.values()}, **UNITS, **_OTHER_UNITS}
_UNIT_NAMES = {_key(word): name for word, name in _UNIT_WORDS.items()}


def state_code(text: str) -> str | None:
    """Return the two-letter code of a state, province or territory that is given by its code or its name."""
    return _STATE_CODES.get(_key(text))


def country_code(text: str) -> str | None:
    """Return US or CA for any usual way to write them."""
    return _COUNTRY_CODES.get(_key(text))


def unit_name(text: str) -> str | None:
    """Return a kind of unit as the vendor writes it, given in any letter case or abbreviated, such as Suite for Ste."""
    return _UNIT_NAMES.get(_key(text))
