"""What was refused or is wrong, and what to do about it."""

from collections.abc import Mapping
from datetime import datetime

from web.labels.bans import BAN_ERRORS, BAN_PROBLEMS
from web.labels.enums import ENUMS
from web.labels.referrals import REFERRAL_ERRORS, REFERRAL_PROBLEMS
from web.labels.said import both_names, local_time
from web.labels.tips import TIP_ERRORS, TIP_PROBLEMS
from workflows.orders import NOT_IN_FORCE, NOT_PENDING
from workflows.vocabulary import Action, OrderKind

# Code of a refusal -> what happened and what to do. Placeholders are filled from its `detail`.
ERRORS: Mapping[str, str] = {
    **TIP_ERRORS,
    **REFERRAL_ERRORS,
    **BAN_ERRORS,
    "rule_refused": "按规定不能这样办理。请返回事项页面，查看当前可以办理的内容。",
    "task_not_ready": (
        "这一步现在不能办理：可能已由他人办结，或者还没有轮到。"
        "请打开事项页面查看办理过程，确认下一步由谁办理。"
    ),
    "shown_changed": (
        "您打开页面之后，事项内容有了变化，本次提交没有生效。"
        "请重新打开事项，核对最新内容后再提交；您填写的内容保留在下方。"
    ),
    "task_not_ready.done": (
        "这一步已由{person}于 {at} 办结，您的提交没有生效。"
        "请打开事项页面查看办理过程；您填写的内容保留在下方，可以复制。"
    ),
    "step_claimed": (
        "这一步已由{person}领办（{at}），须由领办人办理，您的提交没有生效。"
        "需要由您办理的，请{person}转办给您或退回公共待办；您填写的内容保留在下方，可以复制。"
    ),
    "assignment_refused": "这一步不能这样领办、转办或交办。请打开事项页面，查看它现由谁办理。",
    "assignment_refused.standing": (
        "常设事项随时可以办理，没有期限，不领办、不转办、不交办。请直接办理。"
    ),
    "assignment_refused.held": "这一步已由所选人员领办，不必再交给他。请打开事项页面核对。",
    "assignment_refused.not_held": (
        "这一步现在不由您领办，不能退回或转办。请打开事项页面，查看它现由谁办理。"
    ),
    "assignment_refused.not_your_people": (
        "这一步现由其他负责人或其他单位的人员领办，您不能改派。请与领办人商定，由其转办或退回。"
    ),
    "assignment_refused.no_duty": (
        "所选人员不是本单位现在可以办理这一步的人员：没有相应岗位，或者因回避不能办理。请另选人员。"
    ),
    "delegation_refused": "只有承办单位的负责人可以交办这一步。您可以请本单位负责人交办。",
    "campaign_refused": "您不能这样办理这项任务。请返回任务清单，查看由谁负责。",
    "campaign_refused.not_committee": (
        "任务由安委办确定主责单位，您没有相应岗位。需要调整的，请与安委办联系。"
    ),
    "campaign_refused.not_owner": (
        "这项任务不由您所在的单位主责，您的提交没有生效。"
        "请核对主责单位；确应由您单位报告的，请安委办调整后再报。您填写的内容保留在下方，可以复制。"
    ),
    "campaign_refused.counted": (
        "这项任务的进度由督办台账统计，不另行填报。请在督办事项中办理，进度随之更新。"
    ),
    "assessment_refused": "您不能这样办理月度考核。请返回“月度考核”，查看由谁办理。",
    "assessment_refused.no_post": (
        "您现任的岗位不能办理这一步。收集计分、送核对、冻结由安委办经办人办理，"
        "审批由安委会领导办理，异议由被考核单位的人员提出。"
    ),
    "assessment_refused.took_part": (
        "您参与过本月的收集计分，不能再答复异议、审批排队。请转告同岗位的其他人员办理。"
    ),
    "points_refused": "您不能撤销这笔记分。请返回“主要负责人记分”查看。",
    "points_refused.no_post": (
        "撤销记分由该事项的监管部门负责人或者安委办主任办理，您没有相应岗位。"
    ),
    "points_refused.own_act": (
        "这件事由您本人办理，不能由您撤销记分。请转告另一单位的负责人办理。"
    ),
    "round_not_ready": "考核现在不能办理这一步，没有改动。请刷新页面查看进展。",
    "round_not_ready.month_not_over": "这个月还没有结束，不能考核。请在次月办理。",
    "round_not_ready.round_there": (
        "这个月的考核已经建立，没有重复收集。需要重新收集的，先在该轮考核中写明理由作废。"
    ),
    "round_not_ready.returns_open": (
        "以下单位本月的月报还没有办结：{units}。数据不全不能考核。"
        "请先在“月报”中收齐，逾期仍未报的按未报办结。"
    ),
    "round_not_ready.window_open": "异议期还没有结束，不能冻结。请在期满后办理。",
    "round_not_ready.window_over": (
        "异议期已过，这条异议没有提交。确有错误的，请与安委办联系。您填写的内容保留在下方，可以复制。"
    ),
    "round_not_ready.objection_open": "还有异议没有答复，不能冻结。请先逐条答复。",
    "round_not_ready.objected_before": (
        "对这条事实已经提出过异议，没有重复提交。请刷新页面查看办理情况。"
    ),
    "round_not_ready.scores_differ": (
        "保存的得分与按事实重新计算的结果不一致，不能冻结。"
        "请系统运维人员运行 flask assess recompute 核对。"
    ),
    "round_not_ready.not_shown": "得分还没有送各单位核对，现在不能办理。",
    "round_not_ready.frozen": (
        "得分已经冻结，没有改动。确有错误的，请与安委办联系，由审批领导退回后办理。"
        "您填写的内容保留在下方，可以复制。"
    ),
    "round_not_ready.done": (
        "这一步已由{person}于 {at} 办结，您的提交没有生效。"
        "请打开这一轮考核查看进展；您填写的内容保留在下方，可以复制。"
    ),
    "round_not_ready.not_head": "认定虚假销号由安委办主任办理。",
    "round_not_ready.receipt_there": "这份抄送的回执已经登记，没有改动。请刷新页面查看。",
    "copy_refused": (
        "只有督办一方的人员，或者本事项现在由其办理的人员，才能发送抄送。"
        "您填写的内容保留在下方，可以复制。"
    ),
    "task_not_ready.taken_back": (
        "{by}已于 {at} 撤回“{action}”，这一步暂不等待办理，您的提交没有生效。"
        "请打开事项页面查看现由谁办理；您填写的内容保留在下方，可以复制。"
    ),
    "permission_refused": (
        "您现任的岗位不能办理“{action}”。请从待办中打开由您办理的事项；"
        "如属误判，请联系本单位系统管理员核对岗位。"
    ),
    "permission_refused.need_unmet": (
        "“{action}”现在还不能办理：{missing}。请先在事项页面查看还缺什么，具备条件后再办理。"
    ),
    "permission_refused.separation_of_duties": (
        "您在本事项中办理过“{missing}”（本人办理、代他人办理，或者由他人代您办理），"
        "不能再办理“{action}”，须由其他人员办理。请转告同岗位的其他人员从待办中打开。"
    ),
    "permission_refused.separation_of_principal": (
        "您所代办的{principal}在本事项中办理过“{missing}”（本人办理或者由他人代办），"
        "您不能以其名义办理“{action}”，须由其他人员办理。请转告同岗位的其他人员从待办中打开。"
    ),
    "permission_refused.left_out": (
        "{principal}的代办授权不包括“{action}”，须由{principal}本人办理。"
        "确需代办的，请撤销原授权，重新办理书面授权。"
    ),
    "permission_refused.act_of_another": (
        "这次办理不是您作出的，只有办理人本人可以撤回。确需更正的，请与办理人联系。"
    ),
    "permission_refused.post_left": (
        "您已不再担任可以办理“{action}”的岗位，不能撤回这次办理。请由现任人员按流程处理。"
    ),
    "disclosure_refused": (
        "您现任的岗位不能办理“{step}”。公开由安委办经办人拟制、保密审查人审查、安委办主任审批。"
    ),
    "disclosure_refused.took_part": (
        "您已办理过这次公开的另一个环节，不能再办理“{step}”。"
        "拟制、保密审查、审批须由三人分别办理，请转告同岗位的其他人员。"
    ),
    "disclosure_under_way": (
        "这件事项已有一次公开正在办理，没有重复拟制。请在“信息公开”中打开，办结后再办下一次。"
    ),
    "handover_refused": ("推进情况、跟踪督办记录由接收单位的经办人填写，您现任的岗位不能填写。"),
    "handover_refused.not_received": (
        "这件移交事项还没有签收，没有记录。请先在待办中签收；不属本单位管辖的，转送或者提出管辖异议。"
    ),
    "handover_refused.over": "这件督办事项已经办结，不再记录。",
    "return_refused": (
        "您现任的岗位不能办理“{step}”。月报由报送单位的经办人填写、负责人审签，由安委办接收。"
    ),
    "return_refused.took_part": (
        "您已办理过这份月报的另一个环节，不能再办理“{step}”。"
        "填写、审签、接收须由不同的人办理，请转告同岗位的其他人员。"
    ),
    "return_refused.not_overdue": (
        "报送期限还没有届满，不能登记为未报，没有登记。期限届满的次日起可以登记。"
    ),
    "return_refused.paper_pending": (
        "这个单位的纸质月报已经登记，正待复核，不能登记为未报。请先复核。"
    ),
    "look_back_refused": (
        "您现任的岗位不能办理。回头看由监管部门或者挂牌督办单位的经办人记录，"
        "公众反映由挂牌督办单位的经办人处理。"
    ),
    "look_back_over": (
        "这次回头看已由他人记录，或者现在不到核查时间，没有重复记录。请刷新页面查看核查安排。"
    ),
    "traceback_refused": "当前环节不能由您办理。请转告有权办理的人员。",
    "traceback_refused.reported": (
        "您参与过本事项的认定、验收或者签批，应当回避。请转告没有参与的人员办理。"
    ),
    "traceback_refused.took_part": (
        "您已办理过这次追溯的另一个环节。编制、审核、决定须由三人分别办理，请转告其他人员。"
    ),
    "record_unclear": (
        "按办理记录推算，流程没有走到记录所载的位置，不能确定当时的情况。"
        "请告知系统管理员运行 flask doctor 核对记录。"
    ),
    "alert_over": "这条公众反映已由他人处理，没有重复处理。请刷新页面查看处理情况。",
    "alerts_full": (
        "今天收到的反映已经超过可以处理的数量，这一条没有收下。请明天再试；"
        "情况紧急的，请立即拨打 12350。"
    ),
    "nothing_to_disclose": "这件事项现在不能办理这类公开。请返回“信息公开”查看应当公开的事项。",
    "nothing_to_disclose.not_listed": "这件事项还没有挂牌，不能公开。挂牌督办通知书签发后再办理。",
    "nothing_to_disclose.published": "这件事项的挂牌信息已经公开。内容有变化的，请办理更正。",
    "nothing_to_disclose.not_published": (
        "这件事项的挂牌信息还没有公开（或者已经撤下）。请先办理挂牌公开。"
    ),
    "nothing_to_disclose.bulletin_there": "这个月的简报已经拟制，没有重复。请在“信息公开”中打开。",
    "nothing_to_disclose.month_not_over": "这个月还没有结束，不能拟制简报。请在下月初办理。",
    "nothing_to_disclose.listing_gone": (
        "这件事项已经撤销、并案或者撤销挂牌，不再公开挂牌信息，没有公布。"
        "公开稿还在办理的，请选择不公开或者退回，并写明理由。"
    ),
    "nothing_to_disclose.bulletin_outdated": (
        "简报送审之后，有公开的内容已经更正或者撤下，这份简报与现在公开的不符，没有公布。"
        "请退回，由经办人按现在公开的内容重新拟制。"
    ),
    "nothing_to_disclose.not_ended": "这件事项还没有办结，不能公开结果。请办理进展公开。",
    "take_back_refused": "这次办理不能撤回。请返回事项页面，查看当前可以办理的内容。",
    "take_back_refused.already": "“{action}”已由{by}于 {at} 撤回，没有重复撤回。请返回事项页面。",
    "take_back_refused.acted_since": (
        "这次办理之后，{by}已于 {at} 在本事项中办理了“{since}”，不能再撤回，本次提交没有生效。"
        "确需更正的，请在后续环节中说明或者按流程退回；您填写的内容保留在下方，可以复制。"
    ),
    "take_back_refused.claimed_since": (
        "这次办理转出的“{since}”已由{by}于 {at} 领办或交办，不能再撤回，本次提交没有生效。"
        "可请领办人退回公共待办后再撤回；您填写的内容保留在下方，可以复制。"
    ),
    "take_back_refused.began_the_case": (
        "本事项由“{action}”立案，已给出受理编号，不能撤回。"
        "内容有误的，请在续报或者现场核查时更正；不应督办的，由监管部门负责人撤销。"
    ),
    "take_back_refused.issued_a_document": (
        "“{action}”已经取得文号，不能撤回。确有错误的，请另行作出决定，原文号保留。"
    ),
    "take_back_refused.ended_the_case": "“{action}”之后督办程序已经结束，不能撤回。",
    "take_back_refused.measures": (
        "“{action}”自作出时起生效，不能撤回。情况变化的，请另行采取或者解除措施。"
    ),
    "take_back_refused.served": "送达已经登记在案，不能撤回。有误的，请在后续办理意见中说明。",
    "take_back_refused.received": "移交已经签收，责任随之转移，不能撤回。请在反馈结果时说明。",
    "take_back_refused.with_others": (
        "“{action}”依据的文书已经在本系统之外发出或者收到，不能撤回。有误的，请另行发文并登记。"
    ),
    "take_back_refused.told_to_others": (
        "“{action}”已经即时告知其他单位或者专家，不能撤回。有误的，请另行办理并说明。"
    ),
    "take_back_refused.party_changed": (
        "责任单位已经变更，由新的责任单位接续办理，不能撤回。确需改回的，请另行提出变更。"
    ),
    "take_back_refused.legal_hold": (
        "事故的登记、案卷的封存和解除不能撤回。有误的，请在后续办理中说明理由予以更正。"
    ),
    "take_back_refused.outside_the_diagram": "“{action}”不是流程中的环节，不能撤回。",
    "take_back_refused.not_foreseen": "“{action}”不在可以撤回的办理之列。请返回事项页面。",
    "take_back_refused.not_kept": (
        "“{action}”之前的流程状态没有保留，不能撤回。请在后续环节中说明或者按流程退回。"
    ),
    "take_back_refused.in_batch": (
        "“{action}”是对合并挂牌的多件事项一并办理的，不能单独撤回。"
        "确需更正的，请由后续环节退回，再重新提出。"
    ),
    "suggestion_over": (
        "这条建议已由他人处理，或者期限已经办结，您的理由没有存档。请打开事项页面查看；"
        "您填写的内容保留在下方，可以复制。"
    ),
    "recount_refused": (
        "没有选择期限，或者所选期限已由他人核定、不再需要改期；没有改动任何期限。请重新打开核定页面。"
    ),
    "already_endorsed": "本事项本月已由您签字背书，没有重复签字。请打开签字背书表查看。",
    "sheet_changed": "有的事项在您打开之后有了变化，这次没有签字。请重新查看后再签。",
    "permission_refused.paper_registrar": (
        "“{action}”的线下签署，由办理单位的经办人员登记：企业由安全生产管理人员，"
        "监管部门由监管经办人，挂牌单位由安委办经办人。请转告相应人员登记。"
    ),
    "permission_refused.paper_same_person": (
        "登记人不能复核自己登记的线下签署。请由本单位另一名经办人、负责人或者签署人本人复核。"
    ),
    "permission_refused.paper_other_side": (
        "您在本事项中属于被监管一方，不能复核“{action}”的线下签署。请由监管一方的人员复核。"
    ),
    "permission_refused.paper_confirmer": (
        "线下签署由登记单位的另一名经办人、负责人或者签署人本人复核，您不在其中。"
    ),
    "permission_refused.paper_case": (
        "线下事项由监管经办人或者安委办经办人补录，您现任的岗位不能补录。"
    ),
    "replay_refused": "补录没有通过，没有保存任何内容。请按提示核对文件后重新提交。",
    "paper_not_found": "没有找到这项线下签署登记，或者它不由您办理。请从“线下签署”列表重新打开。",
    "paper_pending": "这一步已有线下签署登记，正待复核，不能重复登记。请等待复核结果。",
    "paper_pending.done": (
        "{person}已于 {at} 登记这一步的线下签署，正待复核，不能重复登记。请等待复核结果。"
    ),
    "paper_void": "登记的内容已不符合办理要求。请核对后重新签署、重新登记。",
    "paper_void.done": "这一步已由{person}于 {at} 办结。请打开事项页面查看办理过程。",
    "paper_void.task_not_ready": "这一步已不再等待办理：事项已经转到别处，或者已经结束。",
    "paper_void.shown_changed": (
        "登记之后，这一步所依据的材料有了变化，纸质件上签的不是现在的内容。须重新签署、重新登记。"
    ),
    "paper_void.permission_refused": (
        "签署人现在不能办理“{action}”：岗位有变动，或者按规定应当回避。须由其他有权人员重新签署。"
    ),
    "paper_void.draft_outdated": (
        "登记之后责任单位有变更，所签文稿是写给“{addressee}”的。须另行生成签发稿，重新签署、重新登记。"
    ),
    "paper_void.case_not_found": "签署人已不在有权办理的岗位上。须由现任人员重新签署、重新登记。",
    "paper_decided": "这项线下签署登记已经处理，您的操作没有生效。请打开登记查看结果。",
    "paper_decided.done": (
        "这项线下签署登记已由{person}于 {at} 处理，您的操作没有生效。请刷新本页查看结果。"
    ),
    "case_not_found": "没有找到这一督办事项，或者它不在您的职责范围内。请从待办或台账中重新打开。",
    "document_not_found": "没有找到这份文书，或者它不在您的职责范围内。请从事项页面重新打开。",
    "deed_not_found": "没有找到这份手续，或者它与您无关。请从列表中重新打开。",
    "deed_refused": "您不能办理这份手续。请联系本单位负责人。",
    "deed_refused.not_the_second_person": (
        "这份手续不由您批准：提出人、当事人和接替的人都不能批准，须由页面列出的第二人批准。"
    ),
    "deed_refused.may_not_revoke": "您不能撤销这份手续。请联系当事人、提出人或者有权批准的人。",
    "deed_refused.day_not_come": "撤并日期还没有到，不能确认。请在撤并当日或者之后确认。",
    "deed_refused.already_dissolved": "这个单位已经撤并，不能重复办理。",
    "deed_refused.is_responsible_party": (
        "这个单位在 {count} 件未结事项中是责任单位，不能撤并。请先在这些事项中变更责任单位。"
    ),
    "deed_refused.drafts_unsigned": (
        "有 {count} 件以这个单位名义的文稿正在审签，不能撤并。请先签发或者退回，再确认撤并。"
    ),
    "deed_refused.days_over": "授权期限已过，不能再批准。需要代办的，请重新办理书面授权。",
    "deed_refused.in_person_only": "这个岗位只能由本人履行，不能授权代办。",
    "deed_refused.nobody_confirms": (
        "没有可以批准这份手续的负责人，没有保存。请联系系统管理员核对本单位负责人的岗位。"
    ),
    "deed_settled": ("这份手续已由{person}于 {at} 办结，您的提交没有生效。请刷新页面查看结果。"),
    "draft_not_ready": "签发稿正在生成，须先看到文稿才能签署。请稍等片刻，刷新事项页面后再办理。",
    "draft_outdated": (
        "责任单位已经变更，这份文稿仍写给“{addressee}”，不能同意或者签发，本次提交没有生效。"
        "请选择退回，由起草人按现在的责任单位重新拟稿。"
    ),
    "proposal_outdated": (
        "提请之后情况有变，所提的单位或者事项现在已不符合条件，不能同意，本次提交没有生效。"
        "请选择不同意并写明理由，由经办人重新提请。"
    ),
    "target_being_withdrawn": (
        "要并入的事项 {number} 已经提请撤销，正在等待决定，现在不能并入，本次提交没有生效。"
        "请等该事项决定不撤销以后再办；该事项撤销的，请另选保留办理的事项或者不同意并案。"
    ),
    "batch_not_whole": "这份合并挂牌文稿现在不能同意或者签发。请退回，由起草人重新提出。",
    "batch_not_whole.dissolved": (
        "这份合并挂牌文稿已由其他环节退回，不再有效，不能同意或者签发，本次提交没有生效。"
        "请选择退回，由起草人对这件事项重新提出挂牌建议。"
    ),
    "batch_not_whole.left": (
        "合并挂牌的事项中，有的已经撤销、并案、异议成立或者退回，文稿与现状不符，"
        "不能同意或者签发，本次提交没有生效。请选择退回，由起草人对其余事项重新提出。"
    ),
    "batch_not_whole.not_all_here": (
        "合并挂牌的事项中，有的还没有办完审核或者会签，整份文稿现在不能签发，本次提交没有生效。"
        "请等全部事项到达签发环节后再签发，或者选择退回。"
    ),
    "batch_not_whole.not_all_yours": (
        "合并挂牌的事项中，有的不能由您签发：已由他人领办，或者因回避须由他人办理。"
        "一份文稿须由一人一次签发，本次提交没有生效。请与领办人商定，或者选择退回后分别提出。"
    ),
    "batch_changed": "有的事项在您打开之后有了变化，这次都没有提出。请重新核对后再提交。",
    "batch_not_on_paper": (
        "这份文稿一次挂牌多件事项，须在系统中逐环节办理，不能登记线下签署。"
        "确需线下签署的，请先退回，再逐件提出挂牌建议。"
    ),
    "invalid_command": "有内容没有填写或者填写有误，请返回修改后再提交。",
    "form_sent_twice": "这张表已经提交过，没有重复登记。请从台账中打开已登记的事项。",
    "workbook_refused": "这个 Excel 文件不能接收，没有保存。请按导入页面的要求修改后重新上传。",
    "import_not_found": "没有找到这次上传的台账，或者它是他人上传的。请从台账页面重新上传。",
    "password_refused": "新密码不符合要求，请换一个再试。",
    "upload_refused": "附件“{file_name}”不能接收，没有保存。请更换文件后重新提交。",
    "upload_type": (
        "附件“{file_name}”不是允许的类型，或者内容与扩展名不符，没有保存。"
        "请上传 PDF、JPG 或 PNG 文件；纸质材料请扫描成 PDF。"
    ),
    "upload_too_large": (
        "附件“{file_name}”太大或页数太多，没有保存。单个文件不得超过 20 MB，请压缩或拆分。"
    ),
    "upload_broken": "附件“{file_name}”打不开，可能已损坏，没有保存。请重新导出或扫描后上传。",
    "upload_empty": "附件“{file_name}”是空文件，没有保存。请检查文件后重新上传。",
    "upload_active_content": (
        "附件“{file_name}”含有脚本、嵌入文件或设有密码，没有保存。"
        "请去除密码，另存为普通 PDF 或打印成 PDF 后重新上传。"
    ),
    "definition_not_found": "没有找到本事项所用的流程图。请联系系统管理员运行安装检查。",
    "definition_invalid": "流程图有错误，不能使用：{reason}。请联系系统管理员修改后重新装入。",
    "draft_too_large": "草稿文字过多，无法暂存。请删减后再存，详细材料可作为附件上传。",
    "unreadable_text": "填写的内容含有无法识别的字符，请删除后重新输入。",
    "organ_mark_missing": "{organ}尚未登记机关代字，不能编发文号。请联系系统管理员登记后再办理。",
    "definition_changed": "已存的流程图与其校验值不符，不能使用。请联系系统管理员核查数据库。",
    "expression_not_allowed": "流程图中的条件含有不允许的写法。请联系系统管理员修改流程图。",
    "fact_missing": "流程图引用了系统不掌握的事实。请联系系统管理员修改流程图。",
    "instance_count": "没有可以移交或验收的对象，流程无法继续。请先补充接收单位或验收人员。",
    "script_not_allowed": "流程图含有脚本，不予执行。请联系系统管理员修改流程图。",
    "diagram_failed": "流程图执行失败，本次办理没有生效。请联系系统管理员，并告知事项编号。",
    "state_tampered": (
        "本事项的流程状态未通过完整性校验，已停止办理以保护案卷。请立即联系系统管理员。"
    ),
    "state_format": "本事项的流程状态由另一版本的系统保存，暂不能办理。请联系系统管理员升级数据。",
    "count_refused": "不能这样测算，请核对所填内容。",
    "count_refused.profile_unknown": "没有辖区配置“{value}”，可用的有：{known}。",
    "count_refused.rule_unknown": (
        "没有期限规则“{value}”。运行 flask deadline rules 查看全部规则编号。"
    ),
    "count_refused.unit_unknown": "没有计算单位“{value}”，可用的有：{known}。",
    "count_refused.count_invalid": "数目“{value}”不对：请填 1 到 {most} 的整数。",
    "count_refused.date_malformed": (
        "日期“{value}”格式不对：请写成 2026-03-02，需要时刻的写成 2026-03-02T09:30。"
    ),
    "count_refused.date_impossible": "没有“{value}”这个日期或者时刻，请核对。",
    "count_refused.year_outside": (
        "“{value}”超出可测算的范围：放假安排只涵盖 {first} 年至 {last} 年。"
    ),
    "count_refused.result_outside": (
        "届满日超出可测算的范围：放假安排只涵盖 {first} 年至 {last} 年，请减少数目或者改起算日。"
    ),
    "count_refused.nothing_chosen": "请选一条规则，或者填写数目。",
    "count_refused.chosen_twice": "规则和数目只能用一样：按规则测算的，请清空数目。",
    "count_refused.too_many_days": "假设的日期最多填 {most} 个，请减少。",
    "count_refused.off_and_worked": "{value} 既假设放假又假设上班，请去掉一处。",
    "deadline_rule_invalid": "期限规则有错误，无法计算期限。请联系系统管理员核对期限规则。",
    "fixed_date_out_of_range": "所选日期超出允许范围，请重新选择日期。",
    "workers_lost": (
        "办理这项任务的后台进程多次中途退出，已停止自动重试。请查看日志，排除原因后重试。"
    ),
    "feed_not_found": "没有这个日程订阅地址，或者它已经停用。请登录后在“我的账户”重新生成。",
    "incident_over": "没有这项失败的任务，或者已经有人重试。请重新打开后台任务页面查看。",
    "printout_failed": "表单没有生成，请稍后再试。内容过长的，请打印“办理过程”页面。",
    "render_failed": "文书生成失败，系统会自动重试。如一直没有生成，请联系系统管理员。",
    "render_inputs_too_large": "文书内容或附图太大，无法生成。请精简内容后重新办理。",
    "render_timed_out": "文书生成超时，系统会自动重试。如一直没有生成，请联系系统管理员。",
    "renderer_died": "文书生成程序意外退出，系统会自动重试。如一直没有生成，请联系系统管理员。",
    "sign_in_needed": (
        "您还没有登录，或者因长时间未操作已自动退出，本次提交没有生效。"
        "请重新登录后再办理；您填写的内容保留在下方，可以复制。"
    ),
    "page_refused": (
        "您现任的岗位不能打开这个页面。"
        "请从上方菜单进入您可以办理的事项；如属误判，请联系本单位系统管理员核对岗位。"
    ),
    "no_post": ("您目前没有任何岗位，不能办理事项。如需办理，请联系本单位负责人或者系统管理员。"),
    "cross_site_refused": "这次提交来自其他网站，已被拒绝。请从本系统的页面重新打开并提交。",
    "demonstration_is_local": (
        "这是演示系统，只能在安装它的计算机上直接访问，不对外提供服务。"
        "正式使用请另行安装，不要使用演示数据库。"
    ),
    "password_change_needed": "您的密码由管理员设置，须先修改密码才能办理事项。",
    "form_token_missing": (
        "页面已过期或提交不完整，本次提交没有生效。"
        "请返回上一页，刷新后重新提交；您填写的内容保留在下方，可以复制。"
    ),
    "record_not_found": "没有找到这条记录，或者它不在您的职责范围内。请从上方菜单重新进入。",
    "administration_refused": "这项管理操作不由您现任的岗位办理。请联系相应的管理员。",
    "administration_refused.not_proposer": (
        "变更只能由提出人撤回。请联系提出人，或由安全保密管理员处理。"
    ),
    "administration_refused.own_proposal": (
        "变更须由第二人确认：提出人和变更涉及的本人都不能确认。请由另一名安全保密管理员办理。"
    ),
    "proposal_decided": (
        "这项变更已经确认、退回或者撤回，本次操作没有生效。请返回变更列表查看结果。"
    ),
    "no_link_allowed": (
        "现在不能为此人制作链接：须先提出“发放密码链接”并经安全保密管理员确认，"
        "确认后 72 小时内制作一次。请从人员页面提出。"
    ),
    "second_factor_refused": "签批须输入动态口令，本次没有签批。请返回上一页填写后再提交。",
    "second_factor_refused.not_enrolled": (
        "签批须输入动态口令，您还没有绑定设备，本次没有签批。请到“我的账户”绑定后再来办理。"
    ),
    "second_factor_refused.damaged": (
        "您的动态口令设备登记已损坏，口令无法核对，本次没有签批，不计入错误次数。"
        "请联系系统管理员重置您的设备，再在“我的账户”重新绑定。"
    ),
    "second_factor_refused.wrong": (
        "动态口令不正确，没有签批。请填写验证器现在显示的 6 位数字，"
        "并确认手机时间为自动校准；再输错 {left} 次将锁定 15 分钟。"
    ),
    "second_factor_refused.used": (
        "这个动态口令已经用过，没有签批。请等验证器显示下一个口令（最多 30 秒）后再提交。"
    ),
    "second_factor_refused.locked": (
        "动态口令连续输错 5 次，已锁定至 {until}，本次没有签批。到时可以再试；"
        "设备遗失的，请联系系统管理员重置。"
    ),
    "second_factor_refused.wrong_first": (
        "动态口令不正确，没有绑定。请填写验证器现在显示的 6 位数字，并确认手机时间为自动校准。"
    ),
    "second_factor_refused.not_begun": "绑定页面已过期，没有绑定。请在“我的账户”重新开始。",
    "no_device": "没有这个用户名，或者此人没有绑定动态口令设备。请核对用户名。",
    "no_account": "此人没有可用的账户：账户不存在或者已停用。请先恢复账户。",
    "no_administrator": "此用户名不是三名管理员之一。其他人员的密码请由系统管理员办理。",
    "too_many_requests": (
        "同一网络一小时内提交次数过多，本次没有受理。请一小时后再试，或者直接电话联系。"
    ),
    "registration_decided": "这份注册申请已经办理，本次操作没有生效。请返回列表查看结果。",
    "links_given": "两名人员都已设置密码，不能再制作邀请链接。忘记密码的，请本人在登录页提出申请。",
    "link_over": "这个链接已经失效。请联系给您链接的人重新制作。",
    "link_over.used": (
        "这个链接已经使用过。如果密码是您本人设置的，请直接登录；如果不是，请立即联系系统管理员。"
    ),
    "link_over.expired": "这个链接已经过期。请联系给您链接的人重新制作。",
    "link_over.replaced": (
        "这个链接已经作废：后来又制作了新的链接，或者账户已停用。请使用最新的链接。"
    ),
    "link_over.unknown": "没有这个链接：可能没有复制完整，或者输入有误。请核对后重新打开。",
    "http_400": "提交的内容无法识别。请返回上一页，刷新后重新提交。",
    "http_401": "请先登录。",
    "http_403": "您不能打开这个页面。",
    "http_404": "没有这个页面，网址可能有误或已失效。请从上方菜单重新进入。",
    "http_405": "这个网址不能这样打开。请从上方菜单重新进入，再按页面上的按钮办理。",
    "http_413": "提交的内容太大，没有保存。请压缩或减少附件，分几次上传。",
    "http_500": (
        "系统内部出错，本次提交没有生效，原有数据没有改变。"
        "请稍后重试；如再次出现，请把下面的错误编号告诉系统管理员。"
    ),
}

