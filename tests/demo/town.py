"""The people of the demo at their desks, and the districts' clocks."""
import json
import pathlib
import subprocess
import threading
import time

import panel
from client import Client


class Town:
    def __init__(self, url, password, people, clock):
        self.url, self.password, self.command = url, password, clock
        self.people = json.loads(pathlib.Path(people).read_text(encoding="utf-8"))["people"]
        self.clients, self.lock = {}, threading.Lock()

    def person(self, group, tenant):
        return next(p for p in self.people if p.get("groups") == [group] and "state" not in p)["login"]

    def login(self, tenant, login):
        """Everybody at a desk of his own: the door lets so many sign in from one address a second."""
        with self.lock:
            client = self.clients.get((tenant, login))
            n = len(self.clients) + 2
            if client is None:
                client = self.clients[(tenant, login)] = Client(self.url, source=f"127.0.{n // 250}.{n % 250 + 1}")
                client.door = threading.Lock()
        with client.door:
            if client.csrf is None:
                answer = client.login(login, self.password, tenant)
                while answer.status == 429:
                    time.sleep(1)
                    answer = client.login(login, self.password, tenant)
                assert answer.status in (200, 303), f"{login}: {answer}"
        return client

    def sign_in(self, tenant, organ, unit=None):
        group = (f"gz-{tenant}-unit-{unit}" if unit else f"gz-{tenant}-{organ}").replace("_", "-")
        return self.login(tenant, self.person(group, tenant))

    def expert(self, tenant, name):
        login = next(p["login"] for p in panel.experts(self.people, tenant) if p["name"] == name)
        return self.login(tenant, login)

    def clock(self, tenant, at):
        """All clocks stand in one file, so one is set after the other."""
        with self.lock:
            subprocess.run([*self.command, "clock", "set", "--tenant", tenant, "--at", at], check=True, stdout=subprocess.DEVNULL)

    def fill_pool(self, tenant, keeper):
        panel.fill_pool(self.sign_in(tenant, keeper), self.people, tenant)

    # ---- the bureau above ----

    def intake(self, upper, answers):
        """What has come in is answered as the demo wants it: {title: outcome}; a title without one waits."""
        client = self.sign_in(upper, "intake")
        for row in client.rows(f"/{upper}/inbox", "filings"):
            outcome = answers.get(row["title"])
            if row["state"] != "stored" or outcome is None:
                continue
            path = f"/{upper}/inbox/{row['sender']}/{row['id']}"
            version = client.get(path).json["filing"]["row_version"]
            reasons = [{"item": "project_summary", "what": "请写明与市级平台的边界。"}] if outcome == "returned" else []
            ok(client.post(path, {"version": version, "outcome": outcome, "reasons": reasons}))
            if outcome == "returned":
                answers[row["title"]] = "accepted"  # what is mended and comes again

    # ---- a day at the end ----

    def finish(self, plan):
        """The last day of the demo: the day's look at all duties, some urging, a view and a workbook of one's own, a notice, a colleague who stands in."""
        t = plan.tenant
        self.clock(t, f"{plan.last}T09:00")
        subprocess.run([*self.command, "nightly", "--tenant", t], check=True, stdout=subprocess.DEVNULL)
        leader, auditor = self.sign_in(t, "leader"), self.sign_in(t, "auditor")
        urged = 0
        for row in leader.get(f"/{t}/projects?due=overdue").json["projects"]:
            hand = leader.get(f"{row['href']}/hand").json
            if urged < 3 and hand.get("urge", {}).get("is_possible"):
                ok(leader.post(f"{row['href']}/urge", {"note": "请抓紧办理，并说明超期原因。"}))
                urged += 1
        auditor.post(f"/{t}/views", {"list": "projects", "name": "超期的项目", "query": "due=overdue"})  # there already when a run goes on
        ok(auditor.post(f"/{t}/exports", {"list": "projects", "query": ""}))
        editor = self.sign_in(t, "editor")
        if not editor.get(f"/{t}/notices").json["notices"]:  # there already when a run goes on
            ok(editor.post(f"/{t}/notices", {"title": "年底前请补齐到期未办的事项", "body": "各单位请对照工作台的到期提醒，年底前补齐应办未办的报告和备案。\n办理中的问题请与主管部门联系。",
                                             "from_on": str(plan.last), "to_on": str(plan.last + 13 * plan.WEEK)}))
        if plan.stand_in:
            organ, login, name = plan.stand_in
            client = self.login(t, login)
            ok(client.post("/posts", {"tenant": t, "organ": organ, "unit": ""}))
            to = next(c["person"] for c in client.get(f"/{t}/delegations").json["colleagues"] if c["name"] == name)
            client.post(f"/{t}/delegations", {"to": to, "from_on": str(plan.last), "to_on": str(plan.last + plan.WEEK), "reason": "外出培训"})


def ok(answer):
    assert answer.status in (200, 201, 303), answer
    return answer
