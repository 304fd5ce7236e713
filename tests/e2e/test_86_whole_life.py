"""The whole life of a project in each district, and of one refused, one urgent, one changed, one late: what stands on every desk after each act."""
import re
from urllib.parse import quote

import pytest
from browser import By as Find
from lives import LIVES, SHORT, Act
from office import UP, C, L, M, X, Y
from walker import Walker, tasks_of

DAYS = dict.fromkeys((X, M, UP, L, C, Y))


def wanted(words):
    """{(office, act, last day)} and the working days left where the article counts them."""
    rows = [re.fullmatch(r"(\S+) ([^@]+?)(?:@([\d-]+)(?:/(\d+))?)?", part.strip()).groups() for part in words.split(";") if part.strip()]
    return {(who, name, due or "") for who, name, due, _ in rows}, {(who, name): int(days) for who, name, _, days in rows if days}


# the task of that project and name on the page, as read and to be pressed
ROW = """
var wanted = arguments, rows = [].filter.call(document.querySelectorAll('#todo tbody tr'), function (r) {
  return r.querySelector('a.row-name').textContent === wanted[0] && r.textContent.indexOf(wanted[1]) >= 0; });
return rows.length ? {text: rows[0].textContent, link: rows[0].querySelector('a.row-name')} : null;
"""


class Walk(Walker):
    """One project on its way; what stood on the desks last is kept, so that who acts finds it there."""

    def __init__(self, world, office, life):
        super().__init__(world.sign_in, life.tenant, life.unit)
        self.world, self.office, self.life = world, office, life
        self.title, self.today, self.before = life.facts["project_name"], "", set()

    def roles(self):
        return ["unit", *self.life.offices.split()]

    def input(self, page, values, reason=None):
        return super().input(page, {**self.standing(page), **values}, reason)

    def desks(self):
        at = {(organ, t["name"], t.get("due_on") or ""): t["due"] for organ in self.roles()
              for t in tasks_of(self.client(organ), self.tenant) if t["project"] == self.project}
        if any(b["id"] == self.project for b in self.client("leader").get(f"/{self.tenant}/home").json["briefs"]):
            at["leader", "批示", ""] = None
        return at

    def on_lists(self, there):
        """The list of late matters of who supervises, and the leader's of overdue projects."""
        late = [r for r in self.client("auditor").rows(f"/{self.tenant}/lists/late?unit={self.unit}", "rows") if r["project"] == self.project]
        overdue = [p for p in self.client("leader").get(f"/{self.tenant}/projects?due=overdue&q={quote(self.title)}").json["projects"] if p["id"] == self.project]
        assert (bool(late), bool(overdue)) == (there, there), (late, overdue)

    def stands(self, words, after):
        """The project is a task of these desks and of no others."""
        seen, (rows, days) = self.desks(), wanted(words)
        assert set(seen) == rows, f"after {after}: not there {sorted(rows - set(seen))}, too much {sorted(set(seen) - rows)}"
        for (organ, name, _), due in seen.items():
            assert (organ, name) not in days or due["days"] == days[organ, name], (after, name, due)
        self.before = set(seen)

    def day(self, at, opened=None):
        self.today = at
        self.world.clock(self.tenant, at + "T09:00")
        self.world.guizhang("nightly", "--tenant", self.tenant)
        if opened is not None:
            self.stands(opened, f"the night to {at}")

    def begin(self):
        self.day(self.life.road[0])
        self.draft(self.life.facts)
        self.stands(self.life.start, "the draft")

    def bar(self, stage):
        """The stage is the present one, and cites the article."""
        name, article = stage.split(" ")
        now = [s for s in self.view()["stages"] if s["state"] == "now" and s["name"] == name]
        assert now and article in {a["number"].split("(")[0] for a in now[0]["articles"]}, (stage, [(s["name"], s["state"]) for s in self.view()["stages"]])

    def tab(self, organ, tab):
        """The newest row of this project under that tab of the landing page, leafed through."""
        client, after = self.client(organ), ""
        while True:
            page = client.get(f"/{self.tenant}/home?tab={tab}{after}").json
            hit = [r for r in page[tab] if self.project in (r.get("project"), r.get("id"))]
            if hit or not page.get("next_after"):
                return hit[0]
            after = f"&after={page['next_after']}"

    def follow(self, step, name):
        """Under 已办 of who acted it is the newest; under 我发起的 of who began it stands who has it now."""
        done, started = self.tab(step.who, "done"), self.tab("unit", "started")
        assert done["name"] == name, done
        assert started["holder_name"] == (self.view().get("where") or {}).get("holder_name", ""), started

    # ---- one act ----

    def name_of(self, step):
        return self.act_page(step.who, step.act)["act"]["name"]

    def person(self, organ):
        return self.office.person(self.tenant, organ, self.unit if organ == "unit" else None)

    def from_the_desk(self, p, step, name):
        """The task on the landing page with its last day, and from it to the act; what is nobody's task is found by its address."""
        due = next((due for who, n, due in self.before if (who, n) == (step.who, name)), None)
        if due is None:
            return p.go(f"{self.path}/acts/{step.act}")
        p.go(f"/{self.tenant}/home")
        while not (row := p.driver.execute_script(ROW, self.title, name)):
            p.press("下一页")
        assert due in row["text"] and (not due or "工作日" in row["text"]), row["text"]
        return p.press_it(row["link"])

    def do_at_browser(self, step, name):
        p = self.from_the_desk(self.person(step.who), step, name)
        assert p.heading().startswith(name), p.heading()
        p.fill({k if k == "reason" else f"with.{k}": v for k, v in step.answers.items()})
        p.fill_rest(self.today, self.total)
        p.press(f"再核对一次，能办就办理「{name}」" if p.has("再核对一次") else name)
        if p.heading().startswith("确认："):
            p.press(f"确认{name}")
        assert f"已办理「{name}」" in p.text(), f"{name}: {p.errors()}\n{p.text()[:1200]}"
        if step.stage:
            stage = step.stage.split(" ")[0]
            now = [text for text in p.texts("ol.stages li.now") if stage in text]
            assert now and re.search("第.+条|附件", now[0]), (stage, p.texts("ol.stages li.now"))

    def take(self, step):
        if step.refused:
            self.refused(step.who, step.act, step.refused, **step.answers)
            return
        name = self.name_of(step)
        if step.at_browser and self.office:
            self.do_at_browser(step, name)
        else:
            self.act(step.who, step.act, **step.answers)
        if step.desks is None:
            return
        self.stands(step.desks, step.act)
        if step.stage:
            self.bar(step.stage)
        self.follow(step, name)

    def go(self):
        self.begin()
        for step in self.life.road[1:]:
            if isinstance(step, Act):
                self.take(step)
            elif callable(step):
                step(self)
            else:
                self.day(*([step] if isinstance(step, str) else step))
        return self


