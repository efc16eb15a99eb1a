-- What an audit keeps, in one DuckDB file. It is as confidential as the logs: it holds reasons.
-- It holds no plate, no name of a user and no number of a case: such cells are tokens, made with a
-- key that lies beside the file, never in it.
--
-- Times are UTC. Rows of `search` are never changed once their source is whole.

CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
-- names: schema, platelaw, owner, simulated, own_searches, policies (digest), registry (digest)

-- One table of one file: a text, a sheet of a workbook, a member of an archive.
CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,              -- as given, with the member or sheet
    digest TEXT NOT NULL,            -- SHA-256 of the file's bytes, hexadecimal
    bytes BIGINT NOT NULL,
    layout TEXT NOT NULL,            -- name of the column map
    header TEXT[] NOT NULL,          -- the labels, as the file spells them
    absent TEXT[] NOT NULL,          -- fields that this export has no column for
    state TEXT NOT NULL CHECK (state IN ('reading', 'whole', 'cut')),
    rows BIGINT NOT NULL,            -- searches read so far
    repeated BIGINT NOT NULL,        -- of them seen before
    last_line BIGINT NOT NULL,       -- reading goes on after it
    first_search TIMESTAMP,
    last_search TIMESTAMP
);

CREATE TABLE fault (
    source INTEGER NOT NULL REFERENCES source (id),
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
    id INTEGER PRIMARY KEY,
    field TEXT NOT NULL,             -- user, organization, reason, category, case_number, search_type, moderation
    state TEXT NOT NULL,             -- value, blank, redacted, withheld, not exported, never recorded
    value TEXT NOT NULL,             -- '' unless a value
    shape TEXT NOT NULL,             -- of a token: letters as a, digits as 9, cut at 40; else ''
    says_nothing BOOLEAN NOT NULL    -- a placeholder, a single letter, a run of keys
);

-- Whom the name of an organization means.
CREATE TABLE requester (
    cell INTEGER PRIMARY KEY REFERENCES cell (id),
    body TEXT,                       -- key of the registry, if it surely means one
    government TEXT,                 -- code of the state or government of that body
    kinds TEXT[] NOT NULL,           -- kinds of that body
    relation TEXT NOT NULL,          -- own, same state, other state, federal, other, not known
    cause TEXT NOT NULL,             -- why nobody is known, else ''
    status_words TEXT[] NOT NULL     -- words like inactive that stand in the name
);

-- What the lexicons see in a reason or category.
CREATE TABLE indicated (
    cell INTEGER NOT NULL REFERENCES cell (id),
    purpose TEXT NOT NULL,
    plainly BOOLEAN NOT NULL,        -- else possibly
    phrase TEXT NOT NULL             -- the phrase of the lexicon, never the cell
);

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
    id BIGINT PRIMARY KEY,           -- in the order read
    source INTEGER NOT NULL,
    line BIGINT NOT NULL,
    last_line BIGINT NOT NULL,
    earliest TIMESTAMP,              -- NULL if the cell tells no time
    latest TIMESTAMP,
    repeated UTINYINT NOT NULL,      -- 0 no, 1 in an earlier source, 2 copy of a row, 3 same id
    search_id TEXT,                  -- in small letters; it names no person, and is never joined with accounts of another log
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
CREATE TABLE finding_search (finding TEXT NOT NULL, search BIGINT NOT NULL);
CREATE TABLE finding_event (
    finding TEXT NOT NULL,
    number INTEGER NOT NULL,         -- 1, 2, ... of a finding
    moment TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,             -- who did it, a role or token
    role TEXT NOT NULL,
    act TEXT NOT NULL,               -- found, assigned, escalated, cleared, upheld, reopened, suspended, noted
    status TEXT NOT NULL,            -- open, in review, escalated, cleared, upheld
    owner TEXT NOT NULL,
    due DATE,
    note TEXT NOT NULL,
    previous TEXT NOT NULL,          -- digest of the event before it: a chain
    digest TEXT NOT NULL,
    PRIMARY KEY (finding, number)
);
