"""Data: the area codes of the inventory, each with its state or province and that place's rate centers."""

# Each place: its geographic area codes, and its rate centers, abbreviated as the vendor does (at most ten letters).
_UNITED_STATES = {
    "ak": ("907", "anchorage fairbanks juneau"),
    "al": ("205 251 256 334 659 938", "birmingham mobile huntsville montgomery"),
    "ar": ("327 479 501 870", "littlerock ftsmith fayettevl"),
    "as": ("684", "pagopago"),
    "az": ("480 520 602 623 928", "phoenix tucson flagstaff mesa"),
    "ca": (
        (
            "209 213 279 310 323 341 350 357 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 "
            "738 747 760 805 818 820 831 837 840 858 909 916 925 949 951"
        ),
        "losangeles sndg snfc millbrae sacramento fresno oakland snjs",
    ),
    "co": ("303 719 720 748 970 983", "denver boulder coloradspg"),
    "ct": ("203 475 860 959", "hartford newhaven stamford"),
    "dc": ("202 771", "washington"),
    "de": ("302", "wilmington dover"),
    "fl": (
        "239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954",
        "miami orlando tampacen jacksonvl pensacola",
    ),
    "ga": ("229 404 470 478 678 706 762 770 912 943", "atlanta savannah macon augusta"),
    "gu": ("671", "guam"),
    "hi": ("808", "honolulu hilo"),
    "ia": ("319 515 563 641 712", "desmoines davenport siouxcity"),
    "id": ("208 986", "boise pocatello"),
    "il": (
        "217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872",
        "chcgzn01 springfld peoria rockford",
    ),
    "in": ("219 260 317 463 574 765 812 930", "indianapls gary fortwayne"),
    "ks": ("316 620 785 913", "wichita topeka"),
    "ky": ("270 364 502 606 859", "louisville lexington"),
    "la": ("225 318 337 457 504 985", "neworleans batonrouge shreveport"),
    "ma": ("339 351 413 508 617 774 781 857 978", "boston worcester springfld"),
    "md": ("227 240 301 410 443 667", "baltimore bethesda annapolis"),
    "me": ("207", "portland bangor"),
    "mi": ("231 248 269 313 517 586 616 679 734 810 906 947 989", "detroitzn1 grandrapds lansing flint"),
    "mn": ("218 320 507 612 651 763 924 952", "twincities duluth rochester"),
    "mo": ("235 314 417 557 573 636 660 816 975", "saintlouis kansascity columbia"),
    "mp": ("670", "saipan"),
    "ms": ("228 601 662 769", "jackson gulfport"),
    "mt": ("406", "billings missoula"),
    "nc": ("252 336 472 704 743 828 910 919 980 984", "charlotte raleigh greensboro"),
    "nd": ("701", "fargo bismarck"),
    "ne": ("308 402 531", "omaha lincoln"),
    "nh": ("603", "manchester concord"),
    "nj": ("201 551 609 640 732 848 856 862 908 973", "oradell jerseycity newark trenton"),
    "nm": ("505 575", "albuquerqe santafe"),
    "nv": ("702 725 775", "lasvegas reno"),
    "ny": (
        "212 315 329 332 347 363 516 518 585 607 624 631 646 680 716 718 838 845 914 917 929 934",
        "nwyrcyzn01 nwyrcyzn03 buffalo albany syracuse",
    ),
    "oh": (
        "216 220 234 283 326 330 380 419 436 440 513 567 614 740 937",
        "cleveland columbus cincinnati toledo",
    ),
    "ok": ("405 539 572 580 918", "oklacity tulsa"),
    "or": ("458 503 541 971", "portland eugene salem"),
    "pa": (
        "215 223 267 272 412 445 484 570 582 610 717 724 814 835 878",
        "philazn01 pittsburgh harrisburg erie",
    ),
    "pr": ("787 939", "sanjuan ponce"),
    "ri": ("401", "providence"),
    "sc": ("803 821 839 843 854 864", "charleston columbia greenville"),
    "sd": ("605", "siouxfalls rapidcity"),
    "tn": ("423 615 629 731 865 901 931", "nashville memphis knoxville"),
    "tx": (
        (
            "210 214 254 281 325 346 361 409 430 432 469 512 621 682 713 726 737 806 817 830 832 903 915 936 940 945 "
            "956 972 979"
        ),
        "houston dallas austin sanantonio elpaso lubbock",
    ),
    "ut": ("385 435 801", "saltlake ogden provo"),
    "va": ("276 434 540 571 686 703 757 804 826 948", "richmond norfolkzn1 arlington roanoke"),
    "vi": ("340", "stthomas"),
    "vt": ("802", "burlington"),
    "wa": ("206 253 360 425 509 564", "seattle tacoma spokane bellevue olympia"),
    "wi": ("262 274 353 414 534 608 715 920", "milwaukee madison greenbay"),
    "wv": ("304 681", "charleston wheeling"),
    "wy": ("307", "cheyenne casper"),
}

_CANADA = {
    "ab": ("403 587 780", "calgary edmonton"),
    "bc": ("236 604 778", "vancouver victoria"),
    "on": ("416 613 647", "toronto ottawa"),
    "qc": ("438 514", "montreal"),
}

# inferred: what the vendor writes as state and rate center of a toll-free number is not known.
_TOLL_FREE = {"": ("800 833 844 855 866 877 888", "tollfree")}

_PLACES = _UNITED_STATES | _CANADA | _TOLL_FREE

STATE_OF: dict[str, str] = dict(
    sorted((code, state) for state, (codes, _) in _PLACES.items() for code in codes.split())
)
"""Area code to state or province, two lower-case letters; empty for toll-free. In ascending order of area codes."""

RATE_CENTERS: dict[str, tuple[str, ...]] = {state: tuple(names.split()) for state, (_, names) in _PLACES.items()}
"""State or province to its rate centers."""

TOLL_FREE = frozenset(_TOLL_FREE[""][0].split())
"""The toll-free area codes."""

US_STATES = frozenset(state.upper() for state in _UNITED_STATES)
"""Postal codes of the states and territories of the US."""

CANADIAN_PROVINCES = frozenset({"AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"})
"""Postal codes of the provinces and territories of Canada."""

CANADIAN_AREA_CODES = frozenset(code for codes, _ in _CANADA.values() for code in codes.split())
"""The area codes of Canada that the inventory holds."""
