"""The rules of ``texts/rules.policy`` as plain Python: nobody wants to maintain it; the limit.

Both functions know true and false alone. What a request does not state is a ``KeyError``.
"""

from __future__ import annotations

from .attributes import Attributes


def permits(asked: Attributes) -> bool:
    """Whether one agency's rules permit a request; the first rule that says so ends it."""
    purposes, act = asked["purposes"], asked["act"]
    warrant, role = asked["warrant"], asked["role"]
    rescue, partner = "rescue" in purposes, asked["agreement"] == "on_file"
    if "barred_use" in purposes:
        return False
    if "removal" in purposes and not warrant:
        return False
    if act != "search" and not warrant and "public_agency" not in asked["kinds"]:
        return False
    if not (asked["sovereign"] == "NN" or partner or warrant or rescue):
        return False
    if asked["age"] > 30 and not warrant and not rescue:
        return False
    if act == "export" and asked["rows"] > 1000 and role != "supervisor":
        return False
    if asked["flagged"] and not warrant:
        return False
    if not asked["trained"] and not rescue:
        return False
    if role == "contractor":
        return False
    if asked["task_force"] in ("joint", "federal") and not (
        partner and "law_enforcement" in asked["kinds"]
    ):
        return False
    if act != "search" and not asked["case_number"] and not rescue:
        return False
    if "traffic" in purposes and asked["age"] > 7:
        return False
    if act == "export" and role not in ("analyst", "supervisor"):
        return False
    if rescue or "violent_crime" in purposes:
        return True
    if "property_crime" in purposes:
        if act == "search" and asked["sovereign"] == "NN":
            return True
        if act == "share" and partner:
            return True
    if "investigation" in purposes:
        if warrant:
            return True
        if act != "export" and partner and asked["task_force"] == "regional":
            return True
    return act == "search" and role == "patrol" and "traffic" in purposes


def rules(asked: Attributes) -> tuple[bool, list[str]]:
    """Whether the rules permit a request, and the names of all that decide it, in their order."""
    found: list[str] = []
    purposes, act = asked["purposes"], asked["act"]
    warrant, role = asked["warrant"], asked["role"]
    rescue, partner = "rescue" in purposes, asked["agreement"] == "on_file"
    home = asked["sovereign"] == "NN"
    if "barred_use" in purposes:
        found.append("barred-uses")
    if "removal" in purposes and not warrant:
        found.append("removals")
    if act != "search" and not warrant and "public_agency" not in asked["kinds"]:
        found.append("public-bodies")
    if not (home or partner or warrant or rescue):
        found.append("other-governments")
    if asked["age"] > 30 and not warrant and not rescue:
        found.append("old-reads")
    if act == "export" and asked["rows"] > 1000 and role != "supervisor":
        found.append("bulk")
    if asked["flagged"] and not warrant:
        found.append("flagged-reasons")
    if not asked["trained"] and not rescue:
        found.append("training")
    if role == "contractor":
        found.append("contractors")
    if asked["task_force"] in ("joint", "federal") and not (
        partner and "law_enforcement" in asked["kinds"]
    ):
        found.append("task-forces")
    if act != "search" and not asked["case_number"] and not rescue:
        found.append("case-numbers")
    if "traffic" in purposes and asked["age"] > 7:
        found.append("stale-traffic")
    if act == "export" and role not in ("analyst", "supervisor"):
        found.append("exporters")
    if found:
        return False, found
    return _opening(asked)


def _opening(asked: Attributes) -> tuple[bool, list[str]]:
    """The permits that open."""
    found: list[str] = []
    purposes, act = asked["purposes"], asked["act"]
    partner = asked["agreement"] == "on_file"
    if "violent_crime" in purposes:
        found.append("violent-crimes")
    if "property_crime" in purposes:
        if act == "search" and asked["sovereign"] == "NN":
            found.append("property-searches")
        if act == "share" and partner:
            found.append("property-shares")
    if "rescue" in purposes:
        found.append("rescues")
    if "investigation" in purposes and asked["warrant"]:
        found.append("warrants")
    if act == "search" and asked["role"] == "patrol" and "traffic" in purposes:
        found.append("patrol-traffic")
    if (
        act != "export"
        and partner
        and asked["task_force"] == "regional"
        and "investigation" in purposes
    ):
        found.append("regional-work")
    return bool(found), found
