-- What a report asks of the results of an audit. Each question has a name, a title and, in words,
-- how its answer comes about; all of it stands in the report beside the numbers. `$unit` is day,
-- week or month, `$barring` the rules that bar what a lexicon looks for. A search counts once: rows
-- that were read before have 1 or 2 as `repeated`. Rows with the id of another search and other cells
-- have 3; they count. Moments are kept in Coordinated Universal Time; days are those of the zone in
-- `about`, told by `own_time` (results/own_time.sql). Zones are apart by quarters of an hour, so
-- searches are counted by those first.

-- name: totals
-- title: Searches and days
-- method: Rows of all files, each search once: rows that stand in an earlier file too and copies of a row are left out. Rows that have the id of another search and other cells count. Days are those of the zone of the report.
SELECT count(*) AS searches,
    count(*) FILTER (latest IS NULL) AS without_time,
    own_time(min(earliest)) AS first_search,
    own_time(max(latest)) AS last_search,
    count(DISTINCT account) AS accounts,
    count(*) FILTER (is_partial) AS partial_plates
FROM search
WHERE repeated NOT IN (1, 2);

-- name: notes
-- title: What the audit noted
-- method: Notes on the audit as a whole, among them whatever speaks for the log being another agency's.
SELECT message FROM note ORDER BY rowid;

-- name: repeats
-- title: Repeated rows
-- method: Rows of searches that were read before count no more. Rows that have the id of another search and other cells count: they may be other searches.
SELECT repeated, count(*) AS rows FROM search WHERE repeated > 0 GROUP BY repeated ORDER BY repeated;

-- name: verdicts
-- title: Verdicts
-- method: Every search is judged under the law of its day, by what the log proves and nothing more; searches counted by verdict. A search whose time cannot be read is not judged.
SELECT coalesce(judgment.verdict, 'not judged: no time') AS verdict, count(*) AS searches
FROM search LEFT JOIN judgment ON judgment.id = search.judgment
WHERE repeated NOT IN (1, 2)
GROUP BY 1
ORDER BY searches DESC;

-- name: verdicts_over_time
-- title: Verdicts over time
-- method: Searches by the verdict and by when they began, by the clock of the zone of the report.
WITH counted AS (
    SELECT time_bucket(INTERVAL 15 MINUTE, earliest) AS quarter, judgment, count(*) AS searches
    FROM search WHERE repeated NOT IN (1, 2) GROUP BY ALL
)
SELECT date_trunc('$unit', own_time(quarter)) AS since,
    judgment.verdict AS verdict, sum(searches)::BIGINT AS searches
FROM counted JOIN judgment ON judgment.id = counted.judgment
GROUP BY ALL
ORDER BY ALL;

-- name: rules
-- title: Rules that took part
-- method: For every rule, the searches in whose judgment it took part, by what it did there. One search counts at several rules.
WITH judged AS (
    SELECT judgment, count(*) AS searches FROM search
    WHERE repeated NOT IN (1, 2) AND judgment IS NOT NULL
    GROUP BY judgment
)
SELECT rule.rule, rule.since, rule.title, rule.citation, rule.status, judgment_rule.state,
    sum(searches)::BIGINT AS searches
FROM judged
JOIN judgment_rule USING (judgment)
JOIN rule ON rule.id = judgment_rule.rule
GROUP BY ALL
ORDER BY rule.rule, rule.since, judgment_rule.state;

-- name: missing
-- title: What is missing
-- method: For searches of which an open rule waits for a fact: the fact, and why the log does not tell it. One search can lack several.
WITH judged AS (
    SELECT judgment, count(*) AS searches FROM search
    WHERE repeated NOT IN (1, 2) AND judgment IS NOT NULL
    GROUP BY judgment
)
SELECT cause, fact, sum(searches)::BIGINT AS searches
FROM judged JOIN judgment_missing USING (judgment)
GROUP BY ALL
ORDER BY searches DESC, cause, fact;

