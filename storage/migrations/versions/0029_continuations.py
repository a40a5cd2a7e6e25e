"""Applications that begin from a certificate"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "continuation",
        sa.Column("application_id", ID, nullable=False),
        sa.Column("certificate_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.CheckConstraint(sa.column("kind").in_(("renewal", "change")), name="kind"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_continuation_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_continuation_certificate_id_certificate")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_continuation")),
    )
    op.create_index(op.f("ix_continuation_certificate_id"), "continuation", ["certificate_id"])


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM continuation")):
        raise RuntimeError("Applications renew or change certificates; the version before would not know which.")
    op.drop_index(op.f("ix_continuation_certificate_id"), "continuation")
    op.drop_table("continuation")
