-- What filed reports ask of the results of an audit, between two days, both counted: days of the zone
-- in `about`, from midnight there to midnight (`$period`). Each answer is a label and a count.

-- name: searches
-- title: Searches
-- method: Rows of all files of the days reported, each search once. Days are those of the zone of the report, from midnight there to midnight.
SELECT 'all' AS label, count(*) AS count
FROM search
WHERE repeated NOT IN (1, 2) AND $period;

-- name: searches_by_relation
-- title: Searches by who searched
-- method: Searches of the days reported by whom the organization named in the row surely means.
SELECT coalesce(requester.relation, 'not known') AS label, count(*) AS count
FROM search LEFT JOIN requester ON requester.cell = search.organization
WHERE repeated NOT IN (1, 2) AND $period
GROUP BY 1
ORDER BY count DESC, label;

-- name: searches_by_verdict
-- title: Searches by verdict
-- method: Searches of the days reported by the verdict under the law of their day.
SELECT coalesce(judgment.verdict, 'not judged: no time') AS label, count(*) AS count
FROM search LEFT JOIN judgment ON judgment.id = search.judgment
WHERE repeated NOT IN (1, 2) AND $period
GROUP BY 1
ORDER BY count DESC, label;

-- name: searches_naming_uses
-- title: Searches whose text names a use
-- method: Searches of the days reported whose reason a lexicon reads, by the use, each by its strongest reading. A word is a reason to read, not proof of a purpose.
WITH strongest AS (
    SELECT cell, purpose, bool_or(plainly) AS plainly FROM indicated GROUP BY cell, purpose
)
SELECT replace(purpose, '_', ' ') || CASE WHEN plainly THEN ', plainly' ELSE ', possibly' END
    AS label, count(*) AS count
FROM search JOIN strongest ON strongest.cell = search.reason
WHERE repeated NOT IN (1, 2) AND $period
GROUP BY 1
ORDER BY label;

-- name: searches_by_reason
-- title: Searches by what stands in the reason
-- method: Searches of the days reported by whether the reason is a value, says nothing, or why there is none.
SELECT CASE WHEN says_nothing THEN 'says nothing' ELSE state END AS label, count(*) AS count
FROM search JOIN cell ON cell.id = search.reason
WHERE repeated NOT IN (1, 2) AND $period
GROUP BY 1
ORDER BY count DESC, label;