-- name: readings
-- title: Open questions of law
-- method: Searches whose judgment asked an open question of law, by question. One search can ask several.
WITH judged AS (
    SELECT judgment, count(*) AS searches FROM search
    WHERE repeated NOT IN (1, 2) AND judgment IS NOT NULL
    GROUP BY judgment
)
SELECT reading, sum(searches)::BIGINT AS searches
FROM judged JOIN judgment_reading USING (judgment)
GROUP BY ALL
ORDER BY searches DESC, reading;

-- name: grounds
-- title: The agency's own policy
-- method: Whether the policy that the agency has on file opens the search on its day, beside the verdict, which comes from the law above it.
SELECT ground, count(*) AS searches
FROM search JOIN judgment ON judgment.id = search.judgment
WHERE repeated NOT IN (1, 2)
GROUP BY ground
ORDER BY searches DESC;

-- name: barred
-- title: Barred whoever searched
-- method: Searches by nobody known at which a rule bites whoever made them. They stay among those that cannot be told.
SELECT count(*) AS searches
FROM search JOIN judgment ON judgment.id = search.judgment
WHERE repeated NOT IN (1, 2) AND judgment.is_barred;

-- name: named_uses
-- title: Text that names a use
-- method: Searches whose reason or category a lexicon reads, by the use that it indicates. Plainly: the words can hardly mean anything else. Possibly: a person should read them. Where one text does both, plainly counts. Texts are distinct wordings; none is shown.
WITH said AS (
    SELECT reason, category, count(*) AS searches FROM search WHERE repeated NOT IN (1, 2) GROUP BY ALL
), hit AS (
    SELECT reason, category, searches, purpose, plainly
    FROM said JOIN indicated ON indicated.cell = said.reason
    UNION ALL
    SELECT reason, category, searches, purpose, plainly
    FROM said JOIN indicated ON indicated.cell = said.category
), strongest AS (
    SELECT reason, category, purpose, any_value(searches) AS searches, bool_or(plainly) AS plainly
    FROM hit
    GROUP BY reason, category, purpose
)
SELECT purpose, plainly, sum(searches)::BIGINT AS searches, count(*) AS texts
FROM strongest
GROUP BY ALL
ORDER BY purpose, plainly DESC;

-- name: read_first
-- title: Searches that plainly name a barred use
-- method: Searches whose reason or category plainly names a use that a lexicon looks for, and in whose judgment a rule that bars such uses took part ($barring): one was in force on their day. The verdict does not count. A search that names two uses counts at both.
WITH stated AS (SELECT DISTINCT cell, purpose FROM indicated WHERE plainly), named AS (
    SELECT id, purpose, judgment FROM search JOIN stated ON cell = search.reason
    WHERE repeated NOT IN (1, 2)
    UNION
    SELECT id, purpose, judgment FROM search JOIN stated ON cell = category
    WHERE repeated NOT IN (1, 2)
), bound AS (
    SELECT DISTINCT judgment FROM judgment_rule JOIN rule ON rule.id = judgment_rule.rule
    WHERE rule.rule IN ($barring)
)
SELECT purpose, count(*) AS searches
FROM named JOIN bound USING (judgment)
GROUP BY purpose
ORDER BY searches DESC, purpose;

-- name: named_over_time
-- title: Text that names a use, over time
-- method: Searches whose reason or category a lexicon reads, by the strongest reading and by when they began, by the clock of the zone of the report.
WITH strongest AS (SELECT cell, bool_or(plainly) AS plainly FROM indicated GROUP BY cell),
counted AS (
    SELECT time_bucket(INTERVAL 15 MINUTE, earliest) AS quarter,
        coalesce(of_reason.plainly, false) OR coalesce(of_category.plainly, false) AS plainly,
        count(*) AS searches
    FROM search
    LEFT JOIN strongest AS of_reason ON of_reason.cell = search.reason
    LEFT JOIN strongest AS of_category ON of_category.cell = search.category
    WHERE repeated NOT IN (1, 2) AND earliest IS NOT NULL
        AND (of_reason.cell IS NOT NULL OR of_category.cell IS NOT NULL)
    GROUP BY ALL
)
SELECT date_trunc('$unit', own_time(quarter)) AS since,
    plainly, sum(searches)::BIGINT AS searches
FROM counted
GROUP BY ALL
ORDER BY ALL;

