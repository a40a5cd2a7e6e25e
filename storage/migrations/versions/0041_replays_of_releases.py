"""The trials that are the replay of a release's gate, when a release is told of, and what is offered with it

Servers of the version before go on with such trials like with others, tell nobody, and leave what is offered with a
release that is withdrawn: withdraw none while they run.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("trial") as batch:
        batch.add_column(sa.Column("release_id", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_trial_release_id_release"), "release", ["release_id"], ["id"])
    with op.batch_alter_table("office_service") as batch:
        batch.add_column(sa.Column("planned_id", ID, nullable=True))
        batch.create_foreign_key(
            op.f("fk_office_service_planned_id_process_definition"), "process_definition", ["planned_id"], ["id"]
        )
    op.add_column("release", sa.Column("tell_at", MOMENT, nullable=True))
    op.create_index(op.f("ix_trial_release_id"), "trial", ["release_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_trial_release_id"), "trial")
    with op.batch_alter_table("office_service") as batch:
        batch.drop_constraint(op.f("fk_office_service_planned_id_process_definition"), type_="foreignkey")
        batch.drop_column("planned_id")
    with op.batch_alter_table("release") as batch:
        batch.drop_column("tell_at")
    with op.batch_alter_table("trial") as batch:
        batch.drop_constraint(op.f("fk_trial_release_id_release"), type_="foreignkey")
        batch.drop_column("release_id")