# Needs of the permission table -> why the act must wait.
NEEDS: Mapping[str, str] = {
    "has_parent_company": "责任单位没有上级公司",
    "no_parent_company": "责任单位有上级公司，应由上级公司主要负责人签字背书",
    "no_enterprise": "有责任企业，应由企业一方办理",
    "endorsed_by_government": "应由上级公司主要负责人或者实际控制人签字背书",
    "office_drafts_listing": "由挂牌单位自行办理，不由安委办办理",
    "body_drafts_listing": "由安委办办理，不由挂牌单位自行办理",
    "on_listed_track": "本事项不是挂牌督办事项",
    "off_listed_track": "挂牌督办事项由安委办归档",
    "may_list_itself": "不符合自行挂牌的条件：须为允许的行业，由企业自查自报，并已按要求停产",
    "verdict_is_major": "尚未认定为重大事故隐患",
    "answer_owed": "没有待答复的检查单位",
    "no_answer_owed": "尚未答复上级检查单位",
    "new_party_served": "责任单位变更后，通知书尚未送达新责任单位",
    "no_legal_hold": "发生事故，案卷封存中",
    "not_listed_yet": "已经挂牌督办",
    "listed": "尚未挂牌督办",
    "listing_served": "挂牌督办通知书尚未送达",
    "no_open_spot_check_problem": "安委办抽查发现的问题尚未重新验收合格",
    "every_receiver_reported": "接收移交的单位尚未全部反馈办理结果",
    "competence_open": "安委办已裁定由本单位接收",
    "escalated_to_party": "督促对象不是责任单位",
    "escalated_to_territory": "督促对象不是属地政府",
    "escalated_to_department": "督促对象不是行业主管部门",
    "party_operates": "没有责任企业，不适用停产停业整顿",
    "no_penalty_pending": "停产停业整顿的处罚尚未办结",
    "work_stopped": "责任单位没有停产停业：没有核实的停产停业，也没有正在执行的停产停业措施",
    "stopped": "没有核实的停产停业",
    "no_ordered_stop": "停产停业是监管机关责令的，未经审查同意不得恢复生产经营",
    "resumption_inspected": "验收组有人认为不合格",
    "no_stop_since_application": "申请之后又被责令停产停业，尚未整改验收",
    "stopped_since_application": "申请之后没有再被责令停产停业，恢复生产通知书应当送达",
    "no_resumption_pending": "恢复生产的申请尚未办结",
    "no_stopping_order_open": "停电、查封、关闭等执法措施尚未办结或者解除",
    "resumption_unopposed": "监管部门另有事项尚未办结",
    "legal_after_hearing": "听证之后的法制审核没有通过",
    "suspension_in_force": "没有正在执行的停产停业整顿",
    "no_suspension_in_force": "停产停业整顿尚未解除",
    "order_on_record": "尚未责令限期整改，也没有采取现场处理措施",
    "rectification_refused": "没有认定责任单位拒不整改",
    "correction_by_signatory": "这份文书的更正不由授权签发人签发",
    "correction_by_department": "这份文书的更正不由监管部门负责人签发",
    "correction_by_office": "这份文书的更正不由安委办主任签发",
    "correction_by_leader": "这份文书的更正不由分管领导签发",
    "correction_by_government": "这份文书的更正不由政府主要负责人签发",
    "order_in_force": "没有正在执行的执法措施",
    **{need: f"“{ENUMS[OrderKind][kind]}”尚未办结" for kind, need in NOT_PENDING.items()},
    **{need: f"“{ENUMS[OrderKind][kind]}”尚未解除" for kind, need in NOT_IN_FORCE.items()},
    "inquiry_called_for": "本事项不须比照事故调查，或者调查已经提出、已经办结",
    "inquiry_settled": "须比照事故调查处理，尚无经批准的调查结论",
    "raisable": "本事项没有由本级挂牌督办，或者已经由上级提级督办",
    "not_raised": "本事项已由上级提级督办，由上级决定",
    "no_raise_pending": "已决定报请提级督办，尚未登记上级答复",
    "delisting_not_open": "分管领导已经签字背书，正待审批摘牌",
    "no_inquiry_pending": "比照事故调查尚未办结",
    "listed_here": "尚未由本级挂牌督办，应由监管部门负责人审批",
    "not_listed_here": "已由本级挂牌督办，应由挂牌单位授权签发人审批",
    "limit_runs": "整改期限不在计算中：尚未责令限期整改，或者已经申请验收",
    "measures_in_force": "没有正在执行的现场处理措施",
    "no_measures_in_force": "现场处理措施尚未解除",
    "criterion_confirmed": "判定依据尚未经第二人复核",
    "criterion_on_record": "尚未登记判定依据",
    "nothing_missing": "还有待补的内容",
    "double_report_complete": "双报告尚未完成，缺企业负责人签署或向职工大会报告的记录",
}

