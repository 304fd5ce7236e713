"""Every page of the product, in the districts of the demo: its row of web/routes.c, who opens it, where one is found with something to show.

A new page is a row here; test_88 fails for a row of the route table without one. Asked over the JSON twin, so that an address is
found as its people would: on their desk, in their lists.
"""
from typing import Callable, NamedTuple
from urllib.parse import quote

from client import Client
from office import C, L, M, UP, X, Y
from world import PASSWORD

FILES = {"/", "/healthz", "/readyz", "/{t}/documents/{id}", "/{t}/exchange/filings/{word}/{id}", "/{t}/experts/import/{word}", "/{t}/exports/{id}/file",
         "/{t}/projects/import/{word}", "/{t}/projects/{id}/status"}  # answers and ways to a page, not pages


class Page(NamedTuple):
    route: str
    name: str
    who: tuple | str | None  # (district, organ[, unit]), an account, or nobody
    where: str | Callable
    status: int = 200
    is_like: bool = False  # the same page as the row before, in another district: its bytes and words are read, the browser looks only when pictures are wanted


class Finder:
    """Looks round in the demo for what has something to show."""

    def __init__(self, world):
        self.world = world
        self.kept = {}

    def client(self, who):
        if who is None:
            return Client(self.world.url)
        if isinstance(who, tuple):
            return self.world.sign_in(*who)
        if who not in self.kept:
            self.kept[who] = Client(self.world.url)
            assert self.kept[who].login(who, PASSWORD).status in (200, 303)
        return self.kept[who]

    def expert(self):
        """Somebody who has handed in a sheet."""
        return self.sql(X, "SELECT login FROM review_seat WHERE sheet_state = 'in' LIMIT 1")

    def open(self, page):
        """(who opens it, its address)"""
        who = self.expert() if page.who == "expert" else page.who
        return who, page.where if isinstance(page.where, str) else page.where(self, who)

    def get(self, who, path):
        answer = self.client(who).get(path)
        assert answer.status == 200, (who, path, answer)
        return answer.json

    def account(self, who):
        if not isinstance(who, tuple):
            return who
        words = ("unit", who[2]) if len(who) > 2 else who[1:]
        return self.world.holder_of("-".join(["gz", who[0], *words]).replace("_", "-"))

    def projects(self, who, query=""):
        return self.get(who, f"/{who[0]}/projects?{query}")["projects"]

    def project(self, who, query="", most="timeline"):
        """The project with most of that on its page."""
        return max(self.projects(who, query), key=lambda p: len(self.get(who, p["href"]).get(most) or ()))["href"]

    def acts(self, who, can=True):
        """The pages of all acts of a person that can be done, or that cannot: (address, the page's act)."""
        for p in self.projects(who, "state=running"):
            for row in self.get(who, p["href"])["acts"]:
                if row["allowed"] is can:
                    yield f"{p['href']}/acts/{row['act']}", self.get(who, f"{p['href']}/acts/{row['act']}")

    def act(self, who, can=True, weighs=lambda page: len(page["act"].get("fields") or ()) + len(page["act"].get("materials") or ())):
        return max(self.acts(who, can), key=lambda row: weighs(row[1]))[0]

    def sql(self, tenant, text):
        return self.world.sql(f"gz_{tenant}", text)[0][0]


def at(path):
    """An address under the district of whoever opens it."""
    return lambda f, who: f"/{who[0]}{quote(path, safe='/?=&')}"


def first(path, key, tail="", test=lambda row: True):
    return lambda f, who: next(row["href"] for row in f.get(who, f"/{who[0]}{path}")[key] if test(row)) + tail


def of_project(tail, query="", most="timeline"):
    return lambda f, who: f.project(who, query, most) + tail


def of_tab(tab, most="timeline", query=""):
    """The tab of the project with most of that on it."""
    return lambda f, who: max((f"{p['href']}?tab={tab}" for p in f.projects(who, query)), key=lambda href: len(f.get(who, href).get(most) or ()))


def filed(f, who):
    """The tab of a project something of which went up."""
    return next(f"{p['href']}?tab=filings" for p in f.projects(who) if any(x.get("track") for x in f.get(who, p["href"])["filings"]))


def act(can=True, **how):
    return lambda f, who: f.act(who, can, **how)


def decision(f, who):
    return f.get(who, f.project(who, most="decisions"))["decisions"][0]["href"]


