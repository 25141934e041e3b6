"""Refuse to change or delete an entry, and tell listeners when one was written.

Only a rebase may renumber transactions: it says so for its own transaction, and
may touch nothing else. Emptying the table is refused too, but for a database
called test_…: that is how Django empties it between tests.
"""

from django.db import migrations

KEEP = """
CREATE FUNCTION ledger_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('kehui.rebasing', true) = 'on' THEN
        IF (OLD.id, OLD.kind, OLD.version, OLD.payload, OLD.hash, OLD.at, OLD.recorded_at)
               = (NEW.id, NEW.kind, NEW.version, NEW.payload, NEW.hash, NEW.at, NEW.recorded_at)
           AND OLD.actor IS NOT DISTINCT FROM NEW.actor THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a ledger entry is written once: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_entry_stays BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_stays();

CREATE FUNCTION ledger_entry_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT starts_with(current_database(), 'test_') THEN
        RAISE EXCEPTION 'a ledger entry is written once: % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_not_emptied BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_not_emptied();

CREATE FUNCTION ledger_entry_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('kehui_ledger', '');
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_written AFTER INSERT ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_written();
"""

UNKEEP = """
DROP TRIGGER ledger_entry_written ON ledger_entry;
DROP FUNCTION ledger_entry_written;
DROP TRIGGER ledger_entry_not_emptied ON ledger_entry;
DROP FUNCTION ledger_entry_not_emptied;
DROP TRIGGER ledger_entry_stays ON ledger_entry;
DROP FUNCTION ledger_entry_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(KEEP, UNKEEP)]
