"""How the tables are emptied after a test that commits: only those that hold rows, not all of them anew.

`flush` truncates every table, which gives each of them and of their indexes new files, and then makes content types,
permissions and roles again: seconds for a test that wrote twenty rows. Here the rows are deleted, and what a flushed
database holds comes back from copies that were taken once.
"""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase

# What is left by `flush`, copied once.
KEEP = """
DO $$
DECLARE name text; filled boolean;
BEGIN
    CREATE SCHEMA kept_between_tests;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
        IF filled THEN EXECUTE format('CREATE TABLE kept_between_tests.%I AS TABLE public.%I', name, name); END IF;
    END LOOP;
END $$
"""

# Without triggers: neither is history written, nor do append-only tables object, nor are references looked up.
EMPTY = """
DO $$
DECLARE name text; filled boolean; columns text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
        IF filled THEN EXECUTE format('DELETE FROM public.%I', name); END IF;
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept_between_tests' LOOP
        SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
            WHERE attrelid = format('public.%I', name)::regclass AND attnum > 0 AND NOT attisdropped
            AND attgenerated = '';
        EXECUTE format('INSERT INTO public.%I (%s) SELECT %s FROM kept_between_tests.%I', name, columns, columns, name);
    END LOOP;
END $$
"""

# The numbers of a series lie in a sequence named after its row: where keys begin anew, so do they.
FORGET_NUMBERS = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relkind = 'S' AND relname ~ '^core_number_[0-9]+$' LOOP
        EXECUTE format('DROP SEQUENCE public.%I', name);
    END LOOP;
END $$
"""

# Deleted rows stay in the files until a vacuum: after a test that wrote many, new files are quicker.
IS_SMALL = """
SELECT bool_and(pg_relation_size(format('public.%I', tablename)::regclass) < 8 * 1024 * 1024)
FROM pg_tables WHERE schemaname = 'public'
"""
MAY = """
SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user), to_regnamespace('kept_between_tests') IS NOT NULL
"""


def _fixture_teardown(self: TransactionTestCase) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET_NUMBERS)
        cursor.execute(MAY)
        is_owner, is_kept = cursor.fetchone()
        if is_kept:
            cursor.execute(IS_SMALL)
            if cursor.fetchone()[0]:
                cursor.execute(EMPTY)
                return
    call_command("flush", verbosity=0, interactive=False, allow_cascade=True)
    if is_owner and not is_kept:
        with connection.cursor() as cursor:
            cursor.execute(KEEP)


def install(patch: Any) -> None:
    """Take the place of Django's own way, for all tests of this run."""
    patch.setattr(TransactionTestCase, "_fixture_teardown", _fixture_teardown)
