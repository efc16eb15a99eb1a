-- What an audit keeps, in one DuckDB file. It is as confidential as the logs: it holds reasons.
-- It holds no plate, no name of a user and no number of a case: such cells are tokens, made with a
-- key that lies beside the file, never in it.
--
-- Times are UTC. Rows are added in one transaction with what they point to, and never changed. Ids
-- are given in order; no key guards those of large tables, since an index of them costs more than
-- all else that is written.

CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
-- names: schema, platelaw, owner, simulated (yes, no), own_searches (yes, no), policies (digest),
-- registry (digest), zone (in which the law counts days), secret (a mark of the key that lies beside)

-- One table of one file: a text, a sheet of a workbook, a member of an archive.
CREATE TABLE source (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,              -- as given, with the member or sheet
    digest TEXT NOT NULL,            -- SHA-256 of the file's bytes, hexadecimal
    bytes BIGINT NOT NULL,
    layout TEXT NOT NULL,            -- name of the column map; table layout
    header TEXT[] NOT NULL,          -- the labels, as the file spells them
    absent TEXT[] NOT NULL,          -- fields that this export has no column for
    state TEXT NOT NULL CHECK (state IN ('reading', 'whole', 'cut')),
    -- cut: its reading broke off, and its bytes are others now
    rows BIGINT NOT NULL,            -- searches read so far
    repeated BIGINT NOT NULL,        -- of them seen before
    last_line BIGINT NOT NULL,       -- reading goes on after it
    first_search TIMESTAMP,
    last_search TIMESTAMP
);

CREATE TABLE source_text (source INTEGER NOT NULL, encoding TEXT NOT NULL);
CREATE TABLE layout (
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    status TEXT NOT NULL             -- seen, or unverified: no real export of it was seen
);

-- Columns that came or went from one source to the next of the same kind, in the order of searches.
CREATE TABLE layout_change (
    source INTEGER NOT NULL,
    before INTEGER NOT NULL,         -- the source before it
    label TEXT NOT NULL,             -- as the file spells it
    change TEXT NOT NULL             -- gone, new
);

-- Exports that hold no searches, and parts of files that are none.
CREATE TABLE beside (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    kind TEXT NOT NULL,              -- SHARED_NETWORKS, EVENT_LOG
    records BIGINT NOT NULL,
    counts TEXT NOT NULL             -- JSON
);
CREATE TABLE beside_fault (
    beside INTEGER NOT NULL,
    line BIGINT NOT NULL,
    field TEXT NOT NULL,
    message TEXT NOT NULL,
    help TEXT NOT NULL
);
CREATE TABLE not_read (name TEXT NOT NULL, why TEXT NOT NULL);
CREATE TABLE note (message TEXT NOT NULL);  -- on the audit as a whole

CREATE TABLE fault (
    source INTEGER NOT NULL,
    line BIGINT NOT NULL,
    last_line BIGINT NOT NULL,
    field TEXT NOT NULL,
    kind TEXT NOT NULL,              -- unread, skipped, note
    message TEXT NOT NULL,
    help TEXT NOT NULL
);

-- Each distinct cell of a field once. The value of an account or a case number is a
-- token; that of an organization, reason, category, kind of search or moderation is the text.
CREATE TABLE cell (
    id INTEGER NOT NULL,
    field TEXT NOT NULL,             -- user, organization, reason, category, case_number, search_type, moderation
    state TEXT NOT NULL,             -- value, blank, redacted, withheld, not exported, never recorded
    value TEXT NOT NULL USING COMPRESSION uncompressed, -- '' unless a value, or what can be read behind a mark
    shape TEXT NOT NULL,             -- of a token: letters as a, digits as 9, cut at 40; else ''
    says_nothing BOOLEAN NOT NULL    -- a placeholder, a single letter, a run of keys
);

-- Whom the name of an organization means.
CREATE TABLE requester (
    cell INTEGER NOT NULL,
    body TEXT,                       -- key of the registry, if it surely means one
    government TEXT,                 -- code of the state or government of that body
    kinds TEXT[] NOT NULL,           -- kinds of that body
    relation TEXT NOT NULL,          -- own, same state, other state, federal, other, not known
    cause TEXT NOT NULL,             -- why nobody is known, else ''
    status_words TEXT[] NOT NULL     -- words like inactive that stand in the name
);

-- What the lexicons see in a reason or category.
CREATE TABLE indicated (
    cell INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    plainly BOOLEAN NOT NULL,        -- else possibly
    phrase TEXT NOT NULL             -- the phrase of the lexicon, never the cell
);

-- Categories that no word of the law stands for.
CREATE TABLE unmapped (cell INTEGER NOT NULL);