# Status of an answer -> its heading.
TITLES: Mapping[int, str] = {
    400: "无法处理这次提交",
    401: "请先登录",
    403: "不能办理或查看",
    404: "没有找到",
    405: "打开方式不对",
    409: "情况有变，未能办理",
    410: "链接已失效",
    413: "内容太大",
    422: "请修改后再提交",
    429: "提交次数过多",
    500: "系统出错",
    503: "暂时无法办理",
}

# Code of a wrong field -> what to do. `{label}` is the field's; `{value}` follows a colon.
FIELD_PROBLEMS: Mapping[str, str] = {
    **TIP_PROBLEMS,
    **REFERRAL_PROBLEMS,
    **BAN_PROBLEMS,
    "required": "请填写{label}",
    "same_as_before": "更正后与原来相同。采纳异议的请写明更正的内容；不更正的请选不采纳",
    "before_sent": "{label}不能早于抄送日期",
    "private_id_number": "{label}中有身份证件号码“{value}”，不得公开，请删去",
    "private_phone": "{label}中有电话号码“{value}”，不得公开，请删去",
    "private_mail": "{label}中有电子邮箱“{value}”，不得公开，请删去",
    "private_coordinates": "{label}中有坐标“{value}”，不得公开，请改为乡镇、街道名称",
    "private_person": "{label}中有办理人员姓名“{value}”，不公开个人姓名，请改为岗位名称",
    "private_party": "{label}中有单位名称“{value}”，本事项不公布单位名称，请改为“某企业”等写法",
    "too_many_pictures": "{label}一次最多 {value} 张，请减少",
    "check_all": "请逐项核对；有一项不能确认的，请退回",
    "choose": "请选择{label}",
    "upload_required": "请上传{label}",
    "received_gone": "先前收到的文件已过保存期限，请在{label}中重新选择",
    "photo_mark": "照片“{value}”用于整改前后对照的，情形和部位都要填写；不用于对照的，两项都留空",
    "photo_place": "照片反映的部位不得超过 {value} 个字",
    "too_many_files": "{label}一次最多 {value} 个文件",
    "between": "{label}应为 {value} 之间的整数",
    "criterion_twice": "判定依据请从目录选择，或者手工录入，不要两处都填",
    "too_long": "{label}不得超过 {value} 个字",
    "too_many_lines": "{label}不得超过 {value} 行，请合并或者改用附件",
    "too_short": "{label}不得少于 {value} 个字",
    "not_a_date": "{label}应为日期，例如 2026-03-01",
    "not_a_moment": "{label}请填写日期和时间，例如 2026-03-02T09:30",
    "in_future": "{label}不能晚于今天",
    "not_in_future": "{label}应晚于今天",
    "before_issue": "{label}不能早于文书签发日期",
    "too_few": "{label}不得少于 {value} 人，每行一人",
    "judged_side": "{value} 代表责任单位一方办理过本事项或者在其任职，不得参加调查，请更换",
    "no_inquiry": "不开展调查的，{label}请留空",
    "superior_twice": "已选择上级机关的，{label}请留空",
    "same_as_wrong_text": "{label}与原文相同，没有更正的内容",
    "nothing_to_correct": "要更正的文书已经作废，不用再更正。请退回",
    "before_order_reached": "{label}不能早于责任单位收到文书的日期",
    "before_party_change": "{label}不能早于责任单位变更日期：通知书须送达变更后的责任单位",
    "beyond_limit": "{label}不能晚于责令整改指令规定的整改期限",
    "notice_line": (
        "“{value}”这一行不能识别：请写本年度的“日期 名称”或者“日期 至 日期 名称”，"
        "例如 2027-01-01 至 2027-01-03 元旦"
    ),
    "both_off_and_worked": "{value} 既列为放假又列为上班，请核对通知",
    "make_up_on_a_weekday": "{value} 不是周末，不能作为调休上班日，请核对通知",
    "not_after_limit": "{label}应晚于现行整改期限 {value}，延期不能缩短期限",
    "answer_time_runs": "责任单位提出意见的期限 {value} 届满，期满之后方可登记",
    "too_soon_after_notice": (
        "{label}不能早于 {value}：除紧急情形外，应当提前24小时通知企业（安全生产法第七十条）；"
        "有紧急情形的，须在提出时写明并经审批"
    ),
    "before_told": "{label}不能早于通知企业的时间",
    "before_day": "{label}不能早于 {value}",
    "told_afterwards_anyway": "只有停止供电需要提前通知企业，这一类措施不填{label}",
    "order_in_force": "这一种措施正在执行，解除之前不能再提",
    "order_not_in_force": "这一种措施没有在执行，请选择正在执行的措施",
    "before_talk_notice": "{label}不能早于约谈通知送达的日期",
    "undertaking_before_talk": "{label}的完成日期不能早于约谈日期",
    "undertaking_line": "{label}第 {value} 行不完整：写“事项；完成日期；责任人”，日期如 2026-04-20",
    "before_hearing_asked": "{label}不能早于责任单位要求听证的日期",
    "short_notice": "{label}不能晚于 {value}：应当在举行听证的7个工作日前通知当事人",
    "over_longest_limit": "{label}不能晚于 {value}（自责令限期整改之日起最长期限，本地设置）",
    "over_one_year": "{label}不能超过一年",
    "range": "{label}应为 0 到 100 之间的数字",
    "not_a_number": "{label}应为数字",
    "choice": "{label}不在可选范围内，请重新选择",
    "no_informant": "举报查实的来源不得填写{label}，以免泄露举报人",
    "no_such_case": "没有找到这个编号的未结事项，或者不由同一监管部门办理，请核对{label}",
    "not_this_party": "{label}与所选责任单位的性质不符，请重新选择",
    "other_sort_of_party": "企业与政府之间不能直接变更，请撤销本事项后另行登记",
    "own_listing": "企业自行挂牌的事项不能变更责任单位，请提请撤销，对新的责任单位另行登记",
    "other_listing_body": (
        "本事项的挂牌单位不能对所选单位挂牌督办，不能变更，请提请撤销后另行登记"
    ),
    "not_listed": "本事项尚未挂牌，不能以撤销挂牌结束，请另选{label}",
    "choose_government": "无主隐患和非法场所的{label}，请选择属地政府",
    "chosen_already": "已选择登记的责任单位，不要再填写{label}",
    "check_digit": "{label}校验位不对，请核对 18 位统一社会信用代码",
    "other_party": "{label}属于另一个已登记的单位，请核对名称和代码",
    "other_department": "这个单位已登记，由其他部门监管，请移送该部门登记",
    "second_person_missing": "本事项按旧流程图办理，没有第二人决定的环节，不能撤销；请按原流程办结",
    "before_acceptance": "{label}不能早于验收合格的日期",
    "before_filing": "{label}不能早于本事项受理的日期",
    "photo_required": "请至少上传一张照片（JPG 或 PNG）",
    "before_resumption_application": "{label}不能早于申请恢复生产的日期",
    "resumption_needed": (
        "重大事故隐患排除后恢复生产须经审查同意，不能在此解除：请责任单位申请恢复生产；"
        "决定被撤销、变更或者不再恢复的，请另选{label}"
    ),
    "before_application": "{label}不能早于本轮申请复查验收的日期",
    "before_finding": "{label}不能早于隐患发现日期",
    "no_duty": "{label}现在不能办理这一步：没有相应岗位，或者因回避不能办理，请另选",
    "held": "{label}已经领办这一步，请另选",
    "not_your_people": "这一步现由其他负责人或其他单位的人员领办，不能改派",
    "too_many_people": "{label}一次最多 {value} 人",
    "may_not_see": "{label}中有人看不到本事项，不能抄送，请重新选择",
    "too_many_phrases": "最多保存 {value} 条，请先删除不用的",
    "own_name": "{label}应为另一名执法人员，不能填写本人，也不能填写所代办的人员",
    "long_past": "{label}最早为昨天",
    "before_last_act": "{label}不能早于本人最近一次办理的日期",
    "posts_changed": "本人的岗位有了变化，或者{label}之后没有岗位，请重新打开本页办理",
    "nobody_left": ("岗位上没有其他人员可以承接，还有 {value} 项等待该岗位办理，请指定{label}"),
    "without_mark": "所选单位尚未登记机关代字，不能编发文号，请联系系统管理员登记后再办理",
    "in_the_past": "{label}不能早于今天",
    "before_first_day": "{label}不能早于开始日期",
    "too_many_days": "代办期限最长 {value} 天（本地设置），请缩短{label}",
    "other_side": "所选人员不能代办：管理员和兼任另一方（监管方、被监管方）岗位的人员不得代办",
    "already_stood_in_for": "这个岗位在这段时间已有代办授权，请调整日期，或者先撤销原授权",
    "absent_too": "所选人员在这段时间本人也已授权他人代办，不能再代办，请另选{label}",
    "stands_in_already": (
        "被代办人在这段时间正在代他人办理，代办不得再转授。请先撤销那一份授权，再办理本授权"
    ),
    "number_taken": "{label}已经登记过，请核对",
    "own_signature": "{label}不能是登记人本人；本人可以直接在系统中办理，或者请他人登记",
    "before_step": "{label}不能早于这一步到达的日期",
    "before_draft": "{label}不能早于签发稿生成的日期",
    "paper_scan": "请上传签字原件的扫描件",
    "scan_required": "手工录入判定条文时，请同时上传条文的扫描件",
    "not_in_force": "所选条款在发现日期尚未施行或已经废止，请重新选择{label}",
    "no_receiver": "{label}已经接收过本事项或者不能接收，请重新选择",
    "not_declared": "请声明与本事项没有利害关系；有利害关系的，请选择不出具意见",
    "conflict_responsible_party": "所选专家在责任单位任职，应当回避，请另选",
    "conflict_parent_company": "所选专家在责任单位的上级公司任职，应当回避，请另选",
    "conflict_evaluating_agency": "所选专家在评估治理效果的机构任职，应当回避，请另选",
    "conflict_supervised_side": "所选专家曾代表责任单位一方办理本事项，应当回避，请另选",
    "conflict_declared": "所选专家已声明与本事项有利害关系，请另选",
    "step_line": "{label}第 {value} 行不完整：写“步骤；完成日期；责任人”，日期如 2026-04-20",
    "step_twice": "{label}中有同名的步骤，请分别命名",
    "step_after_end": "{label}的完成日期不能晚于计划完成日期",
    "unchanged": "清单与现行版本相同，没有需要更新的内容",
    "no_rectification_order": "尚未下达责令整改指令，请先下达",
    "choose_two": "请至少选择两件事项；只挂牌一件的，请从待办中单独提出",
    "batch_size": "合并挂牌一次为 2 至 {value} 件，请重新选择{label}",
    "other_body": "所选事项的挂牌单位或者承办办公室不同，不能合并挂牌，请重新选择",
    "no_listing_body": "系统中没有登记{label}对应的挂牌单位，请联系系统管理员",
    "taken": "{label}已登记在另一事项上，请核对",
    "blanks_within": "{label}不能含有空格或换行，请删除",
    "unknown": "{label}有误，请核对后重新填写",
    "sign_in_failed": "用户名或密码不正确。多次输错后须等待一段时间再试",
    "wrong_password": "当前密码不正确。多次输错后须等待一段时间再试",
    "password_too_short": "{label}至少 12 个字符，可以用一句容易记住的话",
    "password_too_long": "{label}不得超过 128 个字符",
    "password_too_simple": "{label}过于简单，请至少使用 5 个不同的字符",
    "password_contains_username": "{label}不得包含用户名",
    "passwords_differ": "两次输入的新密码不一致",
    "username_length": "用户名应为 3 到 80 个字符",
    "username_characters": "用户名只能用小写字母、数字、点、横线和下划线，以字母或数字开头",
    "username_taken": "这个用户名已有人使用，请换一个",
    "usernames_equal": "两个用户名不能相同",
    "code_taken": "这个统一社会信用代码已登记在另一单位名下，请核对",
    "one_per_division": "该区划已登记同类机构，每个区划只能有一个",
    "own_descendant": "上级单位不能是本单位的下级",
    "not_of_this_kind": "这类机构没有{label}，请留空",
    "nothing_changed": "内容与现在登记的相同，没有需要变更的",
    "gone": "对应的记录已不存在，请返回列表重新打开",
    "role_unfit": "所选单位没有这种岗位，请核对单位和岗位职责",
    "three_apart": ("三员须由三人分别担任，并且不得兼任任何业务岗位：与此人同期的其他岗位冲突"),
    "post_held": "此人在该单位已有相同岗位，请先免去原岗位",
    "leaders_only": "只有分管领导需要选择负责的行业领域，请取消选择",
    "before_beginning": "{label}不能早于起始日",
    "day_passed": "{label}已经过去，请改为今天或以后的日期",
    "post_ends_before": "该岗位原定的截止日更早，无须变更",
    "last_administrator": "变更后这一管理员岗位将无人担任。请先任命接任人，待其设置密码后再办理",
    "own_account": "不能办理本人的岗位和账户，请由另一名系统管理员提出",
    "already_disabled": "账户已经停用",
    "already_enabled": "账户没有停用，无须恢复",
    "no_device": "此人没有绑定动态口令设备，无须重置",
    "already_proposed": "同样的变更已经提出，正在等待确认，没有重复登记",
    "too_many_requests": "同一网络一小时内提交次数过多，本次没有受理。请一小时后再试",
    "verification_code_mistyped": (
        "{label}抄写有误：应为20个字母和数字，不含0、1、I、O。请对照文书页脚逐组核对"
    ),
    "too_many_codes": (
        "同一网络一小时内查不到的核验码过多，暂停查询。请一小时后再查，也可以上传文件核验"
    ),
    "before_the_end": "{label}不能早于摘牌日期",
    "way_to_reach": (
        "{label}里有电话、证件号码、邮箱或者坐标，会让人认出您，没有收下。请删去后再提交"
    ),
    "no_office": "没有受理这一行业领域注册的部门，请电话联系当地监管部门",
    "code_of_an_organ": "这个信用代码已登记为机关单位，不能注册为企业",
    "phone": "{label}应为电话号码，只用数字、空格、加号和短横线",
    "supervised_elsewhere": "该企业已登记在另一监管部门名下，请与该部门联系",
}

