# The rules of rules.policy for Rego; kinds come as lists of everything they lie under.

deny contains "barred-uses" if {
  input.owner == "NN/pd-0"
  "barred_use" in input.purposes
}

deny contains "removals" if {
  input.owner == "NN/pd-0"
  "removal" in input.purposes
  not input.warrant
}

deny contains "public-bodies" if {
  input.owner == "NN/pd-0"
  input.act in ["share", "export"]
  not "public_agency" in input.kinds
  not input.warrant
}

deny contains "other-governments" if {
  input.owner == "NN/pd-0"
  input.sovereign != "NN"
  input.agreement != "on_file"
  not input.warrant
  not "rescue" in input.purposes
}

deny contains "old-reads" if {
  input.owner == "NN/pd-0"
  input.age > 30
  not input.warrant
  not "rescue" in input.purposes
}

deny contains "bulk" if {
  input.owner == "NN/pd-0"
  input.act == "export"
  input.rows > 1000
  input.role != "supervisor"
}

deny contains "flagged-reasons" if {
  input.owner == "NN/pd-0"
  input.flagged
  not input.warrant
}

deny contains "training" if {
  input.owner == "NN/pd-0"
  not input.trained
  not "rescue" in input.purposes
}

deny contains "contractors" if {
  input.owner == "NN/pd-0"
  input.role == "contractor"
}

deny contains "task-forces" if {
  input.owner == "NN/pd-0"
  input.task_force in ["joint", "federal"]
  input.agreement != "on_file"
}

deny contains "task-forces" if {
  input.owner == "NN/pd-0"
  input.task_force in ["joint", "federal"]
  not "law_enforcement" in input.kinds
}

deny contains "case-numbers" if {
  input.owner == "NN/pd-0"
  input.act in ["share", "export"]
  input.case_number == ""
  not "rescue" in input.purposes
}

deny contains "stale-traffic" if {
  input.owner == "NN/pd-0"
  "traffic" in input.purposes
  input.age > 7
}

deny contains "exporters" if {
  input.owner == "NN/pd-0"
  input.act == "export"
  not input.role in ["analyst", "supervisor"]
}

permit contains "violent-crimes" if {
  input.owner == "NN/pd-0"
  "violent_crime" in input.purposes
}

permit contains "property-searches" if {
  input.owner == "NN/pd-0"
  input.act == "search"
  "property_crime" in input.purposes
  input.sovereign == "NN"
}

permit contains "property-shares" if {
  input.owner == "NN/pd-0"
  input.act == "share"
  "property_crime" in input.purposes
  input.agreement == "on_file"
}

permit contains "rescues" if {
  input.owner == "NN/pd-0"
  "rescue" in input.purposes
}

permit contains "warrants" if {
  input.owner == "NN/pd-0"
  input.warrant
  "investigation" in input.purposes
}

permit contains "patrol-traffic" if {
  input.owner == "NN/pd-0"
  input.act == "search"
  "traffic" in input.purposes
  input.role == "patrol"
}

permit contains "regional-work" if {
  input.owner == "NN/pd-0"
  input.act in ["search", "share"]
  input.task_force == "regional"
  "investigation" in input.purposes
  input.agreement == "on_file"
}
