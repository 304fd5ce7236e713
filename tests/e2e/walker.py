"""Walks a project along its road through the JSON twin, as the people of its organs would.

Each step says who acts and which act; what the act asks for (fields, checklist, materials) is read from the
act's own page and answered with plausible values, except what the step gives itself. Used by the demo and
by the tests, so both do the real operations.
"""
from client import pdf

DEFAULTS = {"is_bool": "true", "is_int": "2026"}


def entry(field, today, total):
    """One row of a field of several: what must stand in it, and what may have to."""
    return {c["id"]: c["choices"][0]["id"] if c["type"] == "choice" else field_value({f"is_{TYPES[c['type']]}": True, **c}, today, total)
            for c in field["columns"] if c.get("is_needed") or c.get("needed_if")}


TYPES = {"text": "text", "long_text": "long", "money": "money", "boolean": "bool", "date": "date", "integer": "int"}


def field_value(field, today, total):
    if field.get("is_rows"):
        return [entry(field, today, total)]
    if field.get("is_money"):
        return total
    for flag, value in DEFAULTS.items():
        if field.get(flag):
            return value
    if field.get("is_date"):
        return today
    if field.get("is_choice") or field.get("is_choices"):
        return field["choices"][0]["id"]
    return f"{field['label']}：已按要求办理。"


def tasks_of(client, tenant):
    """All that waits for the post, page after page: the most urgent first, and counted as it stands there."""
    page = client.get(f"/{tenant}/home").json
    rows = page["tasks"]
    while page.get("tasks_next"):
        page = client.get(f"/{tenant}/home?from={page['tasks_next']}").json
        rows += page["tasks"]
    assert len(rows) == page["task_count"]
    days = [t.get("due_on") or "9999" for t in rows]
    assert days == sorted(days), days
    assert page["overdue"] == sum(bool((t["due"] or {}).get("is_overdue")) for t in rows), (page["overdue"], days)
    return rows


class Refused(AssertionError):
    def __init__(self, step, answer):
        super().__init__(f"{step}: {answer.status} {answer.text[:1500]}")
        self.answer = answer


class Walker:
    def __init__(self, sign_in, tenant, unit):
        """sign_in(tenant, organ, unit) gives a signed-in client; unit is the applicant's code."""
        self.sign_in, self.tenant, self.unit = sign_in, tenant, unit
        self.project = None
        self.total = "10.00"

    def client(self, organ):
        return self.sign_in(self.tenant, organ, self.unit if organ == "unit" else None)

    @property
    def path(self):
        return f"/{self.tenant}/projects/{self.project}"

    def draft(self, facts):
        answer = self.client("unit").post(f"/{self.tenant}/projects", {"facts": facts})
        if answer.status not in (200, 201, 303):
            raise Refused("draft", answer)
        self.project = answer.json["project"]
        self.total = facts["total_investment"]
        return answer.json

    def view(self, organ="unit"):
        answer = self.client(organ).get(self.path)
        assert answer.status == 200, answer
        return answer.json

    def act_page(self, organ, act):
        answer = self.client(organ).get(f"{self.path}/acts/{act}")
        assert answer.status == 200, answer
        return answer.json

    def upload(self, organ, procedure, material, name=None, data=None):
        answer = self.client(organ).upload(f"{self.path}/documents", {"procedure": procedure, "material": material},
                                           [(name or f"{material}.pdf", data or pdf(f"{material} {self.project}"))])
        if answer.status not in (200, 201, 303):
            raise Refused(f"upload {material}", answer)
        return answer.json

    def prepare(self, organ, act):
        """Uploads what the act still lacks; returns the page."""
        page = self.act_page(organ, act)
        procedure = act.split(".")[0]
        missing = [m for m in page["act"].get("materials") or [] if m.get("required") and not m.get("documents")]
        for material in missing:
            self.upload(organ, procedure, material["id"], f"{material['name'][:40]}.pdf")
        return self.act_page(organ, act) if missing else page

    @staticmethod
    def standing(page):
        """What stands in the act's form already: what is known, another's signature, experts' opinions."""
        return {f["id"]: f["value"] for f in page["act"].get("fields") or [] if f.get("value") not in (None, "", []) and not f.get("is_choices")}

    def input(self, page, values, reason=None):
        act = page["act"]
        today = page.get("today") or values.get("today")
        out = {}
        for field in act.get("fields") or []:
            if field["id"] in values:
                out[field["id"]] = values[field["id"]]
            elif field.get("required"):
                out[field["id"]] = field_value(field, today, self.total)
        if act.get("checklist"):
            out["checklist"] = {item["id"]: not item.get("veto") for item in act["checklist"]}
            out["checklist"].update(values.get("checklist", {}))
        if act.get("mend") and "reason" in values:
            out["reason"] = values["reason"]
        if act.get("reason"):
            out["reason"] = values.get("reason", "理由：按规定办理。")
        if act.get("mend"):
            out["filing"] = act["mend"]["filing"]
        for key in ("correction", "until", "filing", "facts", "note", "keep"):
            if key in values:
                out[key] = values[key]
        return out

    def attempt(self, organ, act, values):
        page = self.prepare(organ, act)
        data = {"version": page["project"]["version"], "with": self.input(page, values)}
        return self.client(organ).post(f"{self.path}/acts/{act}", data)

    def act(self, organ, act, **values):
        answer = self.attempt(organ, act, values)
        if answer.status == 409:  # a receipt from above came between looking and doing: looked at again, once
            answer = self.attempt(organ, act, values)
        if answer.status not in (200, 201, 303):
            raise Refused(f"{organ} {act}", answer)
        return answer.json

    def refused(self, organ, act, *articles, **values):
        """The errors it is refused with; each of these articles is among theirs."""
        try:
            answer = self.act(organ, act, **values)
        except Refused as e:
            errors = e.answer.json["errors"]
            assert set(articles) <= {a for x in errors for a in x.get("article", "").split(",")}, errors
            return errors
        raise AssertionError(f"{organ} {act} is not refused: {answer}")

    def signed(self, organs, act, **values):
        """One paper: the first writes it, the others find it written."""
        self.act(organs[0], act, **values)
        for organ in organs[1:]:
            written = self.standing(self.act_page(organ, act))
            assert set(values) <= set(written), (organ, act, written)
            self.act(organ, act, **written)

    def stage(self, procedure):
        """How far the procedure is; None where the way does not lead through it."""
        return next((s["state"] for s in self.view()["stages"] if s["procedure"] == procedure), None)

    def duty(self, name, key=None):
        return next(d for d in self.view()["duties"] if d["id"] == name and key in (None, d["key"]))

    def walk(self, steps):
        """steps: (organ, act) or (organ, act, {values})"""
        for step in steps:
            self.act(step[0], step[1], **(step[2] if len(step) > 2 else {}))


def walked(world, tenant, unit, facts, *steps):
    """A project of that unit, drafted and walked so far by the people of the world."""
    w = Walker(world.sign_in, tenant, unit)
    w.draft(facts)
    w.walk(steps)
    return w
