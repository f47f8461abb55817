"""What each step asks, and what each of its buttons says and does."""

from collections.abc import Mapping
from dataclasses import dataclass

from web.labels.enums import ENUMS
from workflows.vocabulary import Action, ListingLevel, NextMeasure, Outcome, Track


@dataclass(frozen=True)
class Decision:
    """One button: what it says, and what will happen when it is pressed."""

    button: str
    consequence: str


DECISIONS: Mapping[tuple[Action, Outcome], Decision] = {
    (Action.FILE_FIRST_REPORT, Outcome.DONE): Decision(
        "提交首报", "立即给出受理编号，送监管部门核查；续报和向职工报告随后按期补办。"
    ),
    (Action.REGISTER_HAZARD, Outcome.DONE): Decision(
        "登记隐患", "立即立案并给出受理编号；随即可以责令采取现场处理措施、下达整改指令。"
    ),
    (Action.SUPPLEMENT_REPORT, Outcome.DONE): Decision(
        "提交续报", "送本企业主要负责人签署双报告。"
    ),
    (Action.RECORD_WORKFORCE_REPORT, Outcome.DONE): Decision(
        "登记报告情况", "双报告中向职工报告一项办结；主要负责人签署后，双报告全部办结。"
    ),
    (Action.SIGN_DOUBLE_REPORT, Outcome.DONE): Decision(
        "签署双报告", "您对报告内容的真实、完整负责。双报告全部办结是摘牌销号的前提之一。"
    ),
    (Action.CONFIRM_CRITERION, Outcome.DONE): Decision(
        "确认与原文一致", "该条文固定为本事项的判定依据，不再更改；部门负责人可据此确认判定结论。"
    ),
    (Action.ORDER_IMMEDIATE_MEASURES, Outcome.DONE): Decision(
        "作出决定", "立即编号登记，措施自现在起生效；解除之前不能摘牌销号。"
    ),
    (Action.LIFT_IMMEDIATE_MEASURES, Outcome.DONE): Decision(
        "解除措施", "现场处理措施自现在起解除；需要时可以再次责令采取措施。"
    ),
    (Action.ISSUE_RECTIFICATION_ORDER, Outcome.DONE): Decision(
        "下达指令", "立即编号登记，整改期限按所填日期确定；判定结论确认后，进入挂牌和整改。"
    ),
    (Action.VERIFY_HAZARD, Outcome.MAJOR): Decision(
        "核定为重大事故隐患", "系统据此提出处置建议，送本部门负责人确认判定结论。"
    ),
    (Action.VERIFY_HAZARD, Outcome.ORDINARY): Decision(
        "核定为一般隐患", "送本部门负责人确认；确认后督办程序结束，由企业按一般隐患整改。"
    ),
    (Action.CONFIRM_VERDICT, Outcome.MAJOR): Decision(
        "确认为重大事故隐患",
        "按所选处置方式办理：挂牌督办的转挂牌单位，跟踪督办的由本部门督促整改和销号，自行挂牌的由企业办理。",
    ),
    (Action.CONFIRM_VERDICT, Outcome.ORDINARY): Decision(
        "确认为一般隐患", "督办程序立即结束，未办的步骤和期限一并终止。须写明理由。"
    ),
    (Action.CONFIRM_VERDICT, Outcome.RETURNED): Decision(
        "退回重新核查", "退回监管经办人重新现场核查，核查期限重新起算。须写明理由。"
    ),
    (Action.PROPOSE_LISTING, Outcome.DONE): Decision(
        "提出挂牌建议",
        "生成并冻结签发稿，送安委办主任审核；此后审核、会签、签发的是同一份。",
    ),
    (Action.REVIEW_DRAFT, Outcome.ACCEPTED): Decision(
        "同意，送会签", "送分管该行业领域的领导会签。"
    ),
    (Action.REVIEW_DRAFT, Outcome.RETURNED): Decision(
        "退回修改", "退回安委办经办人重新提出建议，另行生成签发稿。须写明理由。"
    ),
    (Action.COUNTERSIGN_LISTING, Outcome.ACCEPTED): Decision("同意会签", "送授权签发人签发。"),
    (Action.COUNTERSIGN_LISTING, Outcome.RETURNED): Decision(
        "退回修改", "退回安委办经办人重新提出建议，另行生成签发稿。须写明理由。"
    ),
    (Action.SIGN_LISTING, Outcome.ACCEPTED): Decision(
        "签发",
        "即时取得通知书文号和督办编号；由安委办送达责任单位，并办理两移交。",
    ),
    (Action.SIGN_LISTING, Outcome.RETURNED): Decision(
        "退回修改", "不签发，退回安委办经办人重新提出建议。须写明理由。"
    ),
    (Action.SERVE_LISTING_NOTICE, Outcome.DONE): Decision(
        "登记送达", "通知书送达在案，事项移交属地人民政府和行业主管部门签收。"
    ),
    (Action.ACKNOWLEDGE_HANDOVER, Outcome.DONE): Decision(
        "签收", "签收时间记录在案；本单位承担相应责任，并须按期反馈办理结果。"
    ),
    (Action.ACKNOWLEDGE_HANDOVER, Outcome.PASSED_ON): Decision(
        "转送有管辖权的单位",
        "不由本单位接收，转由所选单位签收；签收期限自转送之日起另行计算，本单位用时记录在案。"
        "须写明理由。",
    ),
    (Action.ACKNOWLEDGE_HANDOVER, Outcome.DISPUTED): Decision(
        "提出管辖异议",
        "送安委办主任裁定由谁接收；裁定之前签收期限中止计算，裁定由本单位接收的，"
        "剩余期限继续计算。须写明理由。",
    ),
    (Action.RESOLVE_COMPETENCE_DISPUTE, Outcome.KEPT): Decision(
        "仍由原单位接收", "退回原单位签收，剩余的签收期限继续计算；不得再提异议或者转送。"
    ),
    (Action.RESOLVE_COMPETENCE_DISPUTE, Outcome.REASSIGNED): Decision(
        "改由所选单位接收",
        "转由所选单位签收，签收期限自裁定之日起计算；该单位不得再提异议或者转送。",
    ),
    (Action.REPORT_HANDOVER_RESULT, Outcome.DONE): Decision(
        "反馈结果", "结果报安委办；接收单位全部反馈后，才能审批摘牌销号。"
    ),
    (Action.SUBMIT_PLAN, Outcome.DONE): Decision(
        "报送方案", "送监管部门审查；审查同意后，整改完成即可申请复查验收。"
    ),
    (Action.REVIEW_PLAN, Outcome.ACCEPTED): Decision(
        "审查同意", "企业按方案整改，期间报告进展，完成后申请复查验收。"
    ),
    (Action.REVIEW_PLAN, Outcome.RETURNED): Decision(
        "退回修改", "退回企业修改后重新报送，整改期限不变。须写明理由。"
    ),
    (Action.REVIEW_PLAN, Outcome.EXPERT_ASKED): Decision(
        "先征询专家意见",
        "邀请所选专家就方案出具意见，专家只能查看本事项；意见出具或者撤回邀请后，仍由本部门审查方案。",
    ),
    (Action.GIVE_EXPERT_OPINION, Outcome.DONE): Decision(
        "出具意见", "意见送监管部门参考，由监管部门作出决定；出具后不再能查看本事项。"
    ),
    (Action.GIVE_EXPERT_OPINION, Outcome.DECLINED): Decision(
        "不出具意见",
        "邀请就此结束，监管部门可以另请专家；声明有利害关系的，本事项不再邀请您。",
    ),
    (Action.RECALL_EXPERT, Outcome.DONE): Decision(
        "撤回邀请", "该专家不再能查看本事项；监管部门继续办理，也可以另请专家。须写明理由。"
    ),
    (Action.INVITE_EXPERT, Outcome.DONE): Decision(
        "邀请", "专家就验收出具意见，供验收组和部门负责人参考；现场复查和审定不等待专家意见。"
    ),
    (Action.REPORT_PROGRESS, Outcome.DONE): Decision(
        "报送进展", "送监管经办人审核；审核之后可以报送下一次进展。"
    ),
    (Action.REQUEST_COORDINATION, Outcome.DONE): Decision(
        "提请协调", "送安委办主任答复；等待期间整改期限照常计算，等待时间在期限说明中列明。"
    ),
    (Action.ANSWER_COORDINATION, Outcome.ACCEPTED): Decision(
        "予以协调", "答复即时告知提请单位；有关单位按答复办理。"
    ),
    (Action.ANSWER_COORDINATION, Outcome.RETURNED): Decision(
        "不予协调", "答复即时告知提请单位，可以另行提请。"
    ),
    (Action.PROPOSE_ESCALATION, Outcome.DONE): Decision(
        "提出", "送负责人审批；审批之前不对外发出，您也可以撤回。"
    ),
    (Action.CONFIRM_ESCALATION, Outcome.ACCEPTED): Decision(
        "同意", "督办函、警示函、约谈即时编号，由经办人送达；通报、曝光送分管领导批准。"
    ),
    (Action.CONFIRM_ESCALATION, Outcome.RETURNED): Decision("不同意", "不采取。须写明理由。"),
    (Action.APPROVE_ESCALATION, Outcome.ACCEPTED): Decision(
        "批准", "通报即时编号；由经办人印发或者联系媒体刊播。"
    ),
    (Action.APPROVE_ESCALATION, Outcome.RETURNED): Decision(
        "不批准", "不通报、不曝光。须写明理由。"
    ),
    (Action.SERVE_ESCALATION, Outcome.DONE): Decision(
        "登记送达", "督办函自此计算答复期限；约谈转登记约谈纪要；其余办结。"
    ),
    (Action.RECORD_TALK, Outcome.DONE): Decision(
        "登记纪要", "要求和承诺告知被约谈单位，自此计算答复期限；约谈纪要可以在事项页打印。"
    ),
    (Action.ANSWER_ESCALATION, Outcome.DONE): Decision("提交答复", "送发出单位审核。"),
    (Action.REVIEW_ESCALATION_ANSWER, Outcome.ACCEPTED): Decision(
        "答复到位", "本次督促办结；仍有问题的，可以再次提出更重的措施。"
    ),
    (Action.REVIEW_ESCALATION_ANSWER, Outcome.RETURNED): Decision(
        "退回重答", "被督促单位重新答复，答复期限重新计算。须写明理由。"
    ),
    (Action.PROPOSE_SUSPENSION, Outcome.DONE): Decision(
        "提出", "送法制审核；告知书送达之前，责任单位看不到，您也可以撤回。"
    ),
    (Action.REVIEW_LEGALITY, Outcome.ACCEPTED): Decision(
        "审核通过", "告知书即时编号，由经办人送达责任单位。"
    ),
    (Action.REVIEW_LEGALITY, Outcome.RETURNED): Decision(
        "退回", "本次不告知、不处罚；经办人补充后可以重新提出。须写明理由。"
    ),
    (Action.SERVE_PENALTY_NOTICE, Outcome.DONE): Decision(
        "登记送达",
        "自此计算责任单位陈述申辩、要求听证的期限；拟处罚的内容和事实、理由、依据原样告知。",
    ),
    (Action.ANSWER_PENALTY_NOTICE, Outcome.STATED): Decision(
        "提交陈述申辩", "监管部门必须复核；不因陈述、申辩加重处罚。"
    ),
    (Action.ANSWER_PENALTY_NOTICE, Outcome.HEARING_ASKED): Decision(
        "要求听证", "监管部门组织听证，提前7个工作日通知时间、地点；听证不收费。"
    ),
    (Action.ANSWER_PENALTY_NOTICE, Outcome.WAIVED): Decision(
        "放弃", "明确放弃陈述、申辩和听证，直接转作出决定。"
    ),
    (Action.RECORD_NO_ANSWER, Outcome.DONE): Decision(
        "登记未提出意见", "转部门负责人作出决定；责任单位不能再在系统中提出。"
    ),
    (Action.RECORD_HEARING, Outcome.DONE): Decision(
        "登记听证", "转法制审核人审核，再由部门负责人根据听证笔录作出决定；您不能再参与。"
    ),
    (Action.REVIEW_AFTER_HEARING, Outcome.ACCEPTED): Decision(
        "审核通过", "转部门负责人集体讨论后作出决定。"
    ),
    (Action.REVIEW_AFTER_HEARING, Outcome.RETURNED): Decision(
        "审核未通过", "不得决定处罚，只能由部门负责人决定不予处罚。须写明理由。"
    ),
    (Action.DECIDE_SUSPENSION, Outcome.IMPOSED): Decision(
        "决定处罚", "单位和个人的决定书即时分别编号，由经办人送达；送达之后生效。"
    ),
    (Action.DECIDE_SUSPENSION, Outcome.NOT_IMPOSED): Decision(
        "不予处罚", "本次处罚程序结束。须写明理由。"
    ),
    (Action.SERVE_SUSPENSION, Outcome.DONE): Decision(
        "登记送达", "停产停业整顿自此生效；解除之前不能摘牌销号。"
    ),
    (Action.LIFT_SUSPENSION, Outcome.DONE): Decision(
        "解除",
        "停产停业整顿自现在起解除；不等于同意恢复生产，不等于隐患消除，也不等于摘牌销号。",
    ),
    (Action.APPLY_FOR_RESUMPTION, Outcome.DONE): Decision(
        "申请恢复生产",
        "送验收组到现场验收、监管部门审批；煤矿还须矿山安监机构审核同意、政府主要负责人批准。"
        "恢复生产通知书送达之前不得恢复；整改期限照常计算。",
    ),
    (Action.INSPECT_RESUMPTION, Outcome.PASSED): Decision(
        "验收合格", "记为您本人的意见；验收组成员都签署后，送监管部门负责人审批。"
    ),
    (Action.INSPECT_RESUMPTION, Outcome.FAILED): Decision(
        "验收不合格", "记为您本人的意见；有一人不合格的，不能同意恢复。须写明理由。"
    ),
    (Action.APPROVE_RESUMPTION, Outcome.ACCEPTED): Decision(
        "同意恢复生产",
        "通知书即时编号，由经办人送达后生效；煤矿先送矿山安监机构审核、政府主要负责人批准。"
        "恢复生产不等于摘牌销号，督办照常进行。",
    ),
    (Action.APPROVE_RESUMPTION, Outcome.RETURNED): Decision(
        "不同意恢复", "责任单位继续停产停业，整改后可以重新申请。须写明理由。"
    ),
    (Action.RECORD_RESUMPTION_CONSENT, Outcome.ACCEPTED): Decision(
        "登记审核同意", "送本级人民政府主要负责人批准。"
    ),
    (Action.RECORD_RESUMPTION_CONSENT, Outcome.RETURNED): Decision(
        "登记审核不同意", "本次申请办结，责任单位继续停产停业，整改后可以重新申请。须写明理由。"
    ),
    (Action.SIGN_RESUMPTION, Outcome.ACCEPTED): Decision(
        "批准恢复生产",
        "通知书即时编号，由监管部门送达后生效。恢复生产不等于摘牌销号，督办照常进行。",
    ),
    (Action.SIGN_RESUMPTION, Outcome.RETURNED): Decision(
        "不予批准", "责任单位继续停产停业，整改后可以重新申请。须写明理由。"
    ),
    (Action.SERVE_RESUMPTION, Outcome.DONE): Decision(
        "登记送达",
        "停产停业整顿、现场处理措施和停产停业标注自此终止，责任单位可以恢复生产经营；"
        "同时抄送属地政府和接收移交的单位。督办照常进行，不等于摘牌销号。",
    ),
    (Action.SERVE_RESUMPTION, Outcome.RETURNED): Decision(
        "不再送达",
        "仅限同意之后又被责令停产停业的：通知书作废，责任单位继续停产停业。须写明理由。",
    ),
    (Action.RECORD_REFUSAL, Outcome.DONE): Decision(
        "登记", "送部门负责人审定；审定之前不作为拒不整改对待，您也可以撤回。"
    ),
    (Action.CONFIRM_REFUSAL, Outcome.ACCEPTED): Decision(
        "认定", "自现在起本事项标明拒不整改，责任单位可以看到；停产停业整顿等处罚须另行提出。"
    ),
    (Action.CONFIRM_REFUSAL, Outcome.RETURNED): Decision(
        "不予认定", "不作为拒不整改对待，登记保留在案；有新证据的可以重新登记。须写明理由。"
    ),
    (Action.PROPOSE_CORRECTION, Outcome.DONE): Decision(
        "提出",
        "送原文书的签发人签发；执法人员、审核人员经办的文书，送部门负责人签发。签发前可以撤回。",
    ),
    (Action.SIGN_CORRECTION, Outcome.ACCEPTED): Decision(
        "签发",
        "更正通知编定文号、加盖印章，与原文书一样可以核验；原文书一字不动，标明“已更正”。",
    ),
    (Action.SIGN_CORRECTION, Outcome.RETURNED): Decision(
        "退回", "不更正，原文书照旧；提出的内容保留在案，可以重新提出。须写明理由。"
    ),
    (Action.LIFT_REFUSAL, Outcome.DONE): Decision(
        "解除", "自现在起不再标明拒不整改；曾经拒不整改的认定保留在案，整改期限不变。"
    ),
    (Action.PROPOSE_ORDER, Outcome.DONE): Decision(
        "提出", "按措施种类转法制审核或者直接转审批；送达之前责任单位看不到，您也可以撤回。"
    ),
    (Action.REVIEW_ORDER, Outcome.ACCEPTED): Decision(
        "审核通过", "须先告知当事人的，告知书即时编号，由经办人告知；其余转部门主要负责人审批。"
    ),
    (Action.REVIEW_ORDER, Outcome.RETURNED): Decision(
        "退回", "本次不告知、不审批；经办人补充后可以重新提出。须写明理由。"
    ),
    (Action.HEAR_PARTY, Outcome.DONE): Decision(
        "登记", "拟采取的措施和事实、理由、依据原样告知责任单位；转部门主要负责人审批。"
    ),
    (Action.APPROVE_ORDER, Outcome.ACCEPTED): Decision(
        "同意", "文书即时编号，由经办人送达；政府关闭的，请示即时编号，转属地政府决定。"
    ),
    (Action.APPROVE_ORDER, Outcome.RETURNED): Decision(
        "不同意", "本次不采取该项措施。须写明理由。"
    ),
    (Action.DECIDE_CLOSURE, Outcome.ACCEPTED): Decision(
        "决定关闭", "由监管经办人送达责任单位和组织实施关闭的单位，取得回执后生效。"
    ),
    (Action.DECIDE_CLOSURE, Outcome.RETURNED): Decision(
        "不予关闭", "本次提请办结，责任单位不关闭。须写明理由。"
    ),
    (Action.SERVE_ORDER, Outcome.DONE): Decision(
        "登记送达", "措施内容和事实、依据自此告知责任单位；由其他单位执行的，取得执行回执后生效。"
    ),
    (Action.RECORD_ORDER_RECEIPT, Outcome.DONE): Decision(
        "登记回执", "措施自此生效，列入“在执行的措施”，直到解除。"
    ),
    (Action.LIFT_ORDER, Outcome.DONE): Decision(
        "提请解除", "转部门主要负责人审批；同意并办完之前，措施继续执行。"
    ),
    (Action.CONFIRM_ORDER_LIFTING, Outcome.ACCEPTED): Decision(
        "同意解除",
        "解除通知书即时编号；须有恢复回执的，取得回执后解除；政府关闭的，转属地政府决定。",
    ),
    (Action.CONFIRM_ORDER_LIFTING, Outcome.RETURNED): Decision(
        "不同意", "措施继续执行。须写明理由。"
    ),
    (Action.DECIDE_CLOSURE_LIFTING, Outcome.ACCEPTED): Decision(
        "决定解除关闭", "关闭自此解除；不等于准许恢复生产，也不等于摘牌销号。"
    ),
    (Action.DECIDE_CLOSURE_LIFTING, Outcome.RETURNED): Decision(
        "不予解除", "关闭继续执行。须写明理由。"
    ),
    (Action.RECORD_RESTORATION, Outcome.DONE): Decision(
        "登记恢复", "措施自此解除；不等于隐患消除，也不等于摘牌销号。"
    ),
    (Action.PROPOSE_INQUIRY, Outcome.DONE): Decision(
        "提出", "送安委办主任审定；责任单位看不到。批准结论之前，本事项不得销号。"
    ),
    (Action.CONFIRM_INQUIRY, Outcome.ACCEPTED): Decision(
        "同意", "开展调查的，自现在起由调查人员调查并形成结论；不开展的，送分管领导批准。"
    ),
    (Action.CONFIRM_INQUIRY, Outcome.RETURNED): Decision(
        "退回", "由经办人重新提出；在此之前不得销号。须写明理由。"
    ),
    (Action.RECORD_INQUIRY_FINDING, Outcome.DONE): Decision("登记结论", "送分管领导批准。"),
    (Action.APPROVE_INQUIRY, Outcome.ACCEPTED): Decision(
        "批准", "比照事故调查办结，不再因此限制销号；其他销号条件不变。"
    ),
    (Action.APPROVE_INQUIRY, Outcome.RETURNED): Decision(
        "退回", "退回继续调查；原拟不开展调查的，由经办人重新提出。须写明理由。"
    ),
    (Action.PROPOSE_RAISE, Outcome.DONE): Decision(
        "提出", "送安委办主任审批；审批之前不向上级报送，您也可以撤回。"
    ),
    (Action.CONFIRM_RAISE, Outcome.ACCEPTED): Decision(
        "同意报请",
        "由安委办向上级报送请示；登记上级答复之前，不能签字背书和撤销，期限照常计算。",
    ),
    (Action.CONFIRM_RAISE, Outcome.RETURNED): Decision("不同意", "不报请提级。须写明理由。"),
    (Action.PETITION_RAISE, Outcome.DONE): Decision(
        "登记请示", "等待上级答复；等待时间在整改期限说明中列明，期限照常计算。"
    ),
    (Action.RECORD_RAISE_ANSWER, Outcome.TAKEN_OVER): Decision(
        "上级同意提级",
        "自现在起由上级督办，摘牌和延期报请上级决定；本级继续督促整改，原挂牌和办理过程保留。",
    ),
    (Action.RECORD_RAISE_ANSWER, Outcome.NOT_TAKEN_OVER): Decision(
        "上级未予提级", "仍由原挂牌单位督办。须写明上级意见。"
    ),
    (Action.RECORD_RAISE_ANSWER, Outcome.PETITION_WITHDRAWN): Decision(
        "撤回请示", "不再报请提级，仍由原挂牌单位督办。须写明理由。"
    ),
    (Action.REQUEST_EXTENSION, Outcome.DONE): Decision(
        "提交延期申请", "送监管部门初审，再由有权机关审批；审批之前，原整改期限照常计算。"
    ),
    (Action.REVIEW_EXTENSION, Outcome.ACCEPTED): Decision(
        "同意上报", "按审批权限送审批人：谁挂牌谁审批，尚未挂牌的由监管部门负责人审批。"
    ),
    (Action.REVIEW_EXTENSION, Outcome.RETURNED): Decision(
        "退回补正", "申请人可以补充后重新申请；整改期限不变。须写明理由。"
    ),
    (Action.DECIDE_EXTENSION, Outcome.ACCEPTED): Decision(
        "同意延期", "整改期限改为您载明的日期；原期限、批准人和理由保留在案。"
    ),
    (Action.DECIDE_EXTENSION, Outcome.RETURNED): Decision(
        "不同意延期", "原整改期限不变。须写明理由。"
    ),
    (Action.PETITION_EXTENSION, Outcome.DONE): Decision(
        "登记报请", "等待上级机关批复；批复之前，原整改期限照常计算。"
    ),
    (Action.RECORD_EXTERNAL_EXTENSION, Outcome.ACCEPTED): Decision(
        "上级同意延期", "整改期限改为批复载明的日期；原期限保留在案。"
    ),
    (Action.RECORD_EXTERNAL_EXTENSION, Outcome.RETURNED): Decision(
        "上级不同意延期", "原整改期限不变。须写明上级意见。"
    ),
    (Action.REVIEW_PROGRESS, Outcome.ACCEPTED): Decision(
        "审核通过", "意见反馈企业，企业继续整改。"
    ),
    (Action.REVIEW_PROGRESS, Outcome.RETURNED): Decision(
        "指出问题", "意见反馈企业，企业须在下次报告中说明改正情况。须写明问题。"
    ),
    (Action.RECORD_VISIT, Outcome.DONE): Decision(
        "登记督导",
        "督导情况和要求即时反馈责任单位和各督办单位；本单位下一次督导的期限自今日起重新计算。",
    ),
    (Action.UPDATE_FIVE_IN_PLACE, Outcome.DONE): Decision(
        "更新清单", "成为“五到位”清单的新版本，各督办单位即时可见；以前的版本和改动保留在案卷中。"
    ),
    (Action.APPLY_FOR_ACCEPTANCE, Outcome.DONE): Decision(
        "申请验收", "送上级公司主要负责人签字背书；没有上级公司的，由实际控制人背书。"
    ),
    (Action.ENDORSE_AS_PARENT_COMPANY_HEAD, Outcome.ACCEPTED): Decision(
        "同意背书", "您对整改进展和落实情况签字背书；进入复查验收，企业先评估治理效果。"
    ),
    (Action.ENDORSE_AS_PARENT_COMPANY_HEAD, Outcome.RETURNED): Decision(
        "不同意，退回", "退回企业继续整改、重新申请，整改期限不变。须写明理由。"
    ),
    (Action.EVALUATE_EFFECT, Outcome.DONE): Decision(
        "提交评估结论", "复查验收总时限开始计算，由验收组成员分别到现场复查。"
    ),
    (Action.INSPECT_RECTIFICATION, Outcome.PASSED): Decision(
        "复查合格", "记为您本人的意见；验收组成员都签署后，送监管部门负责人审定。"
    ),
    (Action.INSPECT_RECTIFICATION, Outcome.FAILED): Decision(
        "复查不合格", "记为您本人的意见；验收组成员都签署后，送监管部门负责人审定。"
    ),
    (Action.APPROVE_ACCEPTANCE, Outcome.PASSED): Decision(
        "验收合格", "复查验收结束，转分管领导签字背书。"
    ),
    (Action.APPROVE_ACCEPTANCE, Outcome.FAILED): Decision(
        "验收不合格", "进入下一轮整改，企业重新报送治理方案，整改期限不变。须写明理由。"
    ),
    (Action.ENDORSE_AS_LEADER_IN_CHARGE, Outcome.ACCEPTED): Decision(
        "同意背书", "您对整改结果签字背书；送挂牌单位授权签发人审批摘牌销号。"
    ),
    (Action.ENDORSE_AS_LEADER_IN_CHARGE, Outcome.RETURN_TO_RECTIFICATION): Decision(
        "退回继续整改", "进入下一轮整改，企业重新报送治理方案，整改期限不变。须写明理由。"
    ),
    (Action.ENDORSE_AS_LEADER_IN_CHARGE, Outcome.RETURN_TO_ACCEPTANCE): Decision(
        "退回重新验收", "进入下一轮复查验收，企业重新评估效果后再行复查。须写明理由。"
    ),
    (Action.ENDORSE_MONTHLY_PROGRESS, Outcome.DONE): Decision(
        "签字背书",
        "已选择意见的事项以您的姓名和岗位逐件签字，记入办理过程，不能更改；未选择的留待下次签。",
    ),
    (Action.RECORD_SPOT_CHECK, Outcome.PASSED): Decision(
        "抽查未发现问题", "抽查情况记录在案，摘牌销号继续办理。"
    ),
    (Action.RECORD_SPOT_CHECK, Outcome.FAILED): Decision(
        "抽查发现问题",
        "在重新验收合格之前，不能背书和摘牌；由分管领导或者授权签发人退回复查验收或者整改。",
    ),
    (Action.APPROVE_DELISTING, Outcome.ACCEPTED): Decision(
        "同意摘牌销号",
        "取得解除挂牌督办通知书文号，督办结束，未办期限一并终止；转安委办归档。不等于同意恢复生产。",
    ),
    (Action.APPROVE_DELISTING, Outcome.RETURN_TO_RECTIFICATION): Decision(
        "退回继续整改", "不予摘牌，进入下一轮整改，整改期限不变。须写明理由。"
    ),
    (Action.APPROVE_DELISTING, Outcome.RETURN_TO_ACCEPTANCE): Decision(
        "退回重新验收", "不予摘牌，进入下一轮复查验收。须写明理由。"
    ),
    (Action.WITHDRAW_CASE, Outcome.DONE): Decision(
        "提请撤销", "送有权决定的负责人决定；决定之前督办照常进行。"
    ),
    (Action.CONFIRM_WITHDRAWAL, Outcome.ACCEPTED): Decision(
        "同意撤销",
        "督办立即结束，未办的步骤和期限一并终止，挂牌督办通知书作废，不能恢复；理由永"
        "久保留在案卷中。",
    ),
    (Action.CONFIRM_WITHDRAWAL, Outcome.RETURNED): Decision("不同意", "督办照常进行。须写明理由。"),
    (Action.OBJECT_TO_VERDICT, Outcome.DONE): Decision(
        "提出异议", "送安委办主任复核处理；异议只能提出一次，期间整改和措施不停止。"
    ),
    (Action.DECIDE_OBJECTION, Outcome.ACCEPTED): Decision(
        "异议成立", "督办立即结束，未办的步骤和期限一并终止，挂牌督办通知书作废。须写明理由。"
    ),
    (Action.DECIDE_OBJECTION, Outcome.RETURNED): Decision(
        "维持认定", "认定结论不变，督办照常进行。须写明理由。"
    ),
    (Action.ADD_FINDING, Outcome.DONE): Decision(
        "登记来源", "保留在本事项中，不另立事项；属于上级检查的，答复时限自现在起计算。"
    ),
    (Action.ANSWER_FINDER, Outcome.DONE): Decision(
        "登记答复", "目前全部待答复的来源都记为已答复，答复时限终止。"
    ),
    (Action.CHANGE_RESPONSIBLE_PARTY, Outcome.DONE): Decision(
        "提出变更", "送监管部门负责人审定；审定之前仍由现责任单位承担责任。"
    ),
    (Action.CONFIRM_PARTY_CHANGE, Outcome.ACCEPTED): Decision(
        "同意变更",
        "由新的责任单位接续办理全部未办事项，各项期限不变；原责任单位不能再查看本事项。"
        "挂牌督办通知书已经送达的，由挂牌办理机构按原文号送达新责任单位，通知书不改。",
    ),
    (Action.SERVE_ON_NEW_PARTY, Outcome.DONE): Decision(
        "登记送达", "按原文号送达新责任单位在案；通知书原件不作改动，整改期限不变。"
    ),
    (Action.CONFIRM_PARTY_CHANGE, Outcome.RETURNED): Decision(
        "不同意", "责任单位不变。须写明理由。"
    ),
    (Action.REPORT_STOPPAGE, Outcome.DONE): Decision(
        "登记停产停业", "送监管部门另一人到现场核实；整改期限照常计算，不因停产停业销号。"
    ),
    (Action.CONFIRM_STOPPAGE, Outcome.ACCEPTED): Decision(
        "核实属实", "事项标注“已停产停业”，直至恢复生产；督办照常进行。"
    ),
    (Action.CONFIRM_STOPPAGE, Outcome.RETURNED): Decision(
        "核实不属实", "不作停产停业标注。须写明理由。"
    ),
    (Action.REPORT_RESTART, Outcome.DONE): Decision(
        "登记恢复生产", "取消“已停产停业”标注。恢复生产不代表隐患消除，摘牌销号另行审批。"
    ),
    (Action.RECORD_ACCIDENT, Outcome.DONE): Decision(
        "登记事故", "送监管部门负责人确认是否封存案卷；事故报告另按规定办理。"
    ),
    (Action.CONFIRM_ACCIDENT, Outcome.ACCEPTED): Decision(
        "封存案卷", "不得验收合格，不得销号、撤销，直至解除封存；整改和各项期限照常进行。"
    ),
    (Action.CONFIRM_ACCIDENT, Outcome.RETURNED): Decision(
        "与本隐患无关", "不封存，督办照常进行。须写明理由。"
    ),
    (Action.LIFT_LEGAL_HOLD, Outcome.DONE): Decision(
        "解除封存", "可以继续验收和销号；封存期间的记录保留。"
    ),
    (Action.CLOSE_TRACKED_CASE, Outcome.DONE): Decision(
        "部门销号", "跟踪督办结束，未办期限一并终止；转监管经办人归档。"
    ),
    (Action.RECORD_EXTERNAL_LISTING, Outcome.DONE): Decision(
        "登记上级挂牌", "取得本市督办编号，移交属地政府和行业主管部门签收；延期和摘牌报请上级决定。"
    ),
    (Action.PETITION_DELISTING, Outcome.DONE): Decision(
        "登记报请", "等待上级决定；决定后登记批复。"
    ),
    (Action.RECORD_EXTERNAL_DELISTING, Outcome.ACCEPTED): Decision(
        "上级同意摘牌", "督办结束，未办期限一并终止；转安委办归档。"
    ),
    (Action.RECORD_EXTERNAL_DELISTING, Outcome.RETURN_TO_RECTIFICATION): Decision(
        "上级要求继续整改", "进入下一轮整改，整改期限不变。须写明上级要求。"
    ),
    (Action.RECORD_EXTERNAL_DELISTING, Outcome.RETURN_TO_ACCEPTANCE): Decision(
        "上级要求重新验收", "进入下一轮复查验收。须写明上级要求。"
    ),
    (Action.LIST_OWN_HAZARD, Outcome.DONE): Decision(
        "自行挂牌", "由本企业督办整改，整改完成后自行验收。"
    ),
    (Action.ACCEPT_OWN_RECTIFICATION, Outcome.DONE): Decision(
        "提交验收结论", "送上级公司主要负责人审批销号；没有上级公司的，由实际控制人审批。"
    ),
    (Action.CLOSE_OWN_LISTING, Outcome.ACCEPTED): Decision(
        "同意销号", "送监管部门核查备案；核查属实后督办结束。"
    ),
    (Action.CLOSE_OWN_LISTING, Outcome.RETURNED): Decision(
        "不同意，退回", "退回企业重新验收，期限不变。须写明理由。"
    ),
    (Action.CHECK_OWN_CLOSURE, Outcome.ACCEPTED): Decision(
        "核查属实，备案", "督办结束，未办期限一并终止；归档。"
    ),
    (Action.CHECK_OWN_CLOSURE, Outcome.RETURNED): Decision(
        "核查不属实，退回", "退回企业重新验收，期限不变。须写明理由。"
    ),
    (Action.ARCHIVE_CASE, Outcome.DONE): Decision("归档", "案卷归档，本事项办理全部结束。"),
    (Action.TAKE_BACK, Outcome.DONE): Decision(
        "撤回", "流程回到这次办理之前；撤回的时间和理由永久保留在案卷中。"
    ),
}

