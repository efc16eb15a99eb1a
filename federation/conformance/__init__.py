"""Whether a service answers as it must, and whether an integration does right by the answers."""
