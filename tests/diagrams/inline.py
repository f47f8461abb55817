"""Small diagrams written in a line or two."""

import re

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
 xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:test">"""
OPERATOR = (
    "<bpmn:extensionElements><spiffworkflow:serviceTaskOperator id='{}' resultVariable='{}'>"
    "<spiffworkflow:parameters><spiffworkflow:parameter id='kind' type='str' value=\"{}\"/>"
    "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></bpmn:extensionElements>"
)
STANDING = (
    "<bpmn:extensionElements><spiffworkflow:properties><spiffworkflow:property name='{}'"
    " value='true'/></spiffworkflow:properties></bpmn:extensionElements>"
)
TERMINATE = "<bpmn:terminateEventDefinition/>"
INSTANCES = (
    "<bpmn:multiInstanceLoopCharacteristics isSequential='{}'><bpmn:loopCardinality"
    " xsi:type='bpmn:tFormalExpression'>{}</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)
DECIDES = (
    "<bpmn:extensionElements><spiffworkflow:calledDecisionId>handling_track"
    "</spiffworkflow:calledDecisionId></bpmn:extensionElements>"
)


def node(kind: str, identifier: str, inside: str = "", **attributes: str) -> str:
    named = {"name": identifier, **attributes}
    text = " ".join(f'{name}="{value}"' for name, value in named.items())
    return f'<bpmn:{kind} id="{identifier}" {text}>{inside}</bpmn:{kind}>'


def start() -> str:
    return node("startEvent", "begin")


def end(identifier: str = "done", inside: str = "") -> str:
    return node("endEvent", identifier, inside)


def user(identifier: str, inside: str = "") -> str:
    return node("userTask", identifier, inside)


def standing(identifier: str) -> str:
    return user(identifier, STANDING.format("standing"))


def choice(identifier: str, default: str = "") -> str:
    return node("exclusiveGateway", identifier, **({"default": default} if default else {}))


def parallel(identifier: str) -> str:
    return node("parallelGateway", identifier)


def flows(*texts: str) -> str:
    """`a>b` is a flow `a_to_b`; `a>b?fact` has a condition."""
    return "".join(map(flow, texts))


def flow(text: str) -> str:
    source, rest = text.split(">", 1)
    target, _, condition = rest.partition("?")
    escaped = condition.replace("<", "&lt;")
    inside = (
        "<bpmn:conditionExpression xsi:type='bpmn:tFormalExpression'>"
        f"{escaped}</bpmn:conditionExpression>"
        if condition
        else ""
    )
    return (
        f'<bpmn:sequenceFlow id="{source}_to_{target}" sourceRef="{source}"'
        f' targetRef="{target}">{inside}</bpmn:sequenceFlow>'
    )


def diagram(*parts: str, process_id: str = "p") -> bytes:
    process = f'<bpmn:process id="{process_id}" isExecutable="true">{"".join(parts)}</bpmn:process>'
    drawn = re.findall(r'<bpmn:\w+ id="([^"]+)"', process)
    shapes = "".join(
        f'<bpmndi:BPMNShape id="s{number}" bpmnElement="{identifier}">'
        f'<dc:Bounds x="1" y="{number}" width="1" height="1"/></bpmndi:BPMNShape>'
        for number, identifier in enumerate(drawn)
    )
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="{process_id}">{shapes}</bpmndi:BPMNPlane>'
    picture = f'<bpmndi:BPMNDiagram id="picture">{plane}</bpmndi:BPMNDiagram>'
    return f"{HEAD}{process}{picture}</bpmn:definitions>".encode()


def straight(task: str) -> tuple[str, ...]:
    """Start, one task, end."""
    identifier = re.findall(r'id="([^"]+)"', task)[0]
    return start(), task, end(), flows(f"begin>{identifier}", f"{identifier}>done")
