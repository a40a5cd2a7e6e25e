"""The sub-commands of ``owso``: one module per noun.

Each module offers ``configure(parser)`` and ``run(args, settings) -> exit status``; ``web.cli`` says in a line what it
does, and imports it when it is asked for.
"""
