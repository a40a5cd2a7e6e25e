"""Papers as bytes: PDF with its fonts, QR and KHQR codes, receipts, amounts in words."""
