"""Diagrams read as text."""

from workflows.outline import NodeKind, read_outline

DIAGRAM = b"""<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core">
  <process id="outer" name="Outer">
    <laneSet id="lanes">
      <lane id="l" name="Office"><flowNodeRef> begin </flowNodeRef></lane>
    </laneSet>
    <startEvent id="begin" name="Begin"/>
    <subProcess id="inside" name="Inside">
      <startEvent id="inner_start"/>
      <userTask id="act" name="Act"><extensionElements><spiff:properties>
        <spiff:property name="standing" value="true"/>
      </spiff:properties></extensionElements></userTask>
      <sequenceFlow id="f2" sourceRef="inner_start" targetRef="act"/>
    </subProcess>
    <callActivity id="call" name="Call" calledElement="other"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="inside"/>
    <sequenceFlow id="f3" sourceRef="inside" targetRef="call"/>
  </process>
</definitions>"""


def test_elements_are_read_with_lane_container_and_call() -> None:
    outline = read_outline(DIAGRAM)
    assert (outline.process_id, outline.name) == ("outer", "Outer")
    assert list(outline.nodes) == ["begin", "inside", "inner_start", "act", "call"]
    assert outline.nodes["begin"].lane == "Office"
    assert outline.nodes["act"].container == "inside"
    assert outline.nodes["act"].standing
    assert outline.nodes["call"].kind is NodeKind.CALL
    assert outline.nodes["call"].called == "other"


def test_what_lies_before_a_step_reaches_out_of_its_embedded_process() -> None:
    outline = read_outline(DIAGRAM)
    assert outline.before("act") == {"inner_start", "begin"}
    assert [flow.id for flow in outline.leaving("inside")] == ["f3"]
