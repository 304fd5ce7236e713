"""What people do at their desks, shared by the tests at a browser: who sits where, filling a project's form, doing an act."""

import time

import roads
from browser import By, Person
from walker import walked

X, M, UP, L, C, Y = "xinzhou", "mudan", "heze", "luan", "chuxiong", "yubei"
CLERK, TECH, APPROVAL, FINANCE = (X, "unit", "jyj"), (X, "tech"), (X, "approval"), (X, "finance")
MZJ, COMPETENT = (M, "unit", "mzj"), (M, "competent")
BUREAU = (UP, "intake")


class Office:
    """The people of a run in one window; each signs in once, through the form."""

    def __init__(self, world, window):
        self.world, self.window, self.people, self.used = world, window, {}, {}

    def person(self, tenant, organ, unit=None):
        key = (tenant, organ, unit)
        if key not in self.people or time.monotonic() - self.used[key] > 600:  # a session left alone ends after a while
            group = f"gz-{tenant}-unit-{unit.replace('_', '-')}" if unit else f"gz-{tenant}-{organ.replace('_', '-')}"
            self.people[key] = Person(self.window, self.world, self.world.holder_of(group)).sign_in()
        self.used[key] = time.monotonic()
        return self.people[key].sit()

    def look(self, name, **how):
        """The page that is open is in order; each kind of page is looked at once in a window."""
        seen = self.window.__dict__.setdefault("looked_at", set())
        if name not in seen:
            seen.add(name)
            self.window.sitting.check_page(name, **how)


def facts(values):
    """The facts of a demo project, under the names of the form."""
    return {f"facts.{name}": value for name, value in values.items()}


def fill_facts(p, values):
    """Fills the form; questions that depend on answers come up when the road is tried, and are answered then. Gives what is not asked."""
    rest = facts(values)
    asked = True
    while rest and asked:
        here = {c["name"] for c in p.controls()}
        asked = {k: rest.pop(k) for k in list(rest) if k in here}
        p.fill(asked).press("试算路径")
    return rest


def path_of(p):
    return [b.text for b in p.driver.find_elements(By.CSS_SELECTOR, "#road ol.path li b")]


def open_project(p, title):
    """From the list of projects, found by its name."""
    p.press("项目")
    p.fill({"名称、编号或单位": title}).press("筛选")
    return p.press(title)


def done(p, act):
    assert f"已办理「{act}」" in p.text(), f"{act}: {p.errors()}\n{p.text()[:1200]}"
    return p


def submit(p, act):
    """The main button; on a page that opened while something was missing it says that the platform checks again."""
    again = f"再核对一次，能办就办理「{act}」"
    p.press(again if p.has(again) else act)
    return done(p, act)


def do(office, who, title, act, total, today, look=None, near=None, **answers):
    """One act from the project's page, with what it asks for; answers go before plausible ones."""
    p = open_project(office.person(*who), title)
    p.press(act, near=near)
    if look:
        office.look(look)
    p.fill(answers).fill_rest(today, total)
    return submit(p, act)


def mudan(world, unit, title, steps):
    """The road before the pages that are walked here is gone over the JSON twin."""
    return walked(world, M, unit, roads.mudan(title, "368"), *steps)


def draft(office, title):
    p = office.person(*CLERK).go(f"/{X}/projects/new")
    fill_facts(p, roads.xinzhou(title, "86.50"))
    return p.press("暂存")