# Where a document stands between its draft and its issue.

# A need that is not met -> who does what about it; said after the sentence of NEEDS.
MENDS: Mapping[str, str] = {
    "no_open_spot_check_problem": "请退回复查验收或者整改。",
    "listing_served": "请等待安委办送达并登记。",
    "every_receiver_reported": "请等待属地政府和主管部门全部反馈。",
    "competence_open": "请按裁定签收。",
    "limit_runs": "请选择不同意；申请被退回整改的，可以重新申请延期。",
    "measures_in_force": "无须解除。",
    "no_measures_in_force": "请责任单位整改后申请恢复生产，或者由监管经办人按解除事由解除。",
    "work_stopped": "无须申请。",
    "stopped": "无须登记。",
    "no_ordered_stop": "请整改、自检后申请恢复生产。",
    "resumption_inspected": "请选择不同意；责任单位整改后可以重新申请。",
    "no_stop_since_application": "请选择不同意或者不再送达；责任单位整改后可以重新申请。",
    "stopped_since_application": "请送达并登记。",
    "no_resumption_pending": "请先审批并送达，或者不同意恢复。",
    "no_stopping_order_open": "请先由监管部门办结并解除，或者选择不同意。",
    "resumption_unopposed": "请与监管部门联系，办结之后再批准；也可以不予批准。",
    "no_penalty_pending": "请先由监管部门作出决定并送达，或者决定不予处罚。",
    "legal_after_hearing": "请选择不予处罚；补充证据后可以重新提出。",
    "suspension_in_force": "无须解除。",
    "order_on_record": "没有责任单位应当执行的文书，不能登记拒不整改。",
    "rectification_refused": "无须解除。",
    "order_in_force": "无须解除。",
    **dict.fromkeys(
        NOT_PENDING.values(),
        "请先送达并取得回执，或者决定不予采取；正在解除的，先办完解除。",
    ),
    **dict.fromkeys(
        NOT_IN_FORCE.values(),
        "请先提请解除并经同意；须恢复供应的，还须取得恢复回执。",
    ),
    "inquiry_called_for": "无须提出。",
    "raisable": "本级挂牌督办的事项才能报请提级督办。",
    "not_raised": "请报请上级决定。",
    "no_raise_pending": "请等待安委办登记上级答复；不再需要提级的，由安委办登记撤回请示。",
    "delisting_not_open": "请等待审批；退回后仍需提级的，可以再提出。",
    "inquiry_settled": (
        "请先由监管经办人或者安委办经办人提出比照事故调查，形成结论并经分管领导批准；"
        "不开展调查的，写明理由，同样经批准。"
    ),
    "no_inquiry_pending": "请先形成调查结论并经分管领导批准。",
    "no_suspension_in_force": "请责任单位整改后申请恢复生产，或者由监管部门负责人按解除事由解除。",
    "criterion_on_record": "请退回现场核查，由监管经办人补充。",
    "criterion_confirmed": "请先由录入人以外的监管人员对照原文复核。",
    "nothing_missing": "请先由监管部门补齐下列内容。",
    "double_report_complete": "请督促企业补办。",
    "no_answer_owed": "请先由监管经办人答复检查单位。",
    "new_party_served": "请先由挂牌办理机构将通知书送达新责任单位，并登记送达情况。",
    "no_legal_hold": "事故调查处理结束、解除案卷封存后方可办理。",
    "answer_owed": "无须答复。",
}


