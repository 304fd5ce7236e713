"""A district's years: which projects there are, what happens to each on which day, told in the order of time.

A road is a list of legs (days after the leg before, steps); a day instead of a number is an absolute one. A fate is a road,
where it is cut off, and what happens then. Everything follows from the lists: the same plan on every machine, no chance.
"""
import datetime
import decimal

from walker import Refused, Walker

TYPED = ("is_money", "is_bool", "is_int", "is_date", "is_choice", "is_choices")
DAY = datetime.timedelta(days=1)


def day(text):
    return datetime.date.fromisoformat(text)


class Fate:
    def __init__(self, road, count=1, cut=None, then=(), start=None, wan=(55, 280), unit=None, **facts):
        self.road, self.count, self.cut, self.then = road, count, cut, list(then)
        self.start, self.wan, self.unit, self.facts = start, wan, unit, facts
        self.pair = count == 2 and unit is not None  # two of one unit: what looks like one that was split

    def legs(self):
        return [*self.road[:self.cut], *self.then]

    def kind(self):
        """The same for projects to which the same happens in the same year."""
        return self.start[:4] if isinstance(self.start, str) else self.start, self.unit, self.facts, [[(step[1], *map(sorted, step[2:])) for step in steps] for _, *steps in self.legs()]


class Story(Walker):
    """One project: its name, its unit, its money, its legs with their days."""

    def __init__(self, town, plan, title, unit, wan, start, fate):
        super().__init__(town.sign_in, plan.tenant, unit)
        self.town = town
        self.title, self.wan, self.start, self.fate, self.plan = title, wan, start, fate, plan
        self.total, self.today = wan, start

    def share(self, percent):
        """So much of the project's money, to the cent."""
        part = decimal.Decimal(self.wan) * decimal.Decimal(str(percent)) / 100
        return str(part.quantize(decimal.Decimal("0.01")))

    def facts(self):
        return {**self.plan.facts(self.title, self.wan), **{k: self.value(v) for k, v in self.fate.facts.items()}}

    def value(self, v):
        return v(self) if callable(v) else v

    def days(self):
        """[(day, steps)] as far as the plan's last day."""
        at, out = self.start, [(self.start, None)]
        for after, *steps in self.fate.legs():
            at = self.plan.workday(after(self) if callable(after) else at + after * DAY)
            out.append((at, steps))
        return [(d, s) for d, s in out if d <= self.plan.last]

    def input(self, page, values, reason=None):
        """What stands in the form already (another's signature, experts' opinions) stays; texts are those of an office."""
        fields = page["act"].get("fields") or []
        words = {f["id"]: self.plan.words[f["id"]] for f in fields if f.get("required") and f["id"] in self.plan.words and not any(f.get(k) for k in TYPED)}
        rows = {f["id"]: self.entries(f) for f in fields if f.get("required") and f.get("is_rows")}
        return super().input(page, {**words, **rows, **self.standing(page), **values}, reason)

    def topic(self):
        return self.title.split("平台")[0]

    def entries(self, field):
        """Two or three data resources of the project, each shared in another way."""
        names = {"demand_list": ["人口基础信息", "法人基础信息"], "negative_list": ["个人身份证件影像"]}.get(
            field["id"], [self.topic() + what for what in ("登记信息", "办理结果信息", "统计分析数据")][:2 + len(self.title) % 2])
        return [{c["id"]: w for c in field["columns"] for w in [self.entry_word(c, n, k)] if w} for k, n in enumerate(names)]

    @staticmethod
    def entry_word(column, name, k):
        if column["type"] == "choice":
            return column["choices"][k % len(column["choices"])]["id"]
        grounds = ["《中华人民共和国个人信息保护法》第二十八条"] if column.get("is_needed") else ["", "限履行法定职责的部门使用", "涉及个人隐私，依法不予共享"]
        manners = ["全部字段，平台接口实时共享", "脱敏后的办理结果，库表交换，每日更新", ""]
        return {"basis": grounds[k % len(grounds)], "provider": "公安部门", "manner": manners[k % len(manners)]}.get(column["id"], name)

    def step(self, step):
        organ, act, *more = step
        if callable(act):
            return act(self, organ)
        values = {k: self.value(v) for k, v in (more[0] if more else {}).items()}
        return self.act(organ, act, **values)

    def go(self, steps, lenient=False):
        """steps None: the draft. What is meant to be refused is; anything else that is refused is a fault of the plan."""
        if steps is None:
            return self.draft(self.facts())
        for step in steps:
            refused = step[-1] == "refused"
            try:
                self.step(step[:-1] if refused else step)
            except Refused:
                if not refused and not lenient:
                    raise
            else:
                if refused:
                    raise AssertionError(f"{self.title}: {step} was to be refused")


class Plan:
    WEEK = 7 * DAY

    def __init__(self, tenant, first, last, facts, fates, titles, words, keeper=None, stand_in=None, upper=None):
        self.keeper, self.stand_in, self.upper = keeper, stand_in, upper  # of the experts; (organ, login, colleague); (bureau above, act that files)
        self.tenant, self.first, self.last, self.facts, self.words = tenant, day(first), day(last), facts, words
        self.fates, self.titles = fates, [t.split(":") for t in titles]

    def workday(self, d):
        while d.weekday() >= 5:
            d += DAY
        return d

    def starts(self, n):
        """Spread over the years, each on a working day."""
        span = (self.last - self.first).days - 10
        return [self.workday(self.first + (span * i // max(n - 1, 1)) * DAY) for i in range(n)]

    def stories(self, town, small=False):
        fates = [f for f in self.fates for _ in range(1 if small and not f.pair else f.count)]
        if small:
            fates = [f for n, f in enumerate(fates) if f.pair or f.kind() not in [x.kind() for x in fates[:n]]]
        step = 7 if len(fates) % 7 else 11  # the same kind not one after the other
        fates = [fates[i * step % len(fates)] for i in range(len(fates))]
        free = iter(self.starts(sum(f.start is None for f in fates)))
        out, used, own = [], [0] * len(self.titles), {f.unit for f in self.fates if "owner_area" in f.facts}
        for i, fate in enumerate(fates):
            n = min((n for n, (unit, _) in enumerate(self.titles) if unit == fate.unit or fate.unit is None and unit not in own), key=lambda n: (used[n], n))
            unit, topic = self.titles[n]
            used[n] += 1
            low, high = fate.wan
            wan = f"{low + (i * 37 % 100) * (high - low) / 100 + (i * 13 % 100) / 100:.2f}"
            start = next(free) if fate.start is None else fate.start(self) if callable(fate.start) else day(fate.start)
            title = topic + (("平台建设项目", "平台二期项目", "平台升级改造项目", "平台三期项目")[used[n] - 1] if used[n] < 5 else f"平台第 {used[n] - 1} 期项目")
            out.append(Story(town, self, title, unit, wan, self.workday(start), fate))
        return out

    def legs(self, town, small=False):
        """[(day, story, steps)] in the order of time."""
        rows = [(d, n, k, story, steps) for n, story in enumerate(self.stories(town, small)) for k, (d, steps) in enumerate(story.days())]
        return [(d, story, steps) for d, _, _, story, steps in sorted(rows, key=lambda r: r[:3])]
