"""What is found in a vendor's settings and agreement: no more and no less than the rules say."""

from __future__ import annotations

import datetime
import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest
from msgspec import Struct, structs

from platelaw.compliance.vendors.checking import ACTS, Checked, Standing, check
from platelaw.compliance.vendors.demands import Severity, read_demands
from platelaw.compliance.vendors.form import AgreementFile, SettingsFile
from platelaw.compliance.vendors.gathering import read_files, told_of
from platelaw.compliance.vendors.reading import VendorError
from platelaw.compliance.vendors.render import checked_text, dates_csv
from platelaw.compliance.vendors.said import TOLD_BY
from platelaw.dsl import syntax as tree
from platelaw.engine.decision import Engine
from platelaw.engine.library import load, shipped, shipped_registry
from platelaw.engine.organizations.resolver import Resolver
from platelaw.engine.own_dates import own_dates

ON = datetime.date(2026, 11, 27)
SAMPLE = shipped().joinpath("examples", "vendor")
MENDS = {
    "national_lookup = true": "national_lookup = false",
    "by_recipient = false": "by_recipient = true",
    'reads = "30 days"': 'reads = "21 days"',
    "affiliate_access = true": "affiliate_access = false",
}
NETWORKS = """Organization Name,Networks Shared With Me,Networks I'm Sharing
Openbridge CT PD,Openbridge CT PD,Example CT PD
[Federal] US Border Patrol,,Example CT PD
Darien CT PD,Darien CT PD,
"""
EVENTS = """Timestamp,User,Event Type,Entity Type,Entity Details,Event Id
2026-02-04T04:59:59Z,u1,create,networkShare,"Network Name: Example CT PD
Receiving Organization: Austin TX PD",e1
2026-03-04T10:00:00Z,u1,create,networkShare,"Network Name: Example CT PD
Receiving Organization: Houston TX PD",e2
2026-03-05T10:00:00Z,u1,delete,networkShare,"Network Name: Example CT PD
Receiving Organization: Houston TX PD",e3
"""
PAGE = """Example CT PD
Transparency Portal

Last updated: Fri Nov 20 2026

Data Retention

The number of days data is retained.

21 days

Number of Searches

Total user search sessions over the last 30 days.

3

Hotlists Alerted On

National and statewide hotlist sources.

NCIC, NCMEC Amber Alert

Prohibited Uses

Immigration enforcement, traffic enforcement, personal use.
"""
SEARCHES = """id,userId,searchDate,networkCount,offenseType
1,***,2026-11-02T10:00:00Z,3,Robbery
2,***,2026-11-21T04:59:59Z,3,Traffic Infraction
3,***,2026-08-01T10:00:00Z,3,Traffic Infraction
"""


ADOPTS = """policy agency/strictford-vendor
  adopts ct/model-vendor 1 except
  title "Vendor policy of the Strictford Police Department (invented)"
  issued by "Strictford Police Department (invented)"
  binds owner is agency:CT/strictford-pd
  in force from 2026-11-01
  parameter incident_notice_period is 1 day
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    registry = shipped_registry()
    own = tmp_path_factory.mktemp("law") / "own.policy"
    own.write_text(ADOPTS, "utf-8")
    library = load((own,), registry.bodies.keys()).library
    assert library is not None
    return Engine(library, registry)


@pytest.fixture(scope="module")
def resolver(engine: Engine) -> Resolver:
    return Resolver(engine.registry)


class Bench:
    """Checks files with some of the sample's text changed."""

    def __init__(self, folder: Path, engine: Engine, resolver: Resolver) -> None:
        self.folder, self.engine, self.resolver = folder, engine, resolver

    def sample(self, *changes: tuple[str, str]) -> tuple[Path, ...]:
        places: list[Path] = []
        for name in ("settings", "agreement"):
            text = SAMPLE.joinpath(f"{name}.toml").read_text("utf-8")
            for old, new in changes:
                text = text.replace(old, new)
            places.append(self.write(f"{name}.toml", text))
        return tuple(places)

    def write(self, name: str, text: str) -> Path:
        place = self.folder / name
        place.write_text(text, "utf-8")
        return place

    def check(self, *paths: Path, agency: str = "") -> Checked:
        told = told_of(read_files(paths), self.engine, self.resolver, ON, agency)
        return check(told, self.engine, read_demands([shipped()]), ON)