def evaluated(w):
    """What the evaluation found is on the list for all who read, and before whoever reviews the unit's next project."""
    list_ = f"/{w.tenant}/lists/evaluation"
    [row] = [r for r in w.client("auditor").rows(f"{list_}?unit={w.unit}", "rows") if r["project"] == w.project]
    assert row["kind"] and row["name"] and row["words"] and row["by_name"] and row["articles"] and row["on"] == w.today, row
    assert w.project in [r["project"] for r in w.client("unit").rows(f"{list_}?kind={quote(row['kind'])}&on_year={w.today[:4]}", "rows")]
    following = Walker(lambda t, organ, unit: w.world.sign_in(t, organ, unit), w.tenant, w.unit)
    following.draft({**w.life.facts, "project_name": w.title + "二期"})
    seen = following.client("unit").get(f"{following.path}/alike").json["evaluations"]
    assert [x["words"] for x in seen if x["project"] == w.project] == [row["words"]]
    assert row["words"] in w.person("unit").go(f"{following.path}/alike").section(f"{row['unit_name']}各项目的评价结果")


@pytest.mark.parametrize("life", LIVES, ids=[x.tenant for x in LIVES])
def test_one_project_goes_from_plan_to_post_evaluation(offices, world, life):
    w = Walk(world, offices(life.tenant != Y), life).go()
    assert w.view()["project"]["state"] == life.ends
    evaluated(w)


@pytest.mark.parametrize("kind", SHORT)
@pytest.mark.parametrize("tenant", [x.tenant for x in LIVES])
def test_one_is(scripted, world, tenant, kind):
    life = next(x for x in SHORT[kind] if x.tenant == tenant)
    w = Walk(world, scripted, life).go()
    state = w.view()["project"]["state"]
    assert state == life.ends, state
    if kind == "refused":
        last = life.road[-1]
        p = w.person("unit").go(w.path)
        assert last.answers["reason"] in p.section("经过") and p.driver.find_elements(Find.CSS_SELECTOR, "ol.stages li.back"), p.text()
