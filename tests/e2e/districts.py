"""Projects of 六安 and 楚雄 as several tests begin with them."""
import roads
from roads import FOUR, NO_GROUND
from walker import walked


# ---- 六安 ----

def luan(world, name, wan, unit="mzj", **changes):
    return walked(world, "luan", unit, roads.luan(name, wan, **changes))


def argued(world, w, total):
    """Its application and the record four organs sign: it waits for the year plan."""
    w.walk([("unit", "application.submit"), ("competent", "application.pass")])
    world.clock("luan", "2025-08-05T09:00")
    w.act("competent", "joint_review.argue", held_on="2025-08-04")
    record = {"plan_year": "2026", "reviewed_on": "2025-08-05", "reviewed_total": total, "isolated": "false"}
    w.signed(FOUR, "joint_review.record", **record)


def to_plan(world, w, total):
    argued(world, w, total)
    world.clock("luan", "2025-12-22T09:00")
    w.signed(("competent", "finance"), "annual_plan.propose", plan_year="2026", plan_part="construction_plan")
    w.act("competent", "annual_plan.approve", plan_item_number="2026年第9项")


# ---- 楚雄 ----

def chuxiong(world, name, wan, unit="yjj", **changes):
    """A change to None: not said."""
    return walked(world, "chuxiong", unit, {k: v for k, v in roads.chuxiong(name, wan, **changes).items() if v is not None})


def together(w, act, **values):
    for organ in ("competent", "finance"):
        w.act(organ, act, **values)


def reviewed(w, local=None):
    w.act("unit", "application.submit")
    if local:
        w.act(local, "application.collect")
    w.act("competent", "application.pass", list_year="2025", **NO_GROUND)
    w.walk([("competent", "expert_review.invite"), ("competent", "expert_review.agree")])


def approved(w, total, local=None):
    reviewed(w, local)
    together(w, "yearly_list.include", list_year="2025", in_elevated_list="false")
    w.act("competent", "initiation.approve", approved_total=total, **NO_GROUND)
