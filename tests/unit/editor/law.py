"""A small folder of an invented agency, on top of the shipped library."""

from __future__ import annotations

WORDS = """\
# What this agency alone speaks of.
vocabulary mine 1 extends ct 1

# Boats that are looked for in the harbor.
kind boat_search under purpose
kind night_boat under boat_search

role harbor_master held by owner

fact boat.moored : yes/no claimed proven by attestation from harbor_master
"""

POLICY = """\
policy agency/harbor 1
  title "Harbor policy (invented)"
  layer owner
  issued by "Harbor Police (invented)"
  time zone America/New_York
  uses mine 1
  binds owner is agency:CT/darien-pd
  permit may rest on provisional
  define at_night: request.purpose is a kind of night_boat

# Why boats: 😀 they float.
rule boats "Boats 😀 are looked for"
  cites "Harbor manual, section 1" status secondary
  in force from 2026-01-01
  permit search of alpr_data
  if request.purpose is a kind of boat_search and boat.moored is yes
    or at_night

parameter longest_look is 3 days
  cites "Harbor manual, section 2" status unverified
  in force from 2026-01-01
"""

EXAMPLES = """\
examples harbor-examples uses mine 1

example "A boat that is barred"
  on 2026-11-03
  given requester is agency:CT/darien-pd, owner is agency:CT/darien-pd, act is search,
    data is alpr_data, request.purpose is civil_removal, request.recipients is {},
    request.on_behalf_of is {}, user.directed_by is {}, request.claims is {},
    request.instruments is {}, request.reason is "boat"
  expect DENY by barred-uses
  untouched by boats
"""

FILES = {"words.policy": WORDS, "harbor.policy": POLICY, "examples.policy": EXAMPLES}
