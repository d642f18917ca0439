"""Who comes in: the town of a person, passwords, lock-outs, sessions, one-time links, and the log of all of it.

Revision 0019, after 0018.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from landgis.db.migrations.called import OF_0017, OF_0019, call_by_name, run_file

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TABLES = ("entry_log", "entry_link", "web_session", "entry_lock", "person_login")
_HASH = "sha256 ~ '^[0-9a-f]{64}$'"
_PERSON = ["landgis.person.person_id"]


def upgrade() -> None:
    _towns()
    _doors()
    call_by_name(OF_0019)
    run_file("0019_entering.sql")
    run_file("0019_people.sql")
    run_file("0019_audit.sql")


def downgrade() -> None:
    """Go back to a program without log-ins; passwords, sessions and their log are given up, and so are the towns."""
    run_file("0019_undone.sql")
    call_by_name(OF_0017)
    for table in _TABLES:
        op.drop_table(table, schema="landgis")
    op.execute("DROP FUNCTION landgis.stays_as_it_was()")
    op.execute("DROP VIEW landgis.person_ever")
    op.drop_constraint(op.f("person_town_code_check"), "person", schema="landgis", type_="check")
    for table in ("person_history", "person"):
        for column in ("department", "town_code"):
            op.drop_column(table, column, schema="landgis")
    op.execute("CALL landgis.show_ever('person')")


def _towns() -> None:
    op.execute("DROP VIEW landgis.person_ever")
    for table in ("person", "person_history"):
        op.add_column(table, sa.Column("town_code", sa.Text(), nullable=True), schema="landgis")
        op.add_column(table, sa.Column("department", sa.Text(), nullable=False, server_default=""), schema="landgis")
    op.execute("ALTER TABLE landgis.person_history ALTER department DROP DEFAULT")
    op.execute("CALL landgis.show_ever('person')")
    op.create_check_constraint(
        op.f("person_town_code_check"),
        "person",
        "town_code IS NULL OR (town_code ~ '^[0-9]{9}$' AND role = 'town_clerk')",
        schema="landgis",
    )


def _doors() -> None:
    op.create_table(
        "person_login",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("argon2id", sa.Text(), nullable=False),
        _moment("changed_at", now=True),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.CheckConstraint("argon2id LIKE '$argon2id$%'", name=op.f("person_login_argon2id_check")),
        _of_person("person_login"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("person_login_pkey")),
        schema="landgis",
        comment="The password of a person as argon2id; an earlier one is not kept",
    )
    op.create_table(
        "entry_lock",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        _moment("locked_until", nullable=True),
        sa.PrimaryKeyConstraint("account", name=op.f("entry_lock_pkey")),
        schema="landgis",
        comment="Wrong log-ins in a row by account as typed, registered or not",
    )
    op.create_table(
        "web_session",
        sa.Column("session_no", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        _moment("created_at", now=True),
        _moment("last_seen", now=True),
        _moment("expires_at"),
        _moment("ended_at", nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.CheckConstraint(_HASH, name=op.f("web_session_sha256_check")),
        sa.CheckConstraint("how IN ('password', 'link', 'oidc')", name=op.f("web_session_how_check")),
        _of_person("web_session"),
        sa.PrimaryKeyConstraint("session_no", name=op.f("web_session_pkey")),
        sa.UniqueConstraint("sha256", name=op.f("web_session_sha256_key")),
        schema="landgis",
        comment="Sessions of the desk: the hash alone is kept",
    )
    op.create_index("web_session_person_idx", "web_session", ["person_id"], schema="landgis")
    op.create_table(
        "entry_link",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        _moment("created_at", now=True),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.CheckConstraint(_HASH, name=op.f("entry_link_sha256_check")),
        _of_person("entry_link"),
        sa.PrimaryKeyConstraint("sha256", name=op.f("entry_link_pkey")),
        schema="landgis",
        comment="Links that let one person in, once",
    )
    op.create_table(
        "entry_log",
        sa.Column("entry_no", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        _moment("at", now=True),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("why", "address")),
        sa.CheckConstraint("length(account) <= 100", name=op.f("entry_log_account_check")),
        sa.CheckConstraint(
            "what IN ('entered', 'refused', 'locked', 'left', 'ended', 'unlocked', 'password_set', 'password_changed', "
            "'link_made')",
            name=op.f("entry_log_what_check"),
        ),
        _of_person("entry_log"),
        sa.PrimaryKeyConstraint("entry_no", name=op.f("entry_log_pkey")),
        schema="landgis",
        comment="Who came in, who was refused, locked out or sent out, from which address",
    )
    op.create_index("entry_log_at_idx", "entry_log", ["at"], schema="landgis")


def _moment(name: str, *, now: bool = False, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()") if now else None, nullable=nullable
    )


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person_id"], _PERSON, name=op.f(f"{table}_person_id_fkey"))
