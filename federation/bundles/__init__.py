"""Policies, registry and agreements as a signed repository: publishing, verifying, serving.

Texts travel in a repository of The Update Framework (https://theupdateframework.github.io, version
1.0 of its specification) whose keys are given by path: ``layout`` says whose files lie where,
``charter`` who signs. ``authoring`` makes versions, ``client`` takes them over verified, and
``snapshots`` makes of them what decides. There is no way to take over a text that is not signed.
"""
