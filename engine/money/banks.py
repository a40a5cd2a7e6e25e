"""The banks that fees come through, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.khmer import Bilingual
from storage.bank_slips import Bank

NAMES: Final[Mapping[Bank, Bilingual]] = {
    Bank.ABA: Bilingual("ធនាគារ អេប៊ីអេ", "ABA Bank"),
    Bank.ACLEDA: Bilingual("ធនាគារ អេស៊ីលីដា", "ACLEDA Bank"),
    Bank.AMK: Bilingual("គ្រឹះស្ថាន អេអឹមខេ", "AMK"),
    Bank.AMRET: Bilingual("គ្រឹះស្ថាន អម្រឹត", "Amret"),
    Bank.ARDB: Bilingual("ធនាគារអភិវឌ្ឍន៍ជនបទ និងកសិកម្ម", "Agricultural and Rural Development Bank (ARDB)"),
    Bank.BRED: Bilingual("ធនាគារ ប្រេដ កម្ពុជា", "BRED Bank Cambodia"),
    Bank.CAMBODIA_POST: Bilingual("ធនាគារ ប្រៃសណីយ៍ កម្ពុជា", "Cambodia Post Bank"),
    Bank.CAMBODIAN_PUBLIC: Bilingual("ធនាគារ ខេមបូឌាន ភីប៊្លិក", "Cambodian Public Bank"),
    Bank.CANADIA: Bilingual("ធនាគារ កាណាឌីយ៉ា", "Canadia Bank"),
    Bank.CHIP_MONG: Bilingual("ធនាគារ ជីប ម៉ុង", "Chip Mong Commercial Bank"),
    Bank.CIMB: Bilingual("ធនាគារ ស៊ីអាយអឹមប៊ី", "CIMB Bank"),
    Bank.FTB: Bilingual("ធនាគារ ពាណិជ្ជកម្មក្រៅប្រទេស នៃកម្ពុជា", "Foreign Trade Bank of Cambodia (FTB)"),
    Bank.HATTHA: Bilingual("ធនាគារ ហត្ថា", "Hattha Bank"),
    Bank.J_TRUST: Bilingual("ធនាគារ ជេ ត្រាស់ រ៉ូយ៉ាល់", "J Trust Royal Bank"),
    Bank.KB_PRASAC: Bilingual("ធនាគារ ខេប៊ី ប្រាសាក់", "KB Prasac Bank"),
    Bank.MAYBANK: Bilingual("ធនាគារ មេប៊ែង", "Maybank"),
    Bank.PHILLIP: Bilingual("ធនាគារ ភីលីព", "Phillip Bank"),
    Bank.PPCBANK: Bilingual("ធនាគារ ភ្នំពេញពាណិជ្ជ", "Phnom Penh Commercial Bank (PPCBank)"),
    Bank.PRINCE: Bilingual("ធនាគារ ព្រីនស៍", "Prince Bank"),
    Bank.RHB: Bilingual("ធនាគារ អារអេចប៊ី", "RHB Bank"),
    Bank.SATHAPANA: Bilingual("ធនាគារ ស្ថាបនា", "Sathapana Bank"),
    Bank.SHINHAN: Bilingual("ធនាគារ ស៊ិនហាន", "Shinhan Bank"),
    Bank.UCB: Bilingual("ធនាគារ សហពាណិជ្ជ", "Union Commercial Bank (UCB)"),
    Bank.VATTANAC: Bilingual("ធនាគារ វឌ្ឍនៈ", "Vattanac Bank"),
    Bank.WING: Bilingual("ធនាគារ វីង", "Wing Bank"),
    Bank.WOORI: Bilingual("ធនាគារ អ៊ូរី", "Woori Bank"),
    Bank.OTHER: Bilingual("ធនាគារផ្សេង", "Another bank"),
}
"""In the order of the list that cashiers choose from. The Khmer writings are the house's own."""


def bank_words(bank: Bank | None, named: str) -> Bilingual:
    """A bank as pages and papers name it: one outside of the list as the cashier wrote it."""
    if bank is None or (bank == Bank.OTHER and named):
        return Bilingual(named, named)
    return NAMES[bank]
