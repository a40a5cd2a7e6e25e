"""Tables, queries, migrations and document files; the one place that commits."""
