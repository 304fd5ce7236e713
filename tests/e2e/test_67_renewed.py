"""Renewed approvals with experts of their own: 楚雄's added investment (art. 16, 24), 渝北's new application above a tenth (art. 7, 11)."""
import panel
import pytest
import roads
from browser import Person, Window
from districts import approved, chuxiong
from walker import walked

AGAIN = dict(roads.YUBEI_FORM, budget_total="350", budget_district="250")
DAYS = {"chuxiong": "2025-06-16T09:00", "yubei": "2025-02-10T09:00"}


@pytest.fixture(scope="module", autouse=True)
def pools(world, days):
    for tenant in DAYS:
        panel.fill_pool(world.sign_in(tenant, "competent"), world.people.values(), tenant)


class Panel:
    """What the demo's panel asks of a project: the same sealing, drawing, scoring, here with the people of the tests."""

    def __init__(self, world, w, title, today):
        self.world, self.w, self.title, self.today, self.town = world, w, title, today, self
        self.tenant, self.path, self.client, self.view = w.tenant, w.path, w.client, w.view

    def expert(self, tenant, name):
        return self.world.person(next(p["login"] for p in panel.experts(self.world.people.values(), tenant) if p["name"] == name), tenant)

    def kinds(self):
        return {k["id"]: k for k in self.client("competent").get(f"{self.path}/reviews").json["kinds"]}

    def draw(self, kind, organs):
        panel.panel(self, kind, organs, "close")
        return self.kinds()[kind]["reviews"][0]


def begin(w, organ, kind):
    return w.client(organ).post(f"{w.path}/reviews/{kind}", {"with": {"members": "5"}})


def filled(w, organ, act):
    page = w.act_page(organ, act)
    return page, w.standing(page)


def seated(world, w, review):
    return [s["name"] for s in w.client("competent").get(f"/{w.tenant}/reviews/{review['id']}").json["seats"] if s["state"] == "seated"]


@pytest.fixture(scope="module")
def added(world):
    """Approved at 120 and asked for 150 (art. 24: what adds money is approved again by article 16)."""
    w = chuxiong(world, "追加投资的考试平台", "120.00")
    approved(w, "120.00")
    early = begin(w, "competent", "reapproval_review")
    assert early.status == 422 and "还没有轮到" in early.text, early
    w.act("unit", "reapproval.submit", new_total="150.00")
    return Panel(world, w, "追加投资的考试平台", "2025-06-16")


def test_added_investment_has_a_draw_of_its_own(world, added):
    w = added.w
    assert begin(w, "finance", "reapproval_review").status == 403
    assert begin(w, "competent", "expert_review").status == 422, "the first review is over"
    review = added.draw("reapproval_review", ("competent", "finance", "cac"))
    assert added.kinds()["expert_review"]["reviews"] == [], "the first was held without a draw and stays so"
    names = seated(world, w, review)
    proof = world.sign_in("chuxiong", "auditor").get(f"/chuxiong/reviews/{review['id']}/proof").json
    assert len(names) == 5 and proof["same"] is True
    page, values = filled(w, "competent", "reapproval.opinion")
    assert page["review"]["fits"] is True and page["review"]["result_name"] == "同意"
    assert all("请在实施中细化" in values[x] for x in ("technology", "content", "security", "budget")), values


def test_what_the_experts_found_is_recorded_at_a_browser_and_the_approval_follows(world, added):
    w = added.w
    for script in (True, False):
        window = Window(script)
        try:
            p = Person(window, world, world.holder_of("gz-chuxiong-competent")).sign_in()
            p.go(f"{w.path}/reviews").check_page(f"renewed-reviews-{script}")
            p.go(f"{w.path}/acts/reapproval.opinion").check_page(f"renewed-opinion-{script}")
            assert "请在实施中细化" in p.value("技术") and "同意" in p.text()
            if not script:
                p.fill_rest("2025-06-16", "148.00").press("登记专家评审意见")
                assert "/acts/" not in p.driver.current_url, p.errors()
        finally:
            window.close()
    w.act("competent", "reapproval.approve", approved_total="148.00")
    view = w.view("unit")
    assert next(s["state"] for s in view["stages"] if s["procedure"] == "reapproval") == "done"
    recorded = next(x for x in view["timeline"] if x["what"] == "reapproval.opinion")
    assert any("请在实施中细化" in d["value"] for d in recorded["detail"])
    # the contract may now go up to what was approved again, and not beyond (art. 6)
    signed = {"signed_on": "2025-06-16", "covers_public_resources": "false"}
    w.refused("unit", "contract.record", "6", amount="148.01", **signed)
    w.act("unit", "contract.record", amount="148.00", **signed)


@pytest.fixture(scope="module")
def again(world):
    """Adopted at 300; 350 is more than a tenth above it: a new plan, through the same procedure (art. 11(2))."""
    w = walked(world, "yubei", "cgj", roads.yubei("重新申报的停车平台", "300"), *roads.YUBEI_APPLICATION, *roads.YUBEI_REVIEW)
    w.act("ndrc", "expert_review.not_fixed_asset")
    w.walk(roads.YUBEI_ADOPTION)
    w.walk([("unit", "reapplication.write"), ("unit", "reapplication.submit", AGAIN)])
    early = begin(w, "competent", "reapplication_review")
    assert early.status == 422 and "还没有轮到" in early.text, early
    w.act("competent", "reapplication.pass_review")
    return Panel(world, w, "重新申报的停车平台", "2025-02-10")


def test_a_new_application_has_a_draw_of_its_own(world, again):
    w = again.w
    assert begin(w, "ndrc", "reapplication_review").status == 403
    review = again.draw("reapplication_review", ("competent", "finance", "ndrc"))
    names = seated(world, w, review)
    assert world.sign_in("yubei", "auditor").get(f"/yubei/reviews/{review['id']}/proof").json["same"] is True
    for organ in ("competent", "finance", "ndrc"):
        page, values = filled(w, organ, "reapplication.pass_experts")
        assert page["review"]["fits"] is True and values["held_on"] == "2025-02-10" and all(n in values["experts"] for n in names), values
        assert all("请在实施中细化" in values[x] for x in ("necessity", "feasibility", "security", "investment", "budget_detail")), values
    page, _ = filled(w, "competent", "reapplication.fail_experts")
    assert page["review"]["fits"] is False, "the experts agreed"


def test_three_organs_sign_what_the_experts_found_and_it_is_adopted_again(world, again):
    w = again.w
    window = Window(True)
    try:
        p = Person(window, world, world.holder_of("gz-yubei-competent")).sign_in()
        p.go(f"{w.path}/reviews").check_page("renewed-yubei-reviews")
        p.go(f"{w.path}/acts/reapplication.pass_experts").check_page("renewed-yubei-opinion")
        assert "请在实施中细化" in p.value("必要性")
        p.fill({"评审后的项目投资": "345"}).fill_rest("2025-02-10", "345").press("评审通过")
        assert "/acts/" not in p.driver.current_url, p.errors()
    finally:
        window.close()
    for organ in ("finance", "ndrc"):
        _, values = filled(w, organ, "reapplication.pass_experts")
        w.act(organ, "reapplication.pass_experts", **values)
    w.act("competent", "reapplication.adopt", approved_total="345")
    view = w.view("unit")
    assert next(s["state"] for s in view["stages"] if s["procedure"] == "reapplication") == "done"
    # a tenth is now a tenth of 345
    w.refused("unit", "change.apply", "11(2)", amount="34.5001", new_total="379")
    w.act("unit", "change.apply", amount="34.5", new_total="379")
