#!/usr/bin/env python3
"""The years of every district, side by side, over the JSON twin of the pages: plans.py, done on their days under the test clock.

years.py --url URL --people people.json --clock COMMAND --state FOLDER [--only TENANT]… [--small]
The password stands in GUIZHANG_DEMO_PASSWORD. What is done is noted in FOLDER leg by leg, so that a run that was stopped goes on.
"""
import argparse
import json
import os
import pathlib
import sys
import threading
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
import plans  # noqa: E402
from town import Town  # noqa: E402


class Notes:
    """A line a leg: which, and of which project; read back when a run goes on."""

    def __init__(self, path):
        self.path = path
        self.rows = [json.loads(x) for x in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []

    def add(self, **row):
        with self.path.open("a", encoding="utf-8") as f:
            f.write(json.dumps(row, ensure_ascii=False) + "\n")


def answers(plan, stories):
    """What the bureau above says to each filing: most are accepted, some returned, some wait."""
    said = ("accepted", "accepted", "returned", "accepted", None, "accepted")
    up = [s.title for s in stories if plan.upper and any(step[1] == plan.upper[1] for _, steps in s.days() for step in steps or ())]
    return {title: said[n % len(said)] for n, title in enumerate(up) if said[n % len(said)]}, len(up)


def await_filings(town, plan, said, count):
    """The pusher brings them within seconds; what was returned is mended and sent once more."""
    bureau = town.sign_in(plan.upper[0], "intake")
    for _ in range(240):
        rows = bureau.rows(f"/{plan.upper[0]}/inbox", "filings")
        if len({r["title"] for r in rows}) >= count and not any(r["state"] == "stored" and said.get(r["title"]) for r in rows):
            return
        town.intake(plan.upper[0], said)
        time.sleep(0.25)
    raise AssertionError(f"{plan.tenant}: {count} filings did not arrive")


def resend(town, plan, stories):
    """One of those that came back is mended; the others stay with the competent organ."""
    client = town.sign_in(plan.tenant, "competent")
    story = next(s for s in stories if s.project and any(f["state"] == "returned" for f in s.view("competent").get("filings", ())))
    page = client.get(f"{story.path}/acts/filing.send").json
    story.act("competent", "filing.send", filing=page["act"]["mend"]["filing"], facts={"project_summary": "建设区级业务系统，公共部分使用市级平台，不重复建设。"}, note="已写明与市级平台的边界。")


def district(town, plan, folder, small):
    """Everything of one district, in the order of time; returns what went wrong."""
    legs = plan.legs(town, small)
    notes, faults, broken, today = Notes(folder / f"{plan.tenant}.jsonl"), [], set(), None
    stories = list(dict.fromkeys(story for _, story, _ in legs))
    said, count = answers(plan, stories)
    for row in notes.rows:
        stories[row["story"]].project = row["project"]
    (folder / f"{plan.tenant}.total").write_text(f"{len(legs)}\n")
    if plan.keeper:
        town.fill_pool(plan.tenant, plan.keeper)
    for n, (day, story, steps) in enumerate(legs):
        if n < len(notes.rows):
            continue
        if day != today:
            today = day
            for tenant in (plan.tenant, *(plan.upper or ())[:1]):
                town.clock(tenant, f"{day}T{9 + n % 7:02}:{n * 7 % 60:02}")
            if plan.upper and n % 20 == 0:
                town.intake(plan.upper[0], said)
        story.today = day
        if steps is None or story.project is not None and story not in broken:
            try:
                story.go(steps, lenient=n == len(notes.rows) > 0)
            except Exception as e:  # noqa: BLE001: noted, and the others go on
                broken.add(story)
                faults.append(f"{plan.tenant} {story.title} {day} {e}")
                if os.environ.get("DEMO_TRACE"):
                    traceback.print_exc()
        notes.add(n=n, story=stories.index(story), project=story.project)
    if plan.upper:
        await_filings(town, plan, said, count)
        resend(town, plan, stories)
    town.finish(plan)
    return faults


def main():
    parser = argparse.ArgumentParser()
    for name in ("url", "people", "clock", "state"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--only", action="append")
    parser.add_argument("--small", action="store_true", help="each kind of project once")
    args = parser.parse_args()
    town = Town(args.url, os.environ["GUIZHANG_DEMO_PASSWORD"], args.people, args.clock.split("|"))
    folder, faults, began = pathlib.Path(args.state), {}, time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)

    def run(plan):
        faults[plan.tenant] = [f"{plan.tenant}: stopped"]
        faults[plan.tenant] = district(town, plan, folder, args.small)
        print(f"{plan.tenant}: {time.monotonic() - began:.0f} s", flush=True)
    threads = [threading.Thread(target=run, args=[p]) for p in plans.ALL if not args.only or p.tenant in args.only]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    wrong = [f for rows in faults.values() for f in rows]
    for f in wrong:
        print(f, file=sys.stderr)
    if not wrong:
        (folder / "done").touch()
    sys.exit(1 if wrong else 0)


main()
