"""Adding the logs up into counters, so that no job pays for being counted.

A task of beat's does it every few seconds. Each entry is added once, in the transaction that
notes how far it came; see docs/decisions/0021-counters-rolled-up-from-the-event-log.md.
"""

from typing import Any

from django.db import connection, transaction

from jobs.models.counters import ADD

BATCH = 20_000
"""Ids a round."""
BOUNDS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
"""Upper bounds of the buckets of times, in seconds. A new one begins at zero."""
BEYOND = "+Inf"

# Sub-selects and laterals with a limit: a lookup by index for each entry of a round, whatever the
# planner thinks of the size of a log that grows quickly.
JOBS = f"""
WITH entry AS (
    SELECT log.job_id, log.number, log.kind, log.state, log.at, log.data, log.changes,
        (SELECT type FROM jobs_job WHERE id = log.job_id) AS type,
        before.state AS came_from, before.at AS came_at
    FROM jobs_jobevent AS log LEFT JOIN LATERAL (
        SELECT state, at FROM jobs_jobevent
        WHERE job_id = log.job_id AND number = log.number - 1 LIMIT 1
    ) AS before ON true
    WHERE log.id > %(rolled_up_id)s AND log.id <= %(seen_id)s AND kind IN (
        'submitted', 'started', 'backed_off', 'rescued',
        'completed', 'failed', 'expired', 'cancelled'
    )
), ended AS (
    SELECT * FROM entry WHERE state IN ('completed', 'failed', 'cancelled')
), timed AS (
    SELECT 'wait' AS what, type, extract(epoch FROM at - came_at) AS seconds
    FROM entry WHERE kind = 'started' AND came_from = 'pending'
    UNION ALL
    SELECT 'duration', type, extract(epoch FROM ended.at - begun.at)
    FROM ended CROSS JOIN LATERAL (
        SELECT at FROM jobs_jobevent AS log
        WHERE log.job_id = ended.job_id AND log.number < ended.number AND kind = 'started'
        ORDER BY number DESC LIMIT 1
    ) AS begun
    WHERE came_from = 'running'
), one (name, labels, value) AS (
    SELECT 'created', ARRAY[type], 1 FROM entry WHERE kind = 'submitted'
    UNION ALL SELECT 'started', ARRAY[type], 1 FROM entry WHERE kind = 'started'
    UNION ALL SELECT 'finished', ARRAY[type, state], 1 FROM ended
    UNION ALL SELECT 'retried', ARRAY[type, data->'error'->>'code'], 1
        FROM entry WHERE kind = 'backed_off'
    UNION ALL SELECT 'leases_lost', ARRAY[type], 1 FROM entry WHERE changes->>'crashes' > '0'
    UNION ALL SELECT what || '_sum', ARRAY[type], seconds FROM timed
    UNION ALL SELECT what, ARRAY[type, coalesce((
        SELECT min(bound) FROM unnest(%(bounds)s::float8[]) AS bound WHERE seconds <= bound
    )::text, '{BEYOND}')], 1 FROM timed
)
INSERT INTO jobs_counter (name, labels, value)
SELECT name, labels, sum(value) FROM one GROUP BY name, labels ORDER BY name, labels {ADD}
"""
WEBHOOKS = f"""
INSERT INTO jobs_counter (name, labels, value)
SELECT 'webhook_tries', ARRAY[CASE
    WHEN status IS NULL THEN 'unreachable' WHEN status BETWEEN 200 AND 299 THEN 'delivered'
    ELSE 'refused' END] AS labels, count(*)
FROM jobs_deliverytry WHERE id > %(rolled_up_id)s AND id <= %(seen_id)s GROUP BY labels {ADD}
"""
TABLES = {"jobs_jobevent": JOBS, "jobs_deliverytry": WEBHOOKS}

BEGIN = """
INSERT INTO jobs_rollupcursor ("table", rolled_up_id, seen_id, settled_at_xid)
SELECT %(table)s, coalesce(min(id), 1) - 1, coalesce(min(id), 1) - 1, 0 FROM {table}
HAVING NOT EXISTS (SELECT FROM jobs_rollupcursor WHERE "table" = %(table)s) ON CONFLICT DO NOTHING
"""
"""On a conflict alone it would wait for whoever adds up just now."""
TAKE = """
SELECT rolled_up_id, seen_id FROM jobs_rollupcursor
WHERE "table" = %(table)s AND (
    settled_at_xid <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    OR settled_at_xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
) FOR UPDATE SKIP LOCKED
"""
"""One that is settled later than any transaction is of a server whose dump was restored here."""
SEE = """
UPDATE jobs_rollupcursor SET seen_id = greatest(seen_id, least(%(newest)s, seen_id + %(batch)s)),
    settled_at_xid = pg_current_xact_id()::text::bigint
WHERE "table" IN (
    SELECT "table" FROM jobs_rollupcursor WHERE "table" = %(table)s AND rolled_up_id = seen_id
    FOR UPDATE SKIP LOCKED
)
"""


def fold() -> int:
    """Add up what was seen in the round before, and look what is next; answer how many ids."""
    return sum(_fold(table, statement) for table, statement in TABLES.items())


def _fold(table: str, statement: str) -> int:
    added = _add(table, statement)
    with transaction.atomic(), connection.cursor() as sql:
        # Read before this transaction has a number of its own: who has drawn an id below the
        # newest one has a lower number, so once none of those runs, all of them are there.
        sql.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        [newest] = sql.fetchone()
        sql.execute(SEE, {"table": table, "newest": newest, "batch": BATCH})
    return added


def _add(table: str, statement: str) -> int:
    params: dict[str, Any] = {"table": table, "bounds": list(BOUNDS)}
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute(BEGIN.format(table=table), params)
        sql.execute(TAKE, params)
        taken = sql.fetchone()
        if taken is None:
            return 0  # somebody else has it, or some transaction may still bring an entry
        rolled_up_id, seen_id = taken
        if rolled_up_id < seen_id:
            sql.execute(statement, {**params, "rolled_up_id": rolled_up_id, "seen_id": seen_id})
            sql.execute(
                'UPDATE jobs_rollupcursor SET rolled_up_id = seen_id WHERE "table" = %(table)s',
                params,
            )
        return int(seen_id - rolled_up_id)