# What a step asks of the person who holds it.
ASKED: Mapping[Action, str] = {
    Action.FILE_FIRST_REPORT: "报告隐患的部位、情况和已采取的措施。",
    Action.REGISTER_HAZARD: "登记检查发现的重大事故隐患。",
    Action.SUPPLEMENT_REPORT: "补充隐患现状及原因、危害程度，逐项报告“五到位”落实情况。",
    Action.RECORD_WORKFORCE_REPORT: "向职工大会或者职工代表大会报告隐患情况，在此登记并上传证明。",
    Action.SIGN_DOUBLE_REPORT: "审阅续报内容，由主要负责人签署。",
    Action.CONFIRM_CRITERION: "对照扫描件或正式文本，逐字核对他人手工录入的判定依据。",
    Action.ORDER_IMMEDIATE_MEASURES: "发现现实危险时，责令撤出人员、暂时停产停业或者停用设施设备。",
    Action.LIFT_IMMEDIATE_MEASURES: (
        "解除已采取的现场处理措施。已认定为重大事故隐患、要求恢复生产的，由责任单位申请恢复生产。"
    ),
    Action.ISSUE_RECTIFICATION_ORDER: "责令责任单位限期整改，确定整改要求和整改期限。",
    Action.VERIFY_HAZARD: "到现场核查隐患是否属实、是否构成重大事故隐患、依据哪一条判定标准。",
    Action.CONFIRM_VERDICT: "审核现场核查意见，确认判定结论和处置方式。",
    Action.PROPOSE_LISTING: "提出挂牌建议，拟定挂牌督办通知书。",
    Action.REVIEW_DRAFT: "审核挂牌督办通知书签发稿。",
    Action.COUNTERSIGN_LISTING: "会签挂牌督办通知书签发稿。",
    Action.SIGN_LISTING: "签发挂牌督办通知书。签发的就是下面这份签发稿，一字不改。",
    Action.SERVE_LISTING_NOTICE: "将挂牌督办通知书送达责任单位，登记送达情况。",
    Action.ACKNOWLEDGE_HANDOVER: (
        "签收移交给本单位的挂牌督办事项；不属本单位管辖的，转送有管辖权的单位或者提出异议。"
    ),
    Action.RESOLVE_COMPETENCE_DISPUTE: "接收单位提出管辖异议，裁定由哪个单位接收。",
    Action.REPORT_HANDOVER_RESULT: "反馈本单位督促整改或者跟踪督办的结果。",
    Action.SUBMIT_PLAN: "编制并报送重大事故隐患治理方案，六项内容缺一不可。",
    Action.REVIEW_PLAN: "审查企业报送的治理方案是否可行、是否赶得上整改期限。",
    Action.GIVE_EXPERT_OPINION: "就监管部门提出的问题出具专家意见；有利害关系的须回避。",
    Action.RECALL_EXPERT: "专家意见迟迟不出或者不再需要的，撤回邀请。",
    Action.INVITE_EXPERT: "验收期间，从专家库邀请专家提供意见。",
    Action.REPORT_PROGRESS: "报告整改进展。",
    Action.REQUEST_COORDINATION: "自行难以解决的问题，提请安委办协调。",
    Action.ANSWER_COORDINATION: "答复协调请求：由谁在什么时候前解决什么。",
    Action.PROPOSE_ESCALATION: "逾期、进展缓慢或者整改不力的，提出督促措施。",
    Action.CONFIRM_ESCALATION: "审批拟采取的督促措施和文书内容。",
    Action.APPROVE_ESCALATION: "决定是否通报或者公开曝光。",
    Action.SERVE_ESCALATION: "送达督促文书，或者登记刊播情况。",
    Action.RECORD_TALK: "举行约谈后，登记时间、地点、参加人、问题、要求、承诺和签字情况。",
    Action.ANSWER_ESCALATION: "对照督促要求逐项答复。",
    Action.REVIEW_ESCALATION_ANSWER: "审核答复是否属实、到位。",
    Action.PROPOSE_SUSPENSION: "依法应当责令停产停业整顿的，提出对单位和负责人的处罚。",
    Action.REVIEW_LEGALITY: "审核拟处罚的事实、证据、依据、裁量和程序是否合法。",
    Action.SERVE_PENALTY_NOTICE: "将处罚告知书送达责任单位，登记送达情况。",
    Action.ANSWER_PENALTY_NOTICE: "对拟作出的处罚陈述申辩、要求听证，或者放弃。",
    Action.RECORD_NO_ANSWER: "期限届满，责任单位没有提出意见的，在此登记。",
    Action.RECORD_HEARING: "主持听证后，登记通知、举行情况和笔录。",
    Action.REVIEW_AFTER_HEARING: (
        "听证之后、作出决定之前，再次审核事实、证据、依据、裁量和程序"
        "（行政处罚法第五十八条第一款第二项）。"
    ),
    Action.DECIDE_SUSPENSION: "集体讨论后，决定是否责令停产停业整顿并处罚负责人。",
    Action.SERVE_SUSPENSION: "将处罚决定书分别送达单位和负责人，登记送达情况。",
    Action.RECORD_REFUSAL: "责任单位收到指令、决定后拒不执行的，登记事实和证据。",
    Action.CONFIRM_REFUSAL: "审核事实和证据，决定是否认定责任单位拒不整改。",
    Action.PROPOSE_CORRECTION: "已经印发的文书有误的，写明原文、更正为什么和理由，原文书不撤换。",
    Action.SIGN_CORRECTION: "核对原文书和更正内容，决定是否签发更正通知。",
    Action.LIFT_REFUSAL: "责任单位已经执行，或者认定有误的，解除拒不整改的认定。",
    Action.PROPOSE_ORDER: "提出关闭、停电、停供民爆物品、查封、停止审批或者列入失信名单的措施。",
    Action.REVIEW_ORDER: "审核拟采取措施的主体、事实、证据、依据和程序是否合法。",
    Action.HEAR_PARTY: "将拟采取的措施告知责任单位，听取并登记其意见。",
    Action.APPROVE_ORDER: "部门主要负责人审批是否采取措施；政府关闭的，审批是否提请政府。",
    Action.DECIDE_CLOSURE: "属地政府主要负责人决定是否关闭，登记政府决定的文号和日期。",
    Action.SERVE_ORDER: "将文书送达责任单位；由其他单位执行的，同时书面通知执行单位。",
    Action.RECORD_ORDER_RECEIPT: "取得执行单位的回执，登记开始执行的日期。",
    Action.LIFT_ORDER: "企业履行决定、隐患消除或者措施不再必要的，及时提请解除。",
    Action.CONFIRM_ORDER_LIFTING: "审批是否解除措施；提请人不得审批。",
    Action.DECIDE_CLOSURE_LIFTING: "属地政府主要负责人决定是否解除关闭。",
    Action.RECORD_RESTORATION: "通知执行单位恢复，取得恢复回执后登记。",
    Action.PROPOSE_INQUIRY: (
        "上级检查发现、举报查实或者未列入企业清单的重大事故隐患，提出是否开展调查、由谁调查。"
    ),
    Action.CONFIRM_INQUIRY: "审定是否比照事故开展调查，以及调查人员是否合适。",
    Action.RECORD_INQUIRY_FINDING: "调查结束后，登记原因、有关单位的责任和措施。",
    Action.APPROVE_INQUIRY: "批准调查结论，或者批准不开展调查。",
    Action.PROPOSE_RAISE: "本级挂牌的事项需要上级督办的，提出提级事由。",
    Action.CONFIRM_RAISE: "审批是否报请上级提级督办。",
    Action.PETITION_RAISE: "向上级机关报送请示后，登记文号和日期。",
    Action.RECORD_RAISE_ANSWER: "收到上级答复后，登记是否提级及其文件。",
    Action.LIFT_SUSPENSION: (
        "处罚决定被依法撤销、变更，或者不再恢复生产的，解除停产停业整顿。"
        "整顿合格要求恢复生产的，由责任单位申请恢复生产。"
    ),
    Action.APPLY_FOR_RESUMPTION: (
        "整改、自检合格后，申请恢复生产经营。恢复生产与摘牌销号是两项决定："
        "恢复生产之后督办照常进行，摘牌销号也不等于恢复生产。"
    ),
    Action.INSPECT_RESUMPTION: "到现场验收，核对整改和自检情况，签署本人的意见。",
    Action.APPROVE_RESUMPTION: (
        "审查是否同意恢复生产经营（安全生产法第六十五条第一款第三项）。"
        "与摘牌销号是两项决定，互不替代。"
    ),
    Action.RECORD_RESUMPTION_CONSENT: (
        "征求所在地矿山安全监察机构的审核意见，收到后在此登记（煤矿安全生产条例第四十八条）。"
    ),
    Action.SIGN_RESUMPTION: (
        "批准煤矿恢复生产（煤矿安全生产条例第四十八条）。与摘牌销号是两项决定，互不替代。"
    ),
    Action.SERVE_RESUMPTION: "将恢复生产通知书送达责任单位，登记送达情况。",
    Action.REQUEST_EXTENSION: "整改期限内确实不能完成的，由主要负责人申请延期。",
    Action.REVIEW_EXTENSION: "核对延期理由和延期期间的安全措施，提出初审意见。",
    Action.DECIDE_EXTENSION: "审批是否延长整改期限。",
    Action.PETITION_EXTENSION: "报请挂牌的上级机关审批延期，登记请示。",
    Action.RECORD_EXTERNAL_EXTENSION: "登记上级机关对延期的批复。",
    Action.REVIEW_PROGRESS: "审核企业报送的整改进展。",
    Action.RECORD_VISIT: "到现场督导整改，登记督导情况、发现的问题和督导要求。",
    Action.UPDATE_FIVE_IN_PLACE: "“五到位”内容或者领衔整治人有变化的，更新清单并说明原因。",
    Action.APPLY_FOR_ACCEPTANCE: "整改完成后，由主要负责人申请复查验收。",
    Action.ENDORSE_AS_PARENT_COMPANY_HEAD: "对整改进展和落实情况签字背书。",
    Action.EVALUATE_EFFECT: "组织评估治理效果，提交评估结论。",
    Action.INSPECT_RECTIFICATION: "到现场复查整改情况，签署您本人的意见。",
    Action.APPROVE_ACCEPTANCE: "根据验收组意见，作出验收结论。",
    Action.ENDORSE_AS_LEADER_IN_CHARGE: "对整改结果签字背书。",
    Action.ENDORSE_MONTHLY_PROGRESS: "逐件审阅本月整改进展和落实情况，签署意见。",
    Action.RECORD_SPOT_CHECK: "验收合格后、摘牌之前，到现场抽查整改是否真实、到位。",
    Action.APPROVE_DELISTING: "审批摘牌销号。谁挂牌，谁摘牌。",
    Action.WITHDRAW_CASE: "不应继续督办的，提请撤销，写明事由和理由。",
    Action.CONFIRM_WITHDRAWAL: "决定是否撤销本事项。",
    Action.OBJECT_TO_VERDICT: "对认定结论有异议的，说明事实和理由。",
    Action.DECIDE_OBJECTION: "组织复核，决定责任单位的异议是否成立。",
    Action.ADD_FINDING: "同一隐患又由其他检查、举报或者监测发现的，登记来源。",
    Action.ANSWER_FINDER: "将核查结论、措施和处理结果答复检查单位。",
    Action.CHANGE_RESPONSIBLE_PARTY: "责任单位认定有误或者已经转移的，提出变更。",
    Action.CONFIRM_PARTY_CHANGE: "审定是否变更责任单位。",
    Action.SERVE_ON_NEW_PARTY: (
        "责任单位已经变更。将原文号的挂牌督办通知书送达新责任单位，登记送达情况；通知书不作改动。"
    ),
    Action.REPORT_STOPPAGE: "责任单位停产停业的，登记范围和日期。停产停业不等于隐患消除。",
    Action.CONFIRM_STOPPAGE: "到现场核实停产停业是否属实、风险是否受控。",
    Action.REPORT_RESTART: (
        "自行停产停业后恢复生产经营的，在此登记。被责令停产停业的，须申请恢复生产。"
    ),
    Action.RECORD_ACCIDENT: "督办期间发生与本隐患有关的事故，立即登记。",
    Action.CONFIRM_ACCIDENT: "确认事故是否与本隐患有关，决定是否封存案卷。",
    Action.LIFT_LEGAL_HOLD: "事故调查处理结束的，解除案卷封存。",
    Action.CLOSE_TRACKED_CASE: "验收合格的，由监管部门销号。",
    Action.RECORD_EXTERNAL_LISTING: "登记上级机关的挂牌文件。",
    Action.PETITION_DELISTING: "报请挂牌的上级机关摘牌，登记请示。",
    Action.RECORD_EXTERNAL_DELISTING: "登记上级机关的批复。",
    Action.LIST_OWN_HAZARD: "自查自报并已停产的，由企业自行挂牌督办。",
    Action.ACCEPT_OWN_RECTIFICATION: "整改完成后，组织验收，登记结论。",
    Action.CLOSE_OWN_LISTING: "审批是否自行销号。",
    Action.CHECK_OWN_CLOSURE: "到现场核查自行销号是否属实，属实的备案。",
    Action.TAKE_BACK: "下一环节尚无人办理时，撤回本人最近一次办理。",
    Action.ARCHIVE_CASE: "在事项页面核对文书、附件和办理过程是否齐全，然后归档。",
}

