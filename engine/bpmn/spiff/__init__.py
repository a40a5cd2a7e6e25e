"""All contact with SpiffWorkflow: nothing else in the product imports it.

``tokens`` makes SpiffWorkflow's tasks and workflows the tokens and scopes that ``running`` moves. ``specs``,
``activities``, ``tasks`` and ``scopes`` are its task specifications with the behaviour of BPMN 2.0.2, ``parser`` makes
one for each node, and ``schema`` is its XML schema. ``tokens`` and ``schema`` stand below ``running`` and ``reading``,
the rest above ``running``.
"""
