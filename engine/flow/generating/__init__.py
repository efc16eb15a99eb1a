"""Invented maps of any size, calibrated on the published ones."""
