"""Every page of the product in the demo's districts, looked at in its three forms: 1366 px, 390 px, A4. GUIZHANG_SHOTS has the pictures."""
import html.parser
import json
import os
import re

import pytest
from browser import Person
from pages import FILES, PAGES, Finder
from weigh import COLD, WARM, Fetched

QUIET = {"code", "pre", "textarea", "option", "script"}
VOID = "area base br col embed hr img input link meta source track wbr".split()


@pytest.fixture(scope="module")
def finder(town):
    assert town.code == 0, town.said[-4000:]
    return Finder(town)


@pytest.fixture(scope="module")
def sitting(town, windows):
    """Somebody at the window; each signs in once."""
    people = {}

    def sit(login):
        if login not in people:
            people[login] = Person(windows(True), town, login or "nobody")
            if login:
                people[login].sign_in()
        return people[login].sit()
    return sit


def test_every_page_of_the_route_table_is_looked_at(town):
    table = {r["pattern"] for r in json.loads(town.guizhang("routes", "--json").stdout) if r["method"] == "GET"}
    rows = {p.route for p in PAGES}
    assert rows | FILES == table and not rows & FILES, (rows | FILES) ^ table
    assert len({p.name for p in PAGES}) == len(PAGES)


class Reach(html.parser.HTMLParser):
    """What a person without script or without a mouse could not use."""

    def __init__(self):
        super().__init__()
        self.stack, self.found, self.ids, self.targets, self.said = [], [], set(), [], []

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if "id" in a:
            if a["id"] in self.ids:
                self.found.append(f"id {a['id']} twice")
            self.ids.add(a["id"])
        if tag == "a" and not a.get("href"):
            self.found.append(f"a link to nowhere: {self.rawdata[self.rawdata.find(chr(60) + chr(97), max(0, self.rawdata.find(self.get_starttag_text()) - 80)):][:200]}")
        if (a.get("href") or "").startswith("#"):
            self.targets.append(a["href"][1:])
        if tag == "button" and (a.get("type", "submit") != "submit" or "form" not in self.stack and "form" not in a) and "disabled" not in a and "hidden" not in a:
            self.found.append(f"a button that only script can use: {a}")
        if int(a.get("tabindex") or 0) > 0:
            self.found.append(f"tabindex {a}")
        if tag not in VOID:
            self.stack.append(tag)

    def handle_data(self, data):
        if "main" in self.stack and not QUIET.intersection(self.stack):
            self.said.append(data)

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop() != tag:
            pass


def faults(text):
    """Of the page as it comes from the server."""
    r = Reach()
    r.feed(text)
    return r.found + [f"#{t} leads nowhere" for t in r.targets if t and t not in r.ids] + talk("".join(r.said))


ENGLISH = re.compile(r"\b(null|undefined|true|false|NaN|error|submit|None|TODO|[a-z]+_[a-z_]+)\b")


def talk(text):
    """Words of the program on a page for people, and points that stand twice."""
    return sorted({w for w in ENGLISH.findall(text)} | set(re.findall(r"(?:，，|。。|、、|（）|「」|：：|，。|；。|、。)", text)))


@pytest.mark.parametrize("page", PAGES, ids=[p.name for p in PAGES])
def test_a_page(page, finder, sitting):
    who, path = finder.open(page)
    fetched = Fetched(finder.client(who), path, page.status)
    assert fetched.size <= WARM and fetched.cold() <= COLD, (path, fetched.size, fetched.cold(), fetched.parts())
    assert not faults(fetched.text), (path, faults(fetched.text))
    if page.is_like and not os.environ.get("GUIZHANG_SHOTS"):
        return
    p = sitting(finder.account(who)).go(path)
    p.check_page(page.name)
    sheets, text = p.go(path + ("&" if "?" in path else "?") + "print=1").paper(page.name)
    assert not p.paper_faults(text), (path, p.paper_faults(text))
    flat = re.sub(r"\s", "", text)
    assert len(flat) > 40 and "退出" not in flat and "跳到正文" not in flat, (path, sheets, text)
