"""As territorial government and as competent department: receive, refuse, pass on, report."""

from playwright.sync_api import Page, expect

from services.returns.opening import open_returns
from tests.browser.conftest import Installation, fill
from tests.browser.test_extension import shot
from workflows.vocabulary import Action

ACKNOWLEDGE = Action.ACKNOWLEDGE_HANDOVER


def press(page: Page, outcome: str) -> None:
    page.click(f"button[name=outcome][value={outcome}]")


def test_receivers_pass_on_refuse_acknowledge_and_report(installation: Installation) -> None:
    world, do = installation.world, installation.do
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    other = str(world.ids["other_department"])
    do("case_officer", ACKNOWLEDGE, "passed_on", opinion="归住建部门管辖。", receiver_id=other)
    page = do("other_officer", ACKNOWLEDGE, "disputed", opinion="三定规定未列此项职责。")
    office = installation.page("committee_officer")
    office.goto(f"{installation.address}/handovers")
    expect(office.locator("main")).to_contain_text("异议待裁定")
    do("office_head", Action.RESOLVE_COMPETENCE_DISPUTE, "kept", opinion="属该单位职责。")
    do("other_officer", ACKNOWLEDGE, "done")
    page.goto(f"{installation.address}/handovers")
    page.get_by_role("link", name="主运输皮带防灭火系统失效").click()
    expect(page.locator("main")).to_contain_text("致示例市应急管理局")
    shot(page, "handover-department")
    fill(page, {"text": "到矿督办，要求每日调度。"})
    page.get_by_role("button", name="记录").click()
    expect(page.locator("main")).to_contain_text("跟踪督办情况已记录。")
    do("government_officer", ACKNOWLEDGE, "done")
    territory = installation.page("government_officer")
    territory.goto(f"{installation.address}/handovers")
    territory.get_by_role("link", name="主运输皮带防灭火系统失效").click()
    shot(territory, "handover-territory")
    territory.get_by_role("button", name="报送").click()
    expect(territory.get_by_role("alert")).to_contain_text("情况")
    fill(territory, {"period": "2026-03", "text": "已约谈矿长，装置到货。"})
    territory.get_by_role("button", name="报送").click()
    expect(territory.locator("main")).to_contain_text("整改推进情况已报送。")
    expect(territory.locator("main")).to_contain_text("2026-03 月份")
    office.goto(f"{installation.address}/handovers")
    shot(office, "handover-board")
    assert installation.violations == []


def test_a_month_is_reported_sent_back_and_received(installation: Installation) -> None:
    world = installation.world
    assert open_returns(world.engine, world.office, world.now) == 5
    officer = installation.page("government_officer")
    officer.goto(f"{installation.address}/home")
    officer.get_by_role("link", name="查看并办理").first.click()
    shot(officer, "returns-unit")
    officer.get_by_role("link", name="填写月报").click()
    expect(officer.get_by_label("大检查大整治大提升和专项整治三年行动小结")).to_have_value(
        "截至2026年2月28日，本月登记重大事故隐患事项0件，挂牌督办0件，摘牌0件；本年累计挂牌0件，"
        "摘牌0件。现有在办挂牌事项0件，其中超过整改期限未办结0件。本月移交本单位0件，尚未签收0件；"
        "现场督导0次。"
    )
    shot(officer, "return-fill")
    press(officer, "done")
    expect(officer.get_by_role("alert")).to_contain_text("三年行动2022年重点任务清单")
    fill(officer, {"measures": "无", "key_tasks": "无"})
    press(officer, "done")
    expect(officer.locator("main")).to_contain_text("已送本单位负责人审签。")
    leader = installation.page("government_principal")
    leader.goto(f"{installation.address}/returns")
    leader.get_by_role("link", name="审签月报").click()
    shot(leader, "return-approve")
    press(leader, "accepted")
    expect(leader.locator("main")).to_contain_text("已报送安委办。")
    installation.work()
    office = installation.page("committee_officer")
    office.goto(f"{installation.address}/returns")
    office.get_by_role("link", name="接收月报").click()
    press(office, "returned")
    expect(office.get_by_role("alert")).to_be_visible()
    expect(office.get_by_role("link", name="打开报送文件（PDF）")).to_be_visible()
    shot(office, "return-receive")
    press(office, "accepted")
    expect(office.locator("main")).to_contain_text("回执")
    office.goto(f"{installation.address}/returns")
    shot(office, "returns-office")
    assert installation.violations == []


def test_a_month_that_came_on_paper_is_registered_and_confirmed(
    installation: Installation,
) -> None:
    world = installation.world
    assert open_returns(world.engine, world.office, world.now) == 5
    world.later(days=2)
    officer = installation.page("committee_officer")
    officer.goto(f"{installation.address}/returns")
    officer.get_by_role("link", name="示例区人民政府").click()
    shot(officer, "return-not-reported")
    officer.get_by_role("link", name="登记纸质月报").click()
    fill(officer, {"received_on": "2026-03-02", "delivered_by": "路人甲", "signed_by": "路人乙"})
    fill(officer, {"uploads": True})
    officer.get_by_role("button", name="登记，送复核").click()
    expect(officer.get_by_role("alert")).to_contain_text("原件存放地点")
    expect(officer.locator("main")).to_contain_text("已收到 1 个文件")
    shot(officer, "return-paper-refused")
    fill(officer, {"original_place": "2026年月报卷第3号"})
    officer.get_by_role("button", name="登记，送复核").click()
    expect(officer.locator("main")).to_contain_text("由安委办登记人以外的人员复核")
    head = installation.page("office_head")
    head.goto(f"{installation.address}/returns")
    head.get_by_role("link", name="复核纸质月报").click()
    shot(head, "return-paper-confirm")
    head.get_by_role("button", name="不一致，退回登记").click()
    expect(head.get_by_role("alert")).to_contain_text("不一致之处")
    head.get_by_role("button", name="核对一致，确认").click()
    expect(head.locator("main")).to_contain_text("2026-03-02 收到示例区人民政府")
    expect(head.locator("main")).to_contain_text("按期")
    shot(head, "return-paper-received")
    head.goto(f"{installation.address}/returns")
    expect(head.locator("main")).to_contain_text("2026-03-02（纸质）")
    shot(head, "returns-office-paper")
    assert installation.violations == []