-- name: relations
-- title: Who searched
-- method: Searches by whom the organization named in the row means, if that is sure. A name that does not surely mean one body of the registry is nobody known.
SELECT coalesce(requester.relation, 'not known') AS relation, count(*) AS searches
FROM search LEFT JOIN requester ON requester.cell = search.organization
WHERE repeated NOT IN (1, 2)
GROUP BY 1
ORDER BY searches DESC;

-- name: relations_over_time
-- title: Who searched, over time
-- method: Searches by whom the organization named in the row means, and by when they began, by the clock of the zone of the report.
WITH counted AS (
    SELECT time_bucket(INTERVAL 15 MINUTE, earliest) AS quarter, organization,
        count(*) AS searches
    FROM search WHERE repeated NOT IN (1, 2) AND earliest IS NOT NULL GROUP BY ALL
)
SELECT date_trunc('$unit', own_time(quarter)) AS since,
    coalesce(requester.relation, 'not known') AS relation, sum(searches)::BIGINT AS searches
FROM counted LEFT JOIN requester ON requester.cell = counted.organization
GROUP BY ALL
ORDER BY ALL;

-- name: hours
-- title: Searches by the hour of the day
-- method: Searches at a known time, by the hour in which they began, by the clock of the zone of the report. Where the clock is set back one hour comes twice, and counts in one.
WITH counted AS (
    SELECT time_bucket(INTERVAL 15 MINUTE, earliest) AS quarter, organization,
        count(*) AS searches
    FROM search WHERE repeated NOT IN (1, 2) AND earliest IS NOT NULL GROUP BY ALL
)
SELECT hour(own_time(quarter)) AS hour,
    sum(searches)::BIGINT AS searches,
    coalesce(sum(searches) FILTER (requester.relation = 'own'), 0)::BIGINT AS own
FROM counted LEFT JOIN requester ON requester.cell = counted.organization
GROUP BY ALL
ORDER BY ALL;

-- name: organizations
-- title: Organizations
-- method: For each name of an organization in the logs: its searches, those of which the verdict is a question for counsel or shown unlawful, and those whose text a lexicon reads.
WITH said AS (
    SELECT organization, judgment, reason, category, count(*) AS searches
    FROM search WHERE repeated NOT IN (1, 2) GROUP BY ALL
), named AS (SELECT DISTINCT cell FROM indicated)
SELECT CASE WHEN cell.state = 'value' THEN cell.value ELSE cell.state END AS name,
    coalesce(requester.relation, 'not known') AS relation,
    coalesce(requester.government, '') AS government,
    sum(searches)::BIGINT AS searches,
    coalesce(sum(searches) FILTER (verdict = 'question for counsel'), 0)::BIGINT AS questions,
    coalesce(sum(searches) FILTER (verdict = 'shown unlawful'), 0)::BIGINT AS unlawful,
    coalesce(sum(searches) FILTER (
        reason IN (FROM named) OR category IN (FROM named)
    ), 0)::BIGINT AS named
FROM said
JOIN cell ON cell.id = said.organization
LEFT JOIN requester ON requester.cell = said.organization
LEFT JOIN judgment ON judgment.id = said.judgment
GROUP BY ALL
ORDER BY unlawful DESC, questions DESC, named DESC, searches DESC, name;

-- name: cells
-- title: Reasons and case numbers
-- method: Searches by what stands in the cell: a value, a value that says nothing (a placeholder, a single letter, a run of keys), or why there is none.
SELECT cell.field,
    CASE WHEN cell.says_nothing THEN 'says nothing' ELSE cell.state END AS state,
    sum(searches)::BIGINT AS searches
FROM (
    SELECT reason AS cell, count(*) AS searches FROM search WHERE repeated NOT IN (1, 2) GROUP BY 1
    UNION ALL
    SELECT case_number, count(*) FROM search WHERE repeated NOT IN (1, 2) GROUP BY 1
) said JOIN cell ON cell.id = said.cell
GROUP BY ALL
ORDER BY cell.field DESC, searches DESC;

