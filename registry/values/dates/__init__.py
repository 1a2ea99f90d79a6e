"""Uncertain dates: read from EDTF (`edtf`), and said in three languages (`words`)."""