CREATE TABLE rule (
    id INTEGER PRIMARY KEY,
    rule TEXT NOT NULL,
    since DATE,
    until DATE,
    title TEXT NOT NULL,
    citation TEXT NOT NULL,
    status TEXT NOT NULL             -- source status of the citation
);

CREATE TABLE judgment (
    id INTEGER PRIMARY KEY,
    verdict TEXT NOT NULL,
    ground TEXT NOT NULL,
    is_barred BOOLEAN NOT NULL
);
CREATE TABLE judgment_rule (judgment INTEGER NOT NULL, rule INTEGER NOT NULL, state TEXT NOT NULL);
CREATE TABLE judgment_missing (judgment INTEGER NOT NULL, cause TEXT NOT NULL, fact TEXT NOT NULL);
CREATE TABLE judgment_reading (judgment INTEGER NOT NULL, reading TEXT NOT NULL);

CREATE TABLE search (
    id BIGINT NOT NULL,              -- in the order read
    source INTEGER NOT NULL,
    line BIGINT NOT NULL,
    last_line BIGINT NOT NULL,
    earliest TIMESTAMP,              -- NULL if the cell tells no time
    latest TIMESTAMP,
    repeated UTINYINT NOT NULL,      -- 0 no, 1 in an earlier source, 2 copy of a row, 3 same id, other cells
                                     -- 1 and 2 count no more
    search_id TEXT USING COMPRESSION uncompressed, -- in small letters; it names no person, and is never joined with accounts of another log
    organization INTEGER NOT NULL,   -- cells
    account INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    category INTEGER NOT NULL,
    case_number INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    moderation INTEGER NOT NULL,
    networks INTEGER,
    cameras INTEGER,
    frame_first TIMESTAMP,           -- the window that was searched
    frame_last TIMESTAMP,
    plate_state UTINYINT NOT NULL,   -- of the cell states, in the order of `cell.state`'s comment
    is_partial BOOLEAN NOT NULL,     -- a wildcard stands in the plate
    judgment INTEGER                 -- NULL: repeated, or no time
);

-- Of a search of which it is not known when it was: the state of the cell of its time.
CREATE TABLE untimed (search BIGINT NOT NULL, state TEXT NOT NULL);

-- What tells a search from others: its id, or else organization, second and count of networks, as
-- a number under the key. Later sources are held against it.
CREATE TABLE seen (source INTEGER NOT NULL, key UBIGINT NOT NULL);

-- The days on which the law above the owner changes.
CREATE TABLE law_change (day DATE NOT NULL);

-- Every search with everything in words.
CREATE VIEW searches AS
SELECT s.id, source.name AS source, source.digest, s.line, s.earliest, s.latest,
    s.repeated IN (1, 2) AS is_repeated, j.verdict, j.ground, s.search_id,
    o.state AS organization_state, o.value AS organization, r.body, r.relation,
    a.state AS account_state, a.value AS account_token,
    w.state AS reason_state, w.value AS reason, c.state AS category_state, c.value AS category,
    n.state AS case_state, n.value AS case_token, n.shape AS case_shape,
    k.value AS search_type, m.value AS moderation, s.networks, s.cameras,
    s.frame_first, s.frame_last, s.is_partial
FROM search s
JOIN source ON source.id = s.source
JOIN cell o ON o.id = s.organization
JOIN cell a ON a.id = s.account
JOIN cell w ON w.id = s.reason
JOIN cell c ON c.id = s.category
JOIN cell n ON n.id = s.case_number
JOIN cell k ON k.id = s.kind
JOIN cell m ON m.id = s.moderation
LEFT JOIN requester r ON r.cell = s.organization
LEFT JOIN judgment j ON j.id = s.judgment;

