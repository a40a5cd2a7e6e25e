"""From files to the graph that the machine walks: what is drawn, nothing more and nothing less."""