def batch(f, who):
    """Two projects with the same task on one desk."""
    rows = f.get(who, f"/{who[0]}/home")["tasks"]
    word = max({r["act"] for r in rows}, key=lambda a: sum(r["act"] == a for r in rows))
    same = [r["project"] for r in rows if r["act"] == word][:6]
    return f"/{who[0]}/batch?act={word}" + "".join(f"&project={p}" for p in same)


def recount(*kinds):
    """The count of a duty whose limit is of that kind, and it leads to the day the project shows."""
    def find(f, who):
        for p in f.projects(who, "due=overdue") + f.projects(who):
            for d in f.get(who, p["href"])["duties"]:
                if d.get("recount_href") and d["count"]["kind"] in kinds:
                    page = f.get(who, d["recount_href"])
                    assert page["is_counted"] and page["count"]["days"][0]["reason"] == "start" and any(d["due_on"] in s for s in page["steps"]), (d, page)
                    return d["recount_href"]
        raise AssertionError(f"no duty with a day of {kinds}")
    return find


def bill(tail=""):
    def find(f, who):
        rows = f.get(who, f"/{who[0]}/regulation/bills")["bills"]
        if not rows:
            answer = f.client(who).post(f"/{who[0]}/regulation/bills", {"regulation": "2027-1", "name": "看页面用"})
            assert answer.status in (200, 201, 303), answer
            rows = f.get(who, f"/{who[0]}/regulation/bills")["bills"]
        return rows[0]["href"] + tail
    return find


def plan(tail=""):
    def find(f, who):
        page = f.get(who, f"/{who[0]}/plans")
        have = [p["href"] for s in page["subjects"] for p in s["plans"]]
        if not have:
            subject = next(s["id"] for s in page["subjects"] if s["may_open"])
            answer = f.client(who).post(f"/{who[0]}/plans", {"subject": subject, "title": "2027年度计划"})
            assert answer.status == 201, answer
            return f"/{who[0]}/plans/{answer.json['plan']}"
        return have[0] + tail
    return find


def sheet(f, who):
    return max((s["href"] for p in f.projects(who) for s in f.get(who, p["href"])["forms"]), key=len)


def of_event(f, who):
    """The act that carried most, decided once more."""
    project = f.project(who)
    acts = [e for e in f.get(who, project)["timeline"] if e.get("form_href") or e["documents"] or e["detail"]]
    return f"{project}/events/{max(acts, key=lambda e: len(e['documents']))['seq']}"


CLERK, TECH, APPROVAL, LEADER, AUDITOR = (X, "unit", "jyj"), (X, "tech"), (X, "approval"), (X, "leader"), (X, "auditor")
COMPETENT = {t: (t, "competent") for t in (M, L, C, Y)}
BUREAU, EDITOR = (UP, "intake"), (X, "editor")
CLERKS = {X: CLERK, M: (M, "unit", "mzj"), L: (L, "unit", "mzj"), C: (C, "unit", "yjj"), Y: (Y, "unit", "cgj")}
OFFICES = {X: TECH, **COMPETENT}
AUDITORS = {t: (t, "auditor") for t in CLERKS}
P, R, V = "/{t}/projects/{id}", "/{t}/regulation", "/{t}/reviews/{id}"
FACTS = "facts.total_investment=412&facts.fixed_asset_linked=false"


def every(route, name, people, where):
    """The same page in each district."""
    return [Page(route, f"{name}-{t}", who, where, is_like=n > 0) for n, (t, who) in enumerate(people.items())]


def public(route, name):
    return [Page(route, f"{name}-{t}", None, route.replace("{t}", t), is_like=n > 0) for n, t in enumerate(CLERKS)]