@pytest.fixture
def bench(tmp_path: Path, engine: Engine, resolver: Resolver) -> Bench:
    return Bench(tmp_path, engine, resolver)


def test_the_sample_has_exactly_the_findings_that_were_written_down_before(bench: Bench) -> None:
    written = tomllib.loads(SAMPLE.joinpath("expected_findings.toml").read_text("utf-8"))
    assert written["on"] == ON
    found = bench.check(*bench.sample()).findings
    plain = [
        {
            "rule": each.rule,
            "cites": each.cites,
            "status": each.status,
            "standing": each.standing.value,
            "setting": each.setting,
            "found": each.found,
            "asked": each.asked,
            "severity": each.severity.value,
            "owner": each.owner,
            "due": each.due,
        }
        | ({"beside": list(each.beside)} if each.beside else {})
        for each in found
    ]
    assert plain == written["finding"]
    assert [each.place for each in found] == [
        "settings.toml:11", "settings.toml:23", "settings.toml:16", "agreement.toml:17",
    ]  # fmt: skip


def test_each_change_that_is_asked_for_ends_its_finding_and_no_other(bench: Bench) -> None:
    before = {each.rule for each in bench.check(*bench.sample()).findings}
    for change in MENDS.items():
        after = {each.rule for each in bench.check(*bench.sample(change)).findings}
        assert after < before
        assert len(after) == len(before) - 1
    mended = bench.check(*bench.sample(*MENDS.items()))
    assert mended.findings == ()
    assert mended.renewal == "nothing stands against it"


def test_a_setting_that_is_left_out_is_no_finding_and_no_clean_bill(bench: Bench) -> None:
    checked = bench.check(*bench.sample(("national_lookup = true\n", "")))
    rule = "ct/vendor-settings/national-lookup"
    assert rule not in {each.rule for each in checked.findings}
    assert rule not in checked.in_order
    assert ("sharing.national_lookup",) in [each.settings for each in checked.untold]


def test_the_shorter_period_of_the_agreement_counts(bench: Bench) -> None:
    short = ('reads_kept = "21 days"', 'reads_kept = "14 days"')
    found = bench.check(*bench.sample(*MENDS.items(), short)).findings
    assert [(each.setting, each.found, each.asked) for each in found] == [
        ("retention.reads", "21 days, where the agreement says 14 days", "at most 14 days")
    ]


def test_a_clause_is_mended_before_the_agreement_renews(bench: Bench) -> None:
    checked = bench.check(*bench.sample(("renews = 2027-03-01", "renews = 2026-12-10")))
    (clause,) = [each for each in checked.findings if each.setting.startswith("agreement.")]
    assert clause.due == datetime.date(2026, 12, 10)
    assert checked.renewal == "not as it stands: agreement.affiliate_access"
    days = own_dates(dates_csv(checked))
    assert days[0].day == datetime.date(2026, 12, 10)
    assert days[0].title == "the agreement with the vendor renews"
    assert len(days) == 1 + len(checked.findings)


def test_the_agencys_own_rules_name_who_mends_and_by_when(bench: Bench) -> None:
    change = ("shared = 0", "shared = 2")
    own = [f for f in bench.check(*bench.sample(change)).findings if f.standing is Standing.OWN]
    (found,) = own
    assert (found.setting, found.found, found.asked) == ("accounts.shared", "2", "at most 0")
    assert (found.owner, found.due) == ("owner_custodian", datetime.date(2026, 11, 28))
    assert found.severity is Severity.HIGH


