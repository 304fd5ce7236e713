"""The tutorial's district (fcgi/regulation/TUTORIAL.md) joins a running installation by files, groups and a reload alone, and its first projects go their way."""
import urllib.parse

import pytest
from client import Client
from sixth import FACTS, T
from walker import walked

pytestmark = pytest.mark.usefixtures("sixth")


@pytest.mark.parametrize("day, facts, route", [
    ("2026-07-10", {}, "large"), ("2026-07-10", {"total_investment": "99.999999"}, "plain"), ("2026-07-10", {"category": "network"}, "plain"),
    ("2027-04-10", {}, "plain"), ("2027-04-10", {"total_investment": "150"}, "large")])
def test_the_guide_answers_anybody_by_the_figure_of_the_day(world, day, facts, route):
    world.clock(T, day + "T09:00")
    asked = urllib.parse.urlencode({f"facts.{k}": v for k, v in dict(FACTS, **facts).items()})
    answer = Client(world.url).get(f"/{T}/guide?{asked}")
    assert answer.status == 200, answer
    assert answer.json["verdict"]["route"]["id"] == route, answer.json["verdict"]["route"]


def test_the_regulation_is_shown(world):
    answer = Client(world.url).page(f"/{T}/regulation")
    assert answer.status == 200 and "三分之二" in answer.text


def test_a_large_project_goes_from_application_to_approval(world):
    world.clock(T, "2026-07-10T09:00")
    w = walked(world, T, "tsg", FACTS, ("unit", "application.submit"), ("data", "application.accept"))
    w.refused("data", "review.pass", "8", present="15", agreed="9", opinion="同意")
    w.walk([("data", "review.pass", {"present": "15", "agreed": "10", "opinion": "同意"}), ("data", "notice.publish"), ("unit", "approval.request")])
    world.clock(T, "2026-07-17T09:00")   # published on Friday the 10th: the fifth working day
    w.refused("data", "approval.approve", "9", approved_total="120")
    world.clock(T, "2026-07-18T09:00")
    w.act("data", "approval.approve", approved_total="120")
    stages = {s["procedure"]: s["state"] for s in w.view()["stages"]}
    assert stages["approval"] == "done", stages


def test_the_window_of_the_quarter_is_over_on_the_16th(world):
    world.clock(T, "2026-07-16T09:00")
    w = walked(world, T, "tsg", dict(FACTS, project_name="逾期申报"))
    w.refused("unit", "application.submit", "4")
