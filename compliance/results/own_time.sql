-- Moments are kept in UTC; the days and hours of an agency are those of its zone, in `about`. Results
-- keep these macros, so that any program that reads the file can ask the questions of a report.

-- What the clock of the zone shows at a moment.
CREATE OR REPLACE MACRO own_time(moment) AS
    moment AT TIME ZONE 'UTC' AT TIME ZONE (SELECT value FROM about WHERE name = 'zone');

-- The day of a moment.
CREATE OR REPLACE MACRO own_day(moment) AS own_time(moment)::DATE;

-- The first moment of a day, in UTC.
CREATE OR REPLACE MACRO day_begin(day) AS day::DATE::TIMESTAMP
    AT TIME ZONE (SELECT value FROM about WHERE name = 'zone') AT TIME ZONE 'UTC';