-- Findings: what review found, and all that became of it. Nothing is changed, only added.
CREATE TABLE finding (
    id TEXT PRIMARY KEY,             -- digest of the check and its subject, the same in every run
    "check" TEXT NOT NULL,           -- name of the check
    severity TEXT NOT NULL CHECK (severity IN ('deny', 'review', 'note')),
    title TEXT NOT NULL,
    subject TEXT NOT NULL,           -- JSON: organization, account token, period, setting
    measure TEXT NOT NULL,           -- JSON: counts, rates, intervals, and how each was computed
    rule TEXT NOT NULL,              -- rule or duty it rests on
    citation TEXT NOT NULL,
    status TEXT NOT NULL,            -- source status of the citation
    searches BIGINT NOT NULL,
    found TIMESTAMP NOT NULL
);
CREATE TABLE finding_search (
    finding TEXT NOT NULL,
    search BIGINT NOT NULL,
    entry BIGINT NOT NULL            -- of the register, by which it came
);
-- Records other than searches: of an event log, a roster, a list of approvals.
CREATE TABLE finding_record (
    finding TEXT NOT NULL,
    name TEXT NOT NULL,              -- the file, as given
    digest TEXT NOT NULL,            -- SHA-256 of its bytes
    line BIGINT NOT NULL,
    entry BIGINT NOT NULL
);
-- One register for all findings: each entry holds the digest of the one before it.
CREATE TABLE finding_event (
    finding TEXT NOT NULL,
    number INTEGER NOT NULL,         -- 1, 2, ... of a finding
    moment TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,             -- who did it, a role or token
    role TEXT NOT NULL,
    act TEXT NOT NULL,               -- found, found again, not found, assigned, escalated, cleared, upheld, reopened, suspended, noted, shown
    status TEXT NOT NULL,            -- open, in review, escalated, cleared, upheld
    owner TEXT NOT NULL,
    due DATE,
    note TEXT NOT NULL,
    entry BIGINT NOT NULL UNIQUE,    -- 1, 2, ... of the register
    content TEXT NOT NULL,           -- digest of what was found, with its evidence; else ''
    previous TEXT NOT NULL,          -- digest of the entry before it: a chain
    digest TEXT NOT NULL,
    PRIMARY KEY (finding, number)
);
-- What later runs measured of a finding, by the entry that says so.
CREATE TABLE finding_measure (
    entry BIGINT PRIMARY KEY,
    measure TEXT NOT NULL,
    searches BIGINT NOT NULL
);
-- When an incident was discovered, and when notices of it were given, by the entry that says so.
CREATE TABLE finding_clock (
    entry BIGINT NOT NULL,
    finding TEXT NOT NULL,
    act TEXT NOT NULL,               -- discovered, notice given
    recipient TEXT NOT NULL,
    moment TIMESTAMP NOT NULL
);
-- Each run of the checks, and those that could not be made of what was at hand.
CREATE TABLE review_run (number INTEGER PRIMARY KEY, moment TIMESTAMP NOT NULL, book TEXT NOT NULL);
CREATE TABLE review_check (
    run INTEGER NOT NULL,
    "check" TEXT NOT NULL,
    findings BIGINT NOT NULL,
    why_not TEXT NOT NULL            -- '' if it was made
);

-- What other logs and public pages told of how complete the exports are (`platelaw reconcile
-- --enter`); the newest counts.
CREATE TABLE completeness (
    number INTEGER PRIMARY KEY,
    moment TIMESTAMP NOT NULL,
    asked DOUBLE NOT NULL,           -- the share of all searches that they are to hold
    support TEXT NOT NULL,           -- of the sentence 'no violation': yes, no, not known
    reasons TEXT[] NOT NULL,
    told_apart TEXT NOT NULL,        -- by what searches are told from each other; '' without logs
    logs TEXT[] NOT NULL,            -- files of the other results, and of the pages
    own BIGINT,                      -- searches of the agency that the exports hold
    elsewhere BIGINT,                -- that other logs hold, of that time
    in_both BIGINT,                  -- of them in the exports too
    share DOUBLE,                    -- both of elsewhere, with the interval of the share of all
    low DOUBLE,
    high DOUBLE,
    confidence DOUBLE,
    total BIGINT,                    -- how many there were, by Chapman
    unseen BIGINT,                   -- of them in no log
    most BIGINT,                     -- the greatest number that fits
    missing TEXT NOT NULL            -- digest of those named in missing_search
);
CREATE TABLE missing_search (
    number INTEGER NOT NULL,         -- of completeness
    search_id TEXT NOT NULL,         -- '' where logs have none
    moment TIMESTAMP NOT NULL,
    networks INTEGER,
    logs TEXT[] NOT NULL             -- files of the results that hold it
);

-- Findings as they stand: the last entry of each, and what the last run measured.
CREATE VIEW finding_now AS
SELECT f.id, f."check", f.severity, f.title, f.subject, coalesce(m.measure, f.measure) AS measure,
       f.rule, f.citation, f.status AS source_status, coalesce(m.searches, f.searches) AS searches,
       f.found, e.status, e.owner, e.due, e.number AS events, s.seen
FROM finding f
JOIN (SELECT * FROM finding_event QUALIFY row_number() OVER (PARTITION BY finding ORDER BY number DESC) = 1) e
  ON e.finding = f.id
JOIN (SELECT finding, arg_max(act, number) <> 'not found' AS seen, max(entry) FILTER (act = 'found again') AS measured
      FROM finding_event WHERE act IN ('found', 'found again', 'not found') GROUP BY finding) s
  ON s.finding = f.id
LEFT JOIN finding_measure m ON m.entry = s.measured;