def test_what_was_adopted_is_as_grave_as_in_its_model_and_names_its_own_rule(bench: Bench) -> None:
    changes = (("CT/example-pd", "CT/strictford-pd"), ("shared = 0", "shared = 2"))
    found = bench.check(*bench.sample(*changes)).findings
    own = {
        each.rule: (each.asked, each.severity) for each in found if each.standing is Standing.OWN
    }
    assert own == {
        "agency/strictford-vendor/accounts": ("at most 0", Severity.HIGH),
        "agency/strictford-vendor/incident-notice": ("at most 1 day", Severity.MEDIUM),
    }


def test_exports_show_partners_that_the_description_leaves_out_and_since_when(bench: Bench) -> None:
    files = (
        *bench.sample(*MENDS.items()),
        bench.write("networks.csv", NETWORKS),
        bench.write("events.csv", EVENTS),
    )
    checked = bench.check(*files)
    (found,) = checked.findings
    assert found.rule == "ct/vendor-settings/partners"
    assert "Border Patrol" in found.asked
    assert "Austin TX PD" in found.asked
    assert "Houston" not in found.asked
    assert found.beside == (
        "the share with Austin TX PD was switched on 2026-02-03 (events.csv:2)",
    )
    assert any("leaves out: [Federal] US Border Patrol" in note for note in checked.notes)


def test_a_partner_that_is_not_on_file_leaves_it_open_who_has_access(bench: Bench) -> None:
    checked = bench.check(*bench.sample(*MENDS.items(), ("Openbridge CT PD", "Nowhere XX Guild")))
    assert checked.findings == ()
    assert ("sharing.partners",) in [each.settings for each in checked.untold]
    assert any("not on file: Nowhere XX Guild" in note for note in checked.notes)


def test_an_export_that_seems_to_be_another_agencys_is_warned_of(bench: Bench) -> None:
    head, *_ = NETWORKS.splitlines(keepends=True)
    places = [key for key in bench.engine.registry.bodies if key.startswith("TX/")][:10]
    foreign = bench.write(
        "foreign.csv", head + "".join(f"{key},,Example CT PD\n" for key in places)
    )
    for place, agency, why in (
        (bench.write("own.csv", NETWORKS), "CT/darien-pd", "lists CT/darien-pd itself"),
        (foreign, "CT/darien-pd", "not one of its 10 partners on file is of CT; 10 are of TX"),
        (foreign, "TX/austin-pd", ""),
    ):
        warned = [note for note in bench.check(place, agency=agency).notes if "WARNING" in note]
        assert len(warned) == bool(why)
        assert all(why in note for note in warned)


def test_where_no_rule_speaks_of_a_vendor_nothing_is_called_in_order(bench: Bench) -> None:
    checked = bench.check(bench.write("networks.csv", NETWORKS), agency="FL/okaloosa-county-so")
    assert not checked.is_asked
    assert "so nothing was asked" in checked_text(checked)
    assert "rules found nothing" not in checked_text(checked)


def test_a_page_is_held_beside_what_is_set_and_what_was_searched(bench: Bench) -> None:
    page, log = bench.write("page.txt", PAGE), bench.write("searches.csv", SEARCHES)
    found = bench.check(
        *bench.sample(('reads = "30 days"', 'reads = "20 days"')), page, log
    ).findings
    told = {each.setting: each.found for each in found if each.rule.endswith("published-is-set")}
    assert told == {
        "retention.reads": "published are 21 days, set are 20 days",
        "hotlists.sources": "set and not published: own_list",
        "the page, and the searches": (
            "published are 3 searches, the logs have 2; "
            "2 searches state traffic_enforcement, which the page bars"
        ),
    }