-- name: unexplained_over_time
-- title: Searches without a usable reason or case number, over time
-- method: Of the searches of each time, the share of which the reason, or the number of a case, is blank or says nothing. Only searches count of which the export shows the cell: one that is not exported, redacted or withheld shows neither. Times are those of the zone of the report.
WITH counted AS (
    SELECT time_bucket(INTERVAL 15 MINUTE, earliest) AS quarter,
        count(*) FILTER (why.state IN ('value', 'blank')) AS with_reason,
        count(*) FILTER (why.state IN ('value', 'blank') AND (why.says_nothing OR why.state = 'blank'))
            AS reason,
        count(*) FILTER (of_case.state IN ('value', 'blank')) AS with_case,
        count(*) FILTER (of_case.state IN ('value', 'blank')
            AND (of_case.says_nothing OR of_case.state = 'blank')) AS case_number
    FROM search
    JOIN cell AS why ON why.id = search.reason
    JOIN cell AS of_case ON of_case.id = search.case_number
    WHERE repeated NOT IN (1, 2) AND earliest IS NOT NULL
    GROUP BY ALL
)
SELECT date_trunc('$unit', own_time(quarter)) AS since,
    sum(reason) / nullif(sum(with_reason), 0) AS reason,
    sum(case_number) / nullif(sum(with_case), 0) AS case_number
FROM counted
GROUP BY ALL
ORDER BY ALL;

-- name: findings
-- title: Findings
-- method: What review found, each with where it stands: the newest entry of its register. How each count was made stands with the finding.
SELECT id, "check", severity, title, subject, measure, rule, citation, source_status, searches,
    status, owner, due, seen
FROM finding_now
ORDER BY CASE severity WHEN 'deny' THEN 0 WHEN 'review' THEN 1 ELSE 2 END, due NULLS LAST, id;

-- name: not_checked
-- title: Checks that could not be made
-- method: Checks that lacked what they need when they were to be made last, and why.
SELECT "check", arg_max(why_not, run) AS why_not
FROM review_check
GROUP BY "check"
HAVING arg_max(why_not, run) <> ''
ORDER BY "check";

-- name: holds
-- title: Legal holds
-- method: Entries of the register that set a legal hold, with its terms, and that lift one. None extends the time that plate data are kept.
SELECT finding, number, moment, actor, role, act, status, owner, due, note
FROM finding_event
WHERE act IN ('hold set', 'hold lifted')
ORDER BY entry;

-- name: completeness
-- title: How complete the exports are
-- method: What `platelaw reconcile --enter` told last. A search over many networks stands in the logs of others too; the share of these that the exports hold is their share of all, if they lack searches without regard to whether others hold them (Lincoln and Petersen; how many there were by Chapman). The interval is that of the share, by Clopper and Pearson or the score. Exports can support 'no violation' only if its least share reaches the one asked for; a public page can only speak against them. If what is hard to find in one log is hard to find in all, more is missing than is estimated.
SELECT own_time(moment) AS moment, asked, support, reasons, told_apart, logs, own, elsewhere,
    in_both, share, low, high, confidence, total, unseen, most
FROM completeness
ORDER BY number DESC
LIMIT 1;

-- name: lacking
-- title: Searches that the exports lack
-- method: Searches of the agency that other logs hold and the exports lack, by id, in the order of time; the first of them. The vendor owes them.
SELECT search_id, moment, networks, logs FROM missing_search
WHERE number = (SELECT max(number) FROM completeness)
ORDER BY moment, search_id
LIMIT 300;

-- name: sources
-- title: Files
-- method: The files that were read, by the SHA-256 of their bytes. Rows are those read as searches; repeated ones count no more. Unread are records that could not be read and stand in no count.
SELECT source.name, source.digest, source.layout, source.state, source.rows, source.repeated,
    own_time(source.first_search) AS first_search,
    own_time(source.last_search) AS last_search,
    source.absent,
    count(fault.line) FILTER (fault.kind = 'unread') AS unread
FROM source LEFT JOIN fault ON fault.source = source.id
GROUP BY ALL
ORDER BY min(source.id);

-- name: faults
-- title: Faults of the files
-- method: What was noted while the files were read, by file, field and kind. What stands in a cell is not shown.
SELECT source.name, fault.kind, fault.field, count(*) AS faults
FROM fault JOIN source ON source.id = fault.source
GROUP BY ALL
ORDER BY faults DESC, source.name, fault.field;
