"""Answering for participating agencies over the wire: service, evidence, identity, bundles."""