PAGES = [
    Page("/login", "login", None, "/login"), Page("/posts", "posts", "xie.lan", "/posts"), Page("/components", "components", None, "/components"),
    Page("/guide", "guides", None, "/guide"), Page("/guide", "guides-compared", None, f"/guide?a={X}&b={Y}&{FACTS}&facts.project_class=build"),
    *public("/{t}/guide", "guide"), Page("/{t}/guide", "guide-answered", None, f"/{X}/guide?{FACTS}"),
    Page("/{t}/audit", "audit", AUDITOR, at("/audit")), Page("/{t}/audit", "audit-forbidden", CLERK, at("/audit"), 403),
    Page("/{t}/batch", "batch", TECH, batch), Page("/{t}/batch", "batch-luan", COMPETENT[L], batch), Page("/{t}/batch", "batch-empty", TECH, at("/batch")),
    *every("/{t}/home", "home-unit", CLERKS, at("/home")), *every("/{t}/home", "home-office", OFFICES, at("/home")),
    Page("/{t}/home", "home-leader", LEADER, at("/home")), Page("/{t}/home", "home-finance", (X, "finance"), at("/home")), Page("/{t}/home", "home-auditor", AUDITOR, at("/home")),
    Page("/{t}/home", "home-bureau", BUREAU, at("/home")),
    *every("/{t}/home", "home-papers", CLERKS, at("/home?tab=papers")), Page("/{t}/notices", "notices", (M, "editor"), at("/notices")), Page("/{t}/notices", "notices-unit", CLERK, at("/notices")),
    Page("/{t}/calendar", "calendar", TECH, at("/calendar")), Page("/{t}/calendar", "calendar-unit", CLERK, at("/calendar")),
    Page("/{t}/dashboard", "dashboard-compared", (Y, "leader"), at("/dashboard?compare=1")),
    *every("/{t}/dashboard", "dashboard", {t: (t, "leader") for t in CLERKS}, at("/dashboard")),
    *every("/{t}/decisions/{id}", "decision", CLERKS, decision),
    Page("/{t}/delegations", "delegations", TECH, at("/delegations")), Page("/{t}/delegations", "delegations-empty", COMPETENT[L], at("/delegations")),
    Page("/{t}/experts", "experts", APPROVAL, at("/experts")), Page("/{t}/experts/import", "experts-import", APPROVAL, at("/experts/import")),
    Page("/{t}/experts/new", "expert-new", APPROVAL, at("/experts/new")), Page("/{t}/experts/{id}", "expert", APPROVAL, first("/experts", "experts")),
    Page("/{t}/exports", "exports", AUDITOR, at("/exports")), Page("/{t}/exports", "exports-empty", CLERK, at("/exports")), Page("/{t}/exports/{id}", "export", AUDITOR, first("/exports", "exports")),
    Page("/{t}/help", "help-unit", CLERK, at("/help")), Page("/{t}/help", "help-office", COMPETENT[L], at("/help")), Page("/{t}/help", "help-leader", LEADER, at("/help")),
    Page("/{t}/inbox", "inbox", BUREAU, at("/inbox")), *[Page("/{t}/inbox/{word}/{id}", f"inbox-{s}", BUREAU, first("/inbox", "filings", test=lambda r, s=s: r["state"] == s)) for s in ("stored", "accepted", "returned")],
    Page("/{t}/lists", "lists", AUDITOR, at("/lists")), Page("/{t}/lists", "lists-chuxiong", (C, "auditor"), at("/lists")), Page("/{t}/lists/{word}", "list", AUDITOR, first("/lists", "lists")), Page("/{t}/projects", "projects-sample", AUDITOR, at("/projects?sample=5&word=样")),
    *[Page("/{t}/lists/{word}", f"list-{n}", (C, "auditor"), lambda f, who, n=n: f.get(who, f"/{C}/lists")["lists"][n]["href"]) for n in range(7)],
    Page("/{t}/outbox", "outbox", COMPETENT[M], at("/outbox")), Page("/{t}/outbox/{id}", "outbox-message", COMPETENT[M], first("/outbox", "messages")),
    Page("/{t}/plans", "plans", COMPETENT[L], at("/plans")), Page("/{t}/plans/{id}", "plan", COMPETENT[L], plan()), Page("/{t}/plans", "plans-none", TECH, at("/plans"), 404),
    *every("/{t}/projects", "projects", OFFICES, at("/projects")), Page("/{t}/projects", "projects-late", LEADER, at("/projects?due=overdue")), Page("/{t}/projects", "projects-empty", CLERK, at("/projects?q=没有")),
    Page("/{t}/projects/import", "projects-import", CLERKS[L], at("/projects/import")),
    *every("/{t}/projects/new", "new", CLERKS, at("/projects/new")), Page(P + "/edit", "edit", CLERK, of_project("/edit", "state=draft")),
    *every(P, "project-unit", CLERKS, of_project("")), *every(P, "project-office", OFFICES, of_project("", "state=running")), Page(P, "project-draft", CLERK, of_project("", "state=draft")),
    Page(P, "project-filed", COMPETENT[M], of_project("", most="filings")), Page(P, "project-none", CLERK, at("/projects/1"), 404),
    *every(P, "project-base", CLERKS, of_project("?tab=base")), *every(P, "project-work", OFFICES, of_tab("work", "acts", "state=running")),
    *every(P, "project-files", OFFICES, of_tab("files", "decisions")), *every(P, "project-money", OFFICES, of_tab("money", "contracts")), *every(P, "project-change", OFFICES, of_tab("change")),
    *every(P, "project-report", OFFICES, of_tab("report")), *every(P, "project-timeline", OFFICES, of_tab("timeline")), Page(P, "project-timeline-draft", CLERK, of_project("?tab=timeline", "state=draft")),
    Page(P, "project-filings", COMPETENT[M], filed), Page(P, "project-filings-none", CLERK, of_project("?tab=filings")), *every(P, "project-all", OFFICES, of_project("?tab=all")), Page(P, "project-tab-none", TECH, of_project("?tab=nothing"), 404),
    *every(P + "/acts/{act}", "act-unit", CLERKS, act()), *every(P + "/acts/{act}", "act-office", OFFICES, act()), *every(P + "/acts/{act}", "act-blocked", CLERKS, act(False)),
    Page(P + "/acts/{act}", "act-correction", TECH, act(weighs=lambda page: bool(page["act"].get("correction_items")))), Page(P + "/acts/{act}", "act-checks", COMPETENT[L], act(weighs=lambda page: len(page["act"].get("checklist") or ()))),
    Page(P + "/duties/{word}", "recount", TECH, recount("working_days")), Page(P + "/duties/{word}", "recount-months", TECH, recount("months", "window")), Page(P + "/forms/{act}", "form", COMPETENT[L], sheet), Page(P + "/forms/{act}", "form-yubei", COMPETENT[Y], sheet),
    Page(P + "/alike", "alike", COMPETENT[C], of_project("/alike", "state=running")), Page(P + "/cosign", "cosign", TECH, of_project("/cosign", "state=running")),
    Page(P + "/hand", "hand", TECH, of_project("/hand", "state=running")), Page(P + "/hand", "hand-leader", LEADER, of_project("/hand", "due=overdue")),
    Page(P + "/reviews", "project-reviews", APPROVAL, of_project("/reviews")), Page(P + "/brief", "brief", LEADER, of_project("/brief", "state=running")), Page(P + "/brief", "brief-done", (C, "leader"), of_project("/brief", "state=running"), is_like=True),
    *every(P + "/events/{word}", "replay", AUDITORS, of_event),
    *every(P + "/why", "why", CLERKS, of_project("/why", "state=running")),
    *public(R, "regulation"), Page(R, "regulation-found", EDITOR, at("/regulation?q=技术审查")),
    Page(R + "/bills", "bills", EDITOR, at("/regulation/bills")), Page(R + "/bills/{id}", "bill", EDITOR, bill()), Page(R + "/bills/{id}/file", "bill-file", EDITOR, bill("/file?name=rules.json")),
    Page(R + "/bills/{id}/publish", "bill-publish", EDITOR, bill("/publish")), Page(R + "/bills/{id}/trial", "bill-trial", EDITOR, bill("/trial")),
    Page(R + "/cases", "cases", None, f"/{L}/regulation/cases"), Page(R + "/cases/{word}", "case", None, f"/{L}/regulation/cases/a03_scope.1"), Page(R + "/chart", "chart", None, f"/{C}/regulation/chart"),
    *public(R + "/forms", "forms"), Page(R + "/forms/{word}", "form-blank", None, f"/{Y}/regulation/forms/demand_form"),
    Page("/{t}/workdays", "workdays", None, f"/{X}/workdays"), Page("/{t}/workdays", "workdays-count", None, f"/{X}/workdays?count.from=2025-09-26&count.n=15&count.unit=working_days"),
    Page("/{t}/reviews", "reviews", APPROVAL, at("/reviews")), *[Page(V, f"review-{s}", APPROVAL, first("/reviews", "reviews", test=lambda r, s=s: r["state"] == s)) for s in ("sealing", "closed")],
    Page(V + "/opinion", "opinion", APPROVAL, first("/reviews", "reviews", "/opinion", lambda r: r["is_closed"])), Page(V + "/proof", "proof", AUDITOR, first("/reviews", "reviews", "/proof", lambda r: r["is_closed"])),
    Page("/{t}/search", "search", TECH, at("/search?q=平台")), Page("/{t}/search", "search-empty", TECH, at("/search?q=没有这个")), Page("/{t}/seats", "seats", "expert", f"/{X}/seats"),
    Page("/{t}/seats/{id}", "seat", "expert", lambda f, who: f.get(who, f"/{X}/seats")["seats"][0]["href"]), Page("/{t}/settings", "settings", CLERK, at("/settings")), Page("/{t}/views", "views", AUDITOR, at("/views")), Page("/{t}/views", "views-empty", CLERK, at("/views")),
]
