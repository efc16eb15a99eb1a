"""Plate reader law as text: may this search or share proceed, and what would settle it?"""
