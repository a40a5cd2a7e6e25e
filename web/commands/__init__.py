"""The sub-commands of ``owso``: one module per noun.

Each module offers ``HELP`` (one line), ``configure(parser)`` and ``run(args, settings) -> exit status``. What a command
needs is imported inside ``run``, so that every other command starts quickly.
"""
