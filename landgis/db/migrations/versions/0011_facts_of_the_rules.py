"""What the further rules ask of a parcel: kind of right, conversion, contract, cleared site, filling, land base.

Revision 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLE = "parcel_fact"
_YES_NO_BEFORE = (
    "'ownership_registered', 'use_right_registered', 'dispute', 'restricted', 'rental_only', "
    "'compensation_settled', 'access_fit', 'road', 'water_supply', 'power', 'levelled', 'conditions_agreed', "
    "'facilities_mature', 'owner_willing', 'plan_settled', 'contracted', 'attachments', 'cleared', "
    "'location_mature', 'investor_found'"
)
_FACTS_BEFORE = (
    "'owner_level', 'owner_name', 'ownership_registered', 'use_right_registered', 'certificate_no', "
    "'registered_area_m2', 'dispute', 'restricted', 'planned_use_code', 'planned_use_scheme', 'rental_only', "
    "'current_use_code', 'current_use_scheme', 'compensation_settled', 'access_fit', 'road', 'water_supply', "
    "'power', 'levelled', 'conditions_agreed', 'facilities_mature', 'owner_willing', 'intended_buyer', "
    "'register_class', 'entered_on', 'transaction_mode', 'grantee', 'owner_shares', 'restriction_note', "
    "'plan_name', 'plan_settled', 'contracted', 'contract_no', 'contract_ends_on', 'attachments', "
    "'attachments_note', 'cleared', 'location_mature', 'investor_found'"
)
_YES_NO = (
    "'ownership_registered', 'use_right_registered', 'dispute', 'restricted', 'rental_only', 'in_land_base', "
    "'compensation_settled', 'access_fit', 'road', 'water_supply', 'power', 'levelled', 'site_cleared', "
    "'conditions_agreed', 'facilities_mature', 'river_filling_approved', 'contract_signed', 'owner_willing', "
    "'plan_settled', 'contracted', 'attachments', 'cleared', 'location_mature', 'investor_found'"
)
_FACTS = (
    "'owner_level', 'owner_name', 'ownership_registered', 'use_right_registered', 'certificate_no', "
    "'registered_area_m2', 'right_type', 'dispute', 'restricted', 'planned_use_code', 'planned_use_scheme', "
    "'rental_only', 'current_use_code', 'current_use_scheme', 'conversion_approved_on', 'conversion_document', "
    "'in_land_base', 'compensation_settled', 'access_fit', 'road', 'water_supply', 'power', 'levelled', "
    "'site_cleared', 'conditions_agreed', 'facilities_mature', 'river_filling_approved', 'contract_signed', "
    "'contract_use_code', 'contract_use_scheme', 'owner_willing', 'intended_buyer', 'register_class', "
    "'entered_on', 'transaction_mode', 'grantee', 'owner_shares', 'restriction_note', 'plan_name', "
    "'plan_settled', 'contracted', 'contract_no', 'contract_ends_on', 'attachments', 'attachments_note', "
    "'cleared', 'location_mature', 'investor_found'"
)


_ADDED = (
    "right_type", "conversion_approved_on", "conversion_document", "in_land_base", "site_cleared",
    "river_filling_approved", "contract_signed", "contract_use_code", "contract_use_scheme",
)  # fmt: skip


def upgrade() -> None:
    """Let the facts be stated."""
    _check(_FACTS, _YES_NO)


def downgrade() -> None:
    """Go back to facts that the program of that day knows; what was stated of the others is given up."""
    for table in (_TABLE, f"{_TABLE}_history"):
        op.execute(f"ALTER TABLE landgis.{table} DISABLE TRIGGER USER")
        rows = sa.table(table, sa.column("fact", sa.Text()), schema="landgis")
        op.execute(sa.delete(rows).where(rows.c.fact.in_(_ADDED)))
        op.execute(f"ALTER TABLE landgis.{table} ENABLE TRIGGER USER")
    _check(_FACTS_BEFORE, _YES_NO_BEFORE)


def _check(facts: str, yes_no: str) -> None:
    kind = (
        f"jsonb_typeof(value) = CASE WHEN fact IN ({yes_no}) THEN 'boolean' WHEN fact IN ('registered_area_m2')"
        " THEN 'number' WHEN fact IN ('owner_shares') THEN 'array' ELSE 'string' END"
    )
    for name, test in (("fact", f"fact IN ({facts})"), ("kind", kind)):
        op.drop_constraint(op.f(f"{_TABLE}_{name}_check"), _TABLE, schema="landgis")
        op.create_check_constraint(op.f(f"{_TABLE}_{name}_check"), _TABLE, test, schema="landgis")
