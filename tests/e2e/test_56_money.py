"""The money of a project: its ledger on the page and in the row, and what exceeds what."""
import json
import sys

import pytest
from walker import Refused, Walker
from world import TOP

sys.path.insert(0, str(TOP / "tests/demo"))
import roads  # noqa: E402

T = "xinzhou"


@pytest.fixture(scope="module", autouse=True)
def day(world):
    world.clock(T, "2026-09-24T09:00")
    yield
    world.clock(T, "real")


def column(view, which):
    return next(m for m in view["money"] if m["id"] == which)


def test_the_ledger_follows_the_acts_and_shows_what_is_exceeded(world):
    w = Walker(lambda tenant, organ, unit: world.sign_in(tenant, organ, unit), T, "jyj")
    w.draft(roads.xinzhou("校园资金台账", "60.00"))
    view = w.view()
    assert [m["id"] for m in view["money"]] == ["applied"] and column(view, "applied")["amount"] == "60.00"
    w.walk(roads.XINZHOU_REVIEW + roads.XINZHOU_APPROVAL + roads.XINZHOU_BUILD[:1])
    w.act("unit", "contract.record", title="开发合同", supplier="武汉云启科技有限公司", amount="40.00")
    w.act("unit", "contract.record", title="监理合同", supplier="武汉监理有限公司", amount="5.50")
    with pytest.raises(Refused) as refused:  # the approval is the law's own bound: a gate, with its article
        w.act("unit", "contract.record", title="第三份", supplier="武汉云启科技有限公司", amount="14.51")
    assert refused.value.answer.status == 422 and "第十四条" in refused.value.answer.text
    w.act("unit", "construction.start")
    w.act("unit", "payment.record", amount="45.51", payee="武汉云启科技有限公司")
    view = w.view()
    contract, paid = column(view, "contract"), column(view, "paid")
    assert contract["amount"] == "45.50" and [x["amount"] for x in contract["entries"]] == ["40.00", "5.50"] and contract["over"] == []
    assert paid["amount"] == "45.51" and [(o["name"], o["by"]) for o in paid["over"]] == [("合同", "0.01")]
    assert paid["over"][0]["articles"][0]["number"] == "14"
    assert column(view, "approved")["label"] == "批复概算" and [a["number"] for a in column(view, "approved")["articles"]] == ["12", "14"]
    page = w.client("unit").get(w.path, accept="text/html").text
    assert "超过合同 0.01" in page and "监理合同" in page
    row = world.sql("gz_xinzhou", f"SELECT money, money_over, approved, contract, paid FROM project WHERE id = {w.project}")[0]
    assert json.loads(row[0])["paid"] == 45510000 and row[1:] == ["1", "60000000", "45500000", "45510000"]
    assert world.sql("gz_xinzhou", f"SELECT COUNT(*) FROM event WHERE project = {w.project} AND what = 'contract.record'") == [["2"]]
