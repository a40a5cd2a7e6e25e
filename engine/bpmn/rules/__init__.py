"""What a drawing must keep before it is run: the structural rules of BPMN 2.0.2, and soundness."""