# A value that the engine's decision proposed -> what it proposes.
PROPOSALS: Mapping[str, Mapping[str, str]] = {
    "proposed_track": ENUMS[Track],
    "proposed_level": ENUMS[ListingLevel],
    "extension_decider": {
        "department": "监管部门",
        "listing_body": "挂牌单位",
        "superior": "上级机关",
    },
    "proposed_escalation": {"none": "不采取督促措施", **ENUMS[NextMeasure]},
    "escalation_ground": {
        "not_major": "尚未确认为重大事故隐患的，只催办",
        "no_letter_yet": "逾期且尚未送达过督办函的，建议发督办函",
        "late_after_letter": "送达过督办函仍逾期的，建议约谈",
        "notice_refused": "严重逾期、拒收过通知书的，建议约谈",
        "late_after_letters": "送达过两份以上督办函仍严重逾期的，建议通报",
        "rectification_refused": ("期限逾期、已认定拒不整改而尚未提出处罚的，建议提出停产停业整顿"),
    },
}
PROPOSAL_NAMES: Mapping[str, str] = {
    "proposed_track": "系统建议的处置方式",
    "proposed_level": "系统建议的挂牌层级",
    "extension_decider": "延期审批权限",
    "proposed_escalation": "系统建议的督促措施",
    "escalation_ground": "建议的理由",
}
