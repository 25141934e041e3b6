"""Refuse to change or delete what was sealed, as 0002 does for entries.

A tile at the right edge may grow, and the reason of an access may be forgotten with its salt;
nothing else. This stops accidents. Who can take the triggers away is found by the verifier.
"""

from django.db import migrations

KEEP = """
CREATE FUNCTION ledger_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is written once: % of % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION ledger_tile_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.id, OLD.level, OLD.number) = (NEW.id, NEW.level, NEW.number)
       AND substring(NEW.hashes FOR length(OLD.hashes)) = OLD.hashes THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit log is written once: % of % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION ledger_access_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.reason = '' AND NEW.salt = ''
       AND (OLD.entry_id, OLD.at, OLD.thing, OLD.number, OLD.fields)
         = (NEW.entry_id, NEW.at, NEW.thing, NEW.number, NEW.fields)
       AND OLD.actor IS NOT DISTINCT FROM NEW.actor THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit log is written once: % of % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_leaf_stays BEFORE UPDATE OR DELETE ON ledger_leaf
    FOR EACH ROW EXECUTE FUNCTION ledger_log_stays();
CREATE TRIGGER ledger_checkpoint_stays BEFORE UPDATE OR DELETE ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION ledger_log_stays();
CREATE TRIGGER ledger_cosignature_stays BEFORE UPDATE OR DELETE ON ledger_cosignature
    FOR EACH ROW EXECUTE FUNCTION ledger_log_stays();
CREATE TRIGGER ledger_tile_grows BEFORE UPDATE OR DELETE ON ledger_tile
    FOR EACH ROW EXECUTE FUNCTION ledger_tile_grows();
CREATE TRIGGER ledger_access_stays BEFORE UPDATE OR DELETE ON ledger_access
    FOR EACH ROW EXECUTE FUNCTION ledger_access_stays();
"""

TABLES = ("leaf", "checkpoint", "cosignature", "tile", "access")
EMPTIED = "".join(
    f"CREATE TRIGGER ledger_{table}_not_emptied BEFORE TRUNCATE ON ledger_{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_not_emptied();\n"
    for table in TABLES
)
UNKEEP = "".join(
    f"DROP TRIGGER ledger_{table}_not_emptied ON ledger_{table};\n" for table in TABLES
) + """
DROP TRIGGER ledger_access_stays ON ledger_access;
DROP TRIGGER ledger_tile_grows ON ledger_tile;
DROP TRIGGER ledger_cosignature_stays ON ledger_cosignature;
DROP TRIGGER ledger_checkpoint_stays ON ledger_checkpoint;
DROP TRIGGER ledger_leaf_stays ON ledger_leaf;
DROP FUNCTION ledger_access_stays;
DROP FUNCTION ledger_tile_grows;
DROP FUNCTION ledger_log_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_audit_log")]
    operations = [migrations.RunSQL(KEEP + EMPTIED, UNKEEP)]
