"""What shows that a bank payment arrived: the bank, its day, and the picture that the cashier saw."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key, Moment, Pk, words


class Bank(StrEnum):
    """The banks of Cambodia that fees come through; ``other`` is one that the cashier names."""

    ABA = "aba"
    ACLEDA = "acleda"
    AMK = "amk"
    AMRET = "amret"
    ARDB = "ardb"
    BRED = "bred"
    CAMBODIA_POST = "cambodia_post"
    CAMBODIAN_PUBLIC = "cambodian_public"
    CANADIA = "canadia"
    CHIP_MONG = "chip_mong"
    CIMB = "cimb"
    FTB = "ftb"
    HATTHA = "hattha"
    J_TRUST = "j_trust"
    KB_PRASAC = "kb_prasac"
    MAYBANK = "maybank"
    PHILLIP = "phillip"
    PPCBANK = "ppcbank"
    PRINCE = "prince"
    RHB = "rhb"
    SATHAPANA = "sathapana"
    SHINHAN = "shinhan"
    UCB = "ucb"
    VATTANAC = "vattanac"
    WING = "wing"
    WOORI = "woori"
    OTHER = "other"


class BankSlip(Base):
    """The slip of a bank payment: its bytes lie in the file store under ``sha256``. Without a payment it waits for the
    cashier who brought it to confirm what they typed; with one it says at which bank (``bank_name`` when that is
    another one) and on which day the money was paid."""

    __tablename__ = "bank_slip"
    id: Mapped[Pk]
    key: Mapped[Key] = mapped_column(unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)
    bank: Mapped[Bank | None] = mapped_column(words("bank", Bank))
    bank_name: Mapped[str] = mapped_column(default="")
    paid_on: Mapped[date | None]
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    kept_at: Mapped[datetime] = mapped_column(Moment)
    kept_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