class _Details(dict[str, str]):
    """Values for the placeholders of a sentence; what is not known stays blank."""

    def __missing__(self, key: str) -> str:
        return ""


def error_sentence(code: str, detail: Mapping[str, str]) -> str:
    """What happened and what to do; more exactly where the detail of the refusal allows."""
    reason = "done" if "person" in detail else detail.get("reason", "")
    sentence = ERRORS.get(f"{code}.{reason}") or ERRORS[code]
    said = {name: _said(text) for name, text in detail.items()}
    if said.get("person"):
        said["person"] = both_names(said["person"], said.get("principal", ""))
    return sentence.format_map(_Details(said))


# Fields of deeds -> their words.
DEED_FIELDS: Mapping[str, str] = {
    "substitute_id": "代办人",
    "from_on": "开始日期",
    "to_on": "结束日期",
    "reason": "事由",
    "note": "说明",
    "excluded": "不授权的事项",
    "dismissal": "不采纳的理由",
    "authority": "书面授权书扫描件",
    "last_on": "在岗最后一日",
    "successor_id": "承接单位",
    "dissolved_on": "撤并日期",
    "document_number": "文号",
    "document": "撤并文件扫描件",
    "post_ids": "转到承接单位的岗位",
}


def deed_problem(problems: Mapping[str, str]) -> str:
    """What keeps a deed from being confirmed, as one text."""
    return "；".join(
        field_problem(code, DEED_FIELDS.get(name, "接任人")) for name, code in problems.items()
    )


# What somebody did in a case that is no act of its own.
_DEEDS: Mapping[str, str] = {
    "criterion": "录入判定依据",
    "national_number": "登记国家重大事故隐患数据库编号",
}


def _said(text: str) -> str:
    """A value of a refusal's detail in words: an action, a need, a time, or itself."""
    known = NEEDS.get(text) or ENUMS[Action].get(text) or _DEEDS.get(text)
    if known is not None:
        return known
    try:
        return local_time(datetime.fromisoformat(text)) if "T" in text else text
    except ValueError:
        return text


def field_problem(code: str, label: str) -> str:
    """What is wrong with a field. A text that is no code of ours is shown as it stands."""
    name, _, value = code.partition(":")
    sentence = FIELD_PROBLEMS.get(name)
    value = _said(value)
    return code if sentence is None else sentence.format(label=label, value=value)
