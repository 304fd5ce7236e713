"""Data to measure on: real projects by the real operations; only the bulk is copied, row by row, from a real one."""
import sys

from walker import Walker
from world import TOP

sys.path.insert(0, str(TOP / "tests/demo"))
import roads  # noqa: E402

T, UP = "xinzhou", "mudan"
TABLES = {"project": "id", "event": "project", "document": "project", "duty": "project", "task": "project", "contract": "project", "money_year": "project"}
AMOUNTS = ("applied", "planned", "reviewed", "approved", "budget", "contract", "paid", "settled", "surplus", "carried", "returned")
OWN_IDS = {"document", "contract"}  # tables with an id of their own beside the project's


class Seeds:
    def __init__(self, world, projects):
        self.world, self.bulk = world, projects
        self.copied = 0
        world.clock(T, "2026-09-24T09:00")
        world.clock(UP, "2024-06-03T09:00")

    def walker(self, tenant, unit):
        return Walker(self.world.sign_in, tenant, unit)

    def draft(self, unit, name, wan, **changes):
        w = self.walker(T, unit)
        w.draft(roads.xinzhou(name, wan, **changes))
        return w

    def make(self):
        self.waiting = []
        for i in range(20):  # what lies on one organ's desk, and one page of a list
            w = self.draft("jyj", f"待受理项目{i + 1:02d}", "86.50")
            w.act("unit", "technical_review.submit")
            self.waiting.append(w.project)
        self.drafts = [self.draft("cgj", f"暂存项目{i + 1:03d}", "86.50").project for i in range(self.draft_count)]
        self.long = self.long_project()
        small = self.draft("zcj", "小额备案项目", "19.99")
        small.act("unit", "filing.submit")
        small.act("approval", "filing.accept")
        self.copy(T, small.project, self.bulk)
        self.ready = self.ready_to_file()

    draft_count = 160  # more than twice the connections, so that no save waits for another of the same project

    def long_project(self):
        """A project with 50 events: reviewed, approved, then contract after contract."""
        w = self.draft("jyj", "五十条经过的项目", "412.60")
        w.walk(roads.XINZHOU_MAJOR)
        w.walk(roads.XINZHOU_REVIEW)
        w.walk(roads.XINZHOU_APPROVAL[:2])
        w.act("approval", "initiation.approve", approved_total="398.00", approved_content="同意建设。")
        w.act("unit", "project_setup.record")
        number = 0
        while self.events(w.project) < 50:
            number += 1
            w.act("unit", "contract.record", amount="1.00", supplier="武汉云启科技有限公司", title=f"第{number}份合同", signed_on="2026-09-24")
        return w.project

    def events(self, project):
        return int(self.world.sql(f"gz_{T}", f"SELECT event_count FROM project WHERE id = {project}")[0][0])

    # ---- a write with a message to another bureau ----

    def ready_to_file(self):
        """One project on the eve of 立项批复, which sends a filing upward; and the very input that approves it."""
        w = self.walker(UP, "mzj")
        w.draft(roads.mudan("待批复上报项目", "368.00"))
        w.walk(roads.MUDAN_INITIATION[:-1])
        organ, act = roads.MUDAN_INITIATION[-1][:2]
        page = w.prepare(organ, act)
        self.approve = {"client": w.client(organ), "act": act, "body": {"version": page["project"]["version"], "with": w.input(page, {})}}
        return w.project

    def ready_ids(self, count):
        """Projects the approval has not been given to yet, copied until there are enough."""
        have = self.unapproved()
        if len(have) < count:
            self.copy(UP, self.ready, count - len(have))
            have = self.unapproved()
        return have

    def unapproved(self):
        version = self.approve["body"]["version"]
        rows = self.world.sql(f"gz_{UP}", f"SELECT p.id FROM project p JOIN project r ON r.id = {self.ready} AND p.event_count = r.event_count"
                                          f" WHERE p.id <> r.id AND p.version = {version}")
        return [r[0] for r in rows]

    # ---- rows in bulk ----

    def copy(self, tenant, project, count):
        """count more projects with the same rows; ids lie below the original's, numbers and papers are left out."""
        schema = f"gz_{tenant}"
        first = self.copied + 1
        self.copied += count
        shift = "(s.seq * 8388608)"  # two milliseconds of the clock ids are made from
        text = []
        for table, key in TABLES.items():
            rows = self.world.sql("information_schema", f"SELECT column_name FROM columns WHERE table_schema = '{schema}' AND table_name = '{table}'"
                                                        " AND generation_expression IS NULL ORDER BY ordinal_position")
            columns = [r[0] for r in rows]
            values = {c: f"t.`{c}`" for c in columns}
            values[key] = f"t.`{key}` - {shift}"
            if table in OWN_IDS:
                values["id"] = f"t.id - {shift}"
            if table == "project":
                values["number"] = "NULL"
            text.append(f"INSERT INTO {table} ({', '.join(f'`{c}`' for c in columns)}) SELECT {', '.join(values[c] for c in columns)}"
                        f" FROM {table} t JOIN seq_{first}_to_{self.copied} s WHERE t.`{key}` = {project} ORDER BY s.seq;")
        text.append(f"INSERT INTO project_tally (unit_code, place, state, n) SELECT unit_code, place, state, {count} FROM project WHERE id = {project}"
                    " ON DUPLICATE KEY UPDATE n = n + VALUES(n);"
                    "INSERT INTO project_stat (unit_code, place, year, state, stage, holder, n, amount) SELECT unit_code, place, COALESCE(YEAR(submitted_on), 0),"
                    f" state, stage, holder, {count}, {count} * GREATEST(total_investment, 0) FROM project WHERE id = {project}"
                    " ON DUPLICATE KEY UPDATE n = n + VALUES(n), amount = amount + VALUES(amount);")
        text.append(f"INSERT INTO money_stat (unit_code, place, year, of_year, begun, exceeds, remains, projects, firsts, {', '.join(AMOUNTS)})"
                    " SELECT p.unit_code, p.place, COALESCE(YEAR(p.submitted_on), 0), m.year, p.event_count > 0, p.money_over > 0,"
                    " COALESCE(p.surplus, 0) > 0 OR COALESCE(p.carried, 0) > 0 OR COALESCE(p.returned, 0) > 0,"
                    f" {count}, {count} * (m.year = (SELECT MIN(f.year) FROM money_year f WHERE f.project = p.id)), {', '.join(f'{count} * m.{c}' for c in AMOUNTS)}"
                    f" FROM money_year m JOIN project p ON p.id = m.project WHERE p.id = {project} ON DUPLICATE KEY UPDATE "
                    + ", ".join(f"{c} = money_stat.{c} + VALUES({c})" for c in ("projects", "firsts", *AMOUNTS)) + ";")
        self.world.sql(schema, "SET foreign_key_checks = 0; START TRANSACTION;" + "".join(text) + "COMMIT;")

    def versions(self):
        ids = ",".join(self.drafts)
        return [{"id": r[0], "version": r[1]} for r in self.world.sql(f"gz_{T}", f"SELECT id, version FROM project WHERE id IN ({ids}) ORDER BY RAND()")]
