"""Names of organizations, as vendors' exports write them, to bodies of the registry, or to none."""
