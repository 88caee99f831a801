"""Reads a page as a browser without a style sheet or script would: forms, labels, headings, tables, addresses."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx

BASE_URL = "http://127.0.0.1:8900"
ROOT = "/_sandbox"
VIEWS = ("/", "/numbers", "/names", "/requests", "/webhooks", "/account")
_VOID = {"meta", "link", "input", "img", "br", "hr"}
_ADDRESSES = {"href", "src", "action", "formaction", "srcset", "poster", "data"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    content: "list[Element | str]" = field(default_factory=list)

    @property
    def children(self) -> "list[Element]":
        return [part for part in self.content if isinstance(part, Element)]

    def all(self, *tags: str) -> "list[Element]":
        found = [self] if self.tag in tags or not tags else []
        return found + [inner for child in self.children for inner in child.all(*tags)]

    def one(self, tag: str, **attributes: str) -> "Element":
        (found,) = [item for item in self.all(tag) if attributes.items() <= item.attributes.items()]
        return found

    @property
    def text(self) -> str:
        parts = (f" {part.text} " if isinstance(part, Element) else part for part in self.content)
        return " ".join("".join(parts).split())

    @property
    def raw_text(self) -> str:
        return "".join(part for part in self.content if isinstance(part, str))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("root", {})
        self._open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open)
        self._open.content.append(element)
        if tag not in _VOID:
            self._open = element

    def handle_endtag(self, tag: str) -> None:
        assert self._open.tag == tag, f"</{tag}> closes <{self._open.tag}>"
        assert self._open.parent is not None
        self._open = self._open.parent

    def handle_data(self, data: str) -> None:
        self._open.content.append(data)


def read(response: httpx.Response) -> Element:
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    reader = _Reader()
    reader.feed(response.text)
    reader.close()
    assert reader.root.all()[-1] is not reader.root
    return reader.root


def addresses(page: Element) -> list[str]:
    return [value for element in page.all() for name, value in element.attributes.items() if name in _ADDRESSES]


def is_foreign(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.scheme or parts.netloc)


async def submit(client: httpx.AsyncClient, view: str, form: str, **fields: str) -> httpx.Response:
    """Fill in a form of a view as a browser does, and send it from that page; `record` chooses among equal forms."""
    page = read(await client.get(f"{ROOT}{view}"))
    (found,) = [
        filled
        for element in page.all("form")
        if (filled := _values(element)).get("form") == form and filled.get("record", "") == fields.get("record", "")
    ]
    assert fields.keys() <= found.keys(), "the page has no such field"
    return await client.post(f"{ROOT}{view}", data=found | fields, headers={"origin": str(client.base_url)})


def _values(form: Element) -> dict[str, str]:
    values: dict[str, str] = {}
    for element in form.all("input", "textarea", "select"):
        name = element.attributes["name"]
        if element.tag == "input":
            values[name] = element.attributes.get("value", "")
        elif element.tag == "textarea":
            values[name] = element.raw_text.removeprefix("\n")
        else:
            options = element.all("option")
            chosen = [option for option in options if "selected" in option.attributes] or options[:1]
            values[name] = chosen[0].attributes.get("value", chosen[0].text) if chosen else ""
    return values


def notice(response: httpx.Response) -> str:
    (shown,) = [item for item in read(response).all("p") if "autofocus" in item.attributes]
    return shown.text