def test_a_log_that_shows_no_reason_cannot_show_that_none_is_for_what_a_page_bars(
    bench: Bench,
) -> None:
    page = bench.write("page.txt", PAGE.replace("\n3\n", "\n2\n").replace(" traffic", " other"))
    checked = bench.check(*bench.sample(*MENDS.items()), page, bench.write("log.csv", SEARCHES))
    assert not [each for each in checked.findings if each.setting == "the page, and the searches"]
    assert not [each for each in checked.compared if "none for what the page bars" in each]
    assert any("3 of the log show no reason, so whether any is for what the page bars cannot be "
               "told" in note for note in checked.notes)  # fmt: skip


def test_a_page_alone_is_the_weakest_evidence_of_the_settings(bench: Bench) -> None:
    checked = bench.check(bench.write("page.txt", PAGE.replace("21 days", "35 days")))
    assert checked.agency == "CT/example-pd"
    assert [(f.setting, f.found, f.place) for f in checked.findings] == [
        ("retention.reads", "35 days", "page.txt, as published")
    ]
    assert checked.renewal == ""


def test_files_of_several_agencies_or_of_none_are_refused(bench: Bench) -> None:
    settings, agreement = bench.sample()
    other = agreement.read_text("utf-8").replace("CT/example-pd", "CT/darien-pd")
    agreement.write_text(other, "utf-8")
    with pytest.raises(VendorError, match=r"several agencies: CT/example-pd .*CT/darien-pd"):
        bench.check(settings, agreement)
    with pytest.raises(VendorError, match="do not name their agency"):
        bench.check(bench.write("networks.csv", NETWORKS))
    with pytest.raises(VendorError, match="no agency of the registry has the key `CT/nowhere`"):
        bench.check(settings, agency="CT/nowhere")
    with pytest.raises(VendorError, match="a second file of the form"):
        bench.check(settings, bench.write("again.toml", settings.read_text("utf-8")))


def _rules(engine: Engine) -> dict[str, tree.Rule]:
    return {
        rule.id: rule.node
        for policy in engine.library.policies
        if not policy.adopted
        for rule in policy.rules
        if {act for act, _ in ACTS} & set(rule.acts) and rule.effect is tree.Effect.FORBID
    }


def test_every_rule_about_a_vendor_has_its_severity_its_owner_and_its_time(engine: Engine) -> None:
    rules, demands = _rules(engine), read_demands([shipped()])
    assert rules.keys() == demands.keys()
    for name, node in rules.items():
        own_word = any(must.within and must.by for must in node.on_refusal)
        assert own_word or (demands[name].owner and demands[name].within), name
    owners = {each.owner for each in demands.values() if each.owner}
    assert owners <= engine.library.vocabularies["ct 1"].roles.keys()
    facts = engine.library.vocabularies["ct 1"].facts
    assert {name for each in demands.values() for name in each.beside} <= facts.keys()


def test_the_forms_have_a_field_for_every_fact_and_a_fact_for_every_field(engine: Engine) -> None:
    fields = {
        f"{table.name}.{setting.name}"
        for form in (SettingsFile, AgreementFile)
        for table in structs.fields(form)
        if isinstance(table.type, type) and issubclass(table.type, Struct)
        for setting in structs.fields(table.type)
    }
    acts = {act for act, _ in ACTS}
    facts = {
        name
        for name, fact in engine.library.vocabularies["ct 1"].facts.items()
        if acts & set(fact.acts)
    }
    assert fields - facts == {"agreement.signed", "agreement.renews"}
    assert facts - fields == TOLD_BY.keys()


def test_demands_that_cannot_be_gone_by_are_refused(tmp_path: Path) -> None:
    folder: Traversable = tmp_path
    place = tmp_path / "vendor_checks.toml"
    place.write_text('[[check]]\nrule = "a/b"\nseverity = "grave"\n')
    with pytest.raises(VendorError, match="grave"):
        read_demands([folder])
    place.write_text('[[check]]\nrule = "a/b"\nseverity = "low"\nwithin = "soon"\n')
    with pytest.raises(VendorError, match="`soon` of a/b is no duration"):
        read_demands([folder])
